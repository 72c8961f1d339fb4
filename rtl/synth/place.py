#!/usr/bin/python3
"""Packs and places the machine tiny on a Lattice iCE40 UP5K with Yosys and nextpnr: cells, block RAMs, clock.

The machine is placed alone, without pads: of its ports only the clock, the reset and the interrupt become pins, so that
a bus of hundreds of wires needs none. Status 1 if it does not fit. --pack: count the cells alone.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import synth

DEVICE = ["--up5k", "--package", "sg48"]
TOP = "napier_tiny"
PINS = ("clk_i", "rst_ni", "interrupt_o")
MEGAHERTZ = 24
SEED = 2  # nearly all cells are taken: with another seed the placer may not end


def netlist(path):
    """Writes the synthesized machine to path, with no ports but PINS."""
    script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; hierarchy -check -top {TOP}; "
              f"{synth.COMMANDS['ice40'].format(top=TOP)}; write_json {path}")
    subprocess.run(["yosys", "-q", "-p", script], check=True)
    design = json.loads(path.read_text(encoding="utf-8"))
    module = design["modules"][TOP]
    module["ports"] = {name: port for name, port in module["ports"].items() if name in PINS}
    path.write_text(json.dumps(design), encoding="utf-8")


def used(log, resource):
    """Used and available number of a resource, from nextpnr's log."""
    match = re.search(rf"{resource}:\s+(\d+)/\s*(\d+)", log)
    return int(match.group(1)), int(match.group(2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pack", action="store_true", help="pack only: cells, no clock")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "tiny.json"
        netlist(path)
        route = ["--freq", str(MEGAHERTZ), "--timing-allow-fail", "--seed", str(SEED)]
        step = ["--pack-only"] if options.pack else route
        done = subprocess.run(["nextpnr-ice40", *DEVICE, "--json", str(path), *step], capture_output=True, text=True,
                              check=False)
    log = done.stderr + done.stdout
    if "ICESTORM_LC" not in log:
        print(log.strip().split("\n")[-1], file=sys.stderr)
        return 1
    cells, room = used(log, "ICESTORM_LC")
    print(f"tiny on iCE40 UP5K: {cells} of {room} logic cells, {used(log, 'ICESTORM_RAM')[0]} block RAMs, "
          f"{used(log, 'ICESTORM_DSP')[0]} DSP blocks")
    for clock in re.findall(r"Max frequency for clock .*?: ([\d.]+) MHz", log)[-1:]:
        print(f"estimated clock: {clock} MHz, wanted {MEGAHERTZ}")
    if cells > room:
        print(f"The machine is {cells - room} logic cells too large.", file=sys.stderr)
        return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
