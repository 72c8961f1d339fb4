#!/usr/bin/python3
"""Proves modules equal to the netlists that Yosys makes of them for the iCE40, for ever: the table of docs/formal.md.

Of each module alone, with the parameters of its own text or those below: RTL and netlist (look-up tables, carries,
flip-flops, with Yosys's models of these cells) become and-inverter graphs, and ABC proves that no sequence of inputs
tells them apart, from the state that the device's configuration gives: every register zero. Memories are registers on
both sides: what a block RAM reads where it is written in the same cycle is not defined, so there netlists may differ.
Status 1 if a module differs from its netlist.
"""

import argparse
import concurrent.futures
import pathlib
import re
import sys
import tempfile
import time

import prover
from group import ROOT
from run import DOCUMENT

sys.path.insert(0, str(ROOT / "rtl/synth"))
import synth  # noqa: E402

MODELS = pathlib.Path("/usr/share/yosys/ice40/cells_sim.v")
CELLS = "SB_LUT4|SB_CARRY|SB_DFF[A-Z]*"
MEMORY = r'\(\* (ram_style = "block", )?no_rw_check \*\)'
GRAPH = (prover.FLATTEN + "zinit -all; dffunmap; setundef -undriven -zero; setundef -zero; abc -g AND -fast; "
         "opt_clean; write_aiger -symbols {path}")
NETLIST = "synth_ice40 -device u -top {top}; read_verilog -DNO_ICE40_DEFAULT_ASSIGNMENTS -overwrite {models}; " \
          "hierarchy -check -top {top}; "
SMALL = {"accumulator": {"AccumulatorDepth": 4}, "mx_accumulator": {"AccumulatorDepth": 4}, "buffer": {"Words": 8},
         "ram": {"Words": 8}, "window": {"Taps": 8}, "command_queue": {"QueueCommands": 2, "FetchAhead": 1}}
# Their parts are proved; whole they are too much for one proof. Lockstep runs the netlist of the machine tiny.
WHOLE = ("napier", "compute", "real_core")
BEGIN, END = "<!-- table of netlists: written by make equivalence -->", "<!-- end of the netlists -->"


def modules():
    """Every module of the RTL that is not a machine, a board or one of WHOLE."""
    paths = [path for path in synth.sources() if path.parent.name != "board" and path.stem != "napier_pkg"]
    return sorted(path.stem for path in paths if not path.stem.startswith("napier_") and path.stem not in WHOLE)


def sources(folder, fault=None):
    """Paths of the RTL, memories as registers; fault: (file, before, after), planted."""
    paths = []
    for path in synth.sources():
        text = path.read_text(encoding="utf-8")
        changed = re.sub(MEMORY, '(* ram_style = "logic" *)', text)
        if fault is not None and path == ROOT / fault[0]:
            changed = changed.replace(*fault[1:])
            if changed == text:
                raise prover.ToolError(f"The fault in {fault[0]} names a text that is not there; correct it.")
        if changed != text:
            path = folder / path.name
            path.write_text(changed, encoding="utf-8")
        paths.append(path)
    return " ".join(map(str, paths))


def models(folder):
    """Yosys's models of the cells that netlists hold: the others cost it a minute to read."""
    text = MODELS.read_text(encoding="utf-8")
    first = text.index("\nmodule ")
    parts = [text[:text.rindex("`endif", 0, first) + len("`endif")],
             *re.findall(rf"^module (?:{CELLS})\b.*?^endmodule", text, flags=re.M | re.S)]
    path = folder / "cells.v"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def graph(top, folder, seconds, netlist, fault=None):
    path = folder / ("netlist.aig" if netlist else "rtl.aig")
    knobs = "".join(f"chparam -set {name} {value} {top}; " for name, value in SMALL.get(top, {}).items())
    steps = (NETLIST.format(top=top, models=models(folder)) if netlist else "") + GRAPH.format(path=path)
    prover.call("yosys", f"read_verilog -sv {sources(folder, fault)}; {knobs}hierarchy -check -top {top}; "
                         f"rename -top {top}; {steps}", seconds)
    return path


def compare(top, seconds, fault=None):
    """Verdict on one module and its netlist, why it is undecided, and seconds. fault: planted in the netlist alone."""
    start, reason = time.monotonic(), ""
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            rtl, netlist = graph(top, folder, seconds, False), graph(top, folder, seconds, True, fault)
            said = prover.call("yosys-abc", f"miter {rtl} {netlist}; strash; scorr; pdr -T {seconds}", 2 * seconds)
    except prover.ToolError as error:
        said, reason = "", str(error)
    verdict = prover.PROVED if "Property proved" in said else \
        prover.REFUTED if "was asserted in frame" in said else prover.UNDECIDED
    return top, verdict, reason, time.monotonic() - start


def table(outcomes):
    def named(wanted):
        return ", ".join(f"`{top}`" for top, verdict, *_ in outcomes if verdict == wanted) or "none"

    proved = sum(verdict == prover.PROVED for _, verdict, *_ in outcomes)
    return (f"{proved} of {len(outcomes)} modules proved equal to their netlists: {named(prover.PROVED)}.\n\n"
            f"Not decided: {named(prover.UNDECIDED)}.")


def main():
    parser = argparse.ArgumentParser(description="Proves modules equal to their netlists.")
    parser.add_argument("--module", action="append", help="only this one, and no table; may be repeated")
    parser.add_argument("--seconds", type=int, default=300, help="of each step of a proof")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda top: compare(top, options.seconds), options.module or modules()):
            outcomes.append(outcome)
            print(f"{outcome[0]:20} {outcome[1]:10} {outcome[3]:6.1f} s  {outcome[2]}", flush=True)
    if not options.module:
        text = DOCUMENT.read_text(encoding="utf-8")
        body = f"{BEGIN}\n{table(outcomes)}\n{END}"
        DOCUMENT.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: body, text, flags=re.S), encoding="utf-8")
    return 1 if any(verdict == prover.REFUTED for _, verdict, *_ in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
