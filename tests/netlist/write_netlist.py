#!/usr/bin/python3
"""Writes the netlist that Yosys makes of a machine for the iCE40, to be simulated with Yosys's models of its cells."""

import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "rtl/synth"))
import synth  # noqa: E402

# Nets of one bit: a bus that is joined of its own bits looks like a loop to a simulator.
WRITE = "opt_clean -purge; splitnets; opt_clean -purge; write_verilog -noattr {path}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machine", default="tiny")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    top = "napier_" + options.machine.replace("-", "_")
    script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; hierarchy -check -top {top}; "
              f"{synth.COMMANDS['ice40'].format(top=top)}; {WRITE.format(path=options.output)}")
    done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"Yosys did not synthesize {options.machine}: {(done.stderr or done.stdout).strip()}", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
