#!/usr/bin/python3
"""Packs and places machines on a Lattice iCE40 UP5K with Yosys and nextpnr: cells, block RAMs, clock over seeds.

A machine is placed alone, without pads: of its ports only the clock, the reset and the interrupt become pins, so that
a bus of hundreds of wires needs none. Of tiny nearly all cells are taken: with some seeds the router may go round in
circles, and is given up. Status 1 if a machine does not fit, or no seed is routed. --pack: count the cells alone.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import rewriting
import synth

DEVICE = ["--up5k", "--package", "sg48"]
MACHINES = ("tiny", "icebreaker")
PINS = ("clk_i", "rst_ni", "interrupt_o")
MEGAHERTZ = 24
SEEDS = range(1, 4)
CIRCLES = 100  # reports of the router with as many wires left as before, after which it is given up
MAPPING = "scratchpad -copy abc9.script.flow2 abc9.script; "  # fewer cells than ABC's default
LEFT = re.compile(r"Info: +\d+ \| +\d+ +\d+ \| +\d+ +\d+ \| +(\d+)\|")


def feed(module):
    """A carry that is twice the same signal, whatever the carry before it, becomes that signal once, 0 and a carry of
    1: nextpnr's router need not bring the signal to two pins of one cell. Returns how many."""
    carries = [cell["connections"] for cell in module["cells"].values() if cell["type"] == "SB_CARRY"]
    twice = [pins for pins in carries if pins["I0"] == pins["I1"] and isinstance(pins["I0"][0], int)]
    for pins in twice:
        pins["I1"], pins["CI"] = ["0"], ["1"]
    return len(twice)


def netlist(machine, path):
    """Writes the synthesized machine to path, with no ports but PINS."""
    top = f"napier_{machine}"
    script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; hierarchy -check -top {top}; "
              f"{MAPPING}{synth.COMMANDS['ice40'].format(top=top)}; write_json {path}")
    subprocess.run(["yosys", "-q", "-p", script], check=True)
    rewriting.rewrite(path, feed)
    design = json.loads(path.read_text(encoding="utf-8"))
    module = design["modules"][top]
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


def clocks_of(path):
    """MHz of each seed; None where the routing does not end."""
    for seed in SEEDS:
        log, status = run(path, ["--freq", str(MEGAHERTZ), "--timing-allow-fail", "--seed", str(seed)])
        clocks = re.findall(r"Max frequency for clock .*?: ([\d.]+) MHz", log)
        yield float(clocks[-1]) if status == 0 and clocks else None


def used(log, resource):
    """Used and available number of a resource, from nextpnr's log."""
    match = re.search(rf"{resource}:\s+(\d+)/\s*(\d+)", log)
    return int(match.group(1)), int(match.group(2))


def place(machine, pack):
    """Places one machine and prints what it takes. Whether it fits and, unless pack, is routed."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "machine.json"
        netlist(machine, path)
        log, _ = run(path, ["--pack-only"])
        if "ICESTORM_LC" not in log:
            print(f"nextpnr does not pack {machine}: {log.strip().splitlines()[-1]}", file=sys.stderr)
            return False
        cells, room = used(log, "ICESTORM_LC")
        print(f"{machine} on iCE40 UP5K: {cells} of {room} logic cells, {used(log, 'ICESTORM_RAM')[0]} block RAMs, "
              f"{used(log, 'ICESTORM_DSP')[0]} DSP blocks", flush=True)
        if cells > room:
            print(f"{machine} is {cells - room} logic cells too large.", file=sys.stderr)
            return False
        if pack:
            return True
        clocks = list(clocks_of(path))
    print(f"estimated clock over {len(clocks)} seeds, wanted {MEGAHERTZ} MHz: "
          + ", ".join("not routed" if clock is None else f"{clock:.1f}" for clock in clocks), flush=True)
    return any(clock is not None for clock in clocks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--machine", choices=MACHINES, action="append", help="default: each")
    parser.add_argument("--pack", action="store_true", help="pack only: cells, no clock")
    options = parser.parse_args()
    return 0 if all([place(machine, options.pack) for machine in options.machine or MACHINES]) else 1


if __name__ == "__main__":
    sys.exit(main())
