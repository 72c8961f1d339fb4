#!/usr/bin/python3
"""Packs and places the machine tiny on a Lattice iCE40 UP5K with Yosys and nextpnr: cells, block RAMs, clock.

The machine is placed alone, without pads: of its ports only the clock, the reset and the interrupt become pins, so that
a bus of hundreds of wires needs none. Nearly all cells are taken: with some seeds the router goes round in circles, and
the next seed is tried. Status 1 if it does not fit, or with no seed. --pack: count the cells alone.
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
SEEDS = range(1, 7)
CIRCLES = 100  # reports of the router with as many wires left as before, after which it is given up
MAPPING = "scratchpad -copy abc9.script.flow2 abc9.script; "  # fewer cells than ABC's default
LEFT = re.compile(r"Info: +\d+ \| +\d+ +\d+ \| +\d+ +\d+ \| +(\d+)\|")


def netlist(path):
    """Writes the synthesized machine to path, with no ports but PINS."""
    script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; hierarchy -check -top {TOP}; "
              f"{MAPPING}{synth.COMMANDS['ice40'].format(top=TOP)}; write_json {path}")
    subprocess.run(["yosys", "-q", "-p", script], check=True)
    design = json.loads(path.read_text(encoding="utf-8"))
    module = design["modules"][TOP]
    module["ports"] = {name: port for name, port in module["ports"].items() if name in PINS}
    path.write_text(json.dumps(design), encoding="utf-8")


def run(path, arguments):
    """nextpnr's log and status; None in place of the status if its router goes round in circles."""
    with subprocess.Popen(["nextpnr-ice40", *DEVICE, "--json", str(path), *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        log, left, same = [], None, 0
        for line in process.stdout:
            log.append(line)
            report = LEFT.match(line)
            if report:
                same = same + 1 if report[1] == left else 0
                left = report[1]
            if same == CIRCLES:
                process.kill()
                return "".join(log), None
    return "".join(log), process.returncode


def place(path):
    """The log and status of the first seed whose routing ends, or of the last."""
    for seed in SEEDS:
        log, status = run(path, ["--freq", str(MEGAHERTZ), "--timing-allow-fail", "--seed", str(seed)])
        if status is not None:
            return log, status
        print(f"seed {seed}: the router goes round in circles; the next one", flush=True)
    return log, 1


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
        log, status = run(path, ["--pack-only"]) if options.pack else place(path)
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
    return status


if __name__ == "__main__":
    sys.exit(main())
