#!/usr/bin/python3
"""Compares the golden code of every float32 pattern with ml_dtypes's, element format by element format. See --help.

Left out, because the rules differ: NaN where the format has none, and in E4M3 and E5M2 what rounds past the greatest
number, which ml_dtypes does not clamp. ml_dtypes has no mxint8.
"""

import argparse
import pathlib
import subprocess
import sys

from element_types import PAST_GREATEST, TYPES

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "sw/tools"))
from environment import fetch

PACKAGES = ["ml_dtypes==0.5.1", "numpy==1.26.4"]
HAS_NAN = {"mxfp8_e4m3", "mxfp8_e5m2"}
PATTERNS = 1 << 32
CHUNK = 1 << 24


def compare(name, first, golden):
    """(patterns compared, patterns that differ, a line on the first of these or "")."""
    import ml_dtypes
    import numpy
    values = numpy.arange(first, first + len(golden), dtype=numpy.uint64).astype(numpy.uint32).view(numpy.float32)
    codes = numpy.frombuffer(golden, numpy.uint8)
    with numpy.errstate(all="ignore"):
        others = values.astype(getattr(ml_dtypes, TYPES[name])).view(numpy.uint8)
        counted = numpy.isnan(values) if name in HAS_NAN else numpy.zeros(len(values), bool)
        counted |= numpy.abs(values) < PAST_GREATEST.get(name, numpy.inf)
        if name not in HAS_NAN:
            counted |= numpy.isinf(values)
    same = (codes == others) | (numpy.isnan(values) & ((codes & 0x7F) == (others & 0x7F)))
    wrong = numpy.flatnonzero(counted & ~same)
    text = ""
    if len(wrong):
        at = wrong[0]
        text = f"{name}: pattern {first + at:08x} is {codes[at]:02x}, by ml_dtypes {others[at]:02x}"
    return int(counted.sum()), len(wrong), text


def check(name, program, patterns):
    """Prints the count of a format; the number of patterns that differ."""
    stream = subprocess.Popen([program, name, "0", str(patterns)], stdout=subprocess.PIPE)
    compared = different = 0
    for first in range(0, patterns, CHUNK):
        wanted = min(CHUNK, patterns - first)
        golden = stream.stdout.read(wanted)
        if len(golden) != wanted:
            raise SystemExit(f"{program} {name} ended after {first + len(golden)} of {patterns} patterns.")
        more, wrong, text = compare(name, first, golden)
        if wrong and not different:
            print(text, flush=True)
        compared, different = compared + more, different + wrong
    if stream.wait() != 0:
        raise SystemExit(f"{program} {name} ended with status {stream.returncode}.")
    print(f"{name}: {compared} of {patterns} float32 patterns compared with ml_dtypes, {different} differ", flush=True)
    return different


def main():
    parser = argparse.ArgumentParser(description="Compares golden codes of every float32 with those of ml_dtypes.")
    parser.add_argument("--program", required=True, help="the built encode_elements")
    parser.add_argument("--environment", type=pathlib.Path, help="folder for ml_dtypes; without: this Python has it")
    parser.add_argument("--element", choices=list(TYPES), help="one element format alone")
    parser.add_argument("--patterns", type=int, default=PATTERNS, help="of the 2^32 the first so many")
    options = parser.parse_args()
    if options.environment:
        python = fetch(options.environment, "ml_dtypes", PACKAGES)
        command = [python, "-B", __file__, "--program", options.program]
        command += ["--patterns", str(options.patterns)]
        command += ["--element", options.element] if options.element else []
        return subprocess.run(command, check=False).returncode
    names = [options.element] if options.element else list(TYPES)
    return 1 if sum(check(name, options.program, options.patterns) for name in names) else 0


if __name__ == "__main__":
    sys.exit(main())
