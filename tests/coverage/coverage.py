#!/usr/bin/python3
"""Measures what the tests reach of the RTL of the machine odd: lines and branches, and toggled bits.

Runs the commands of waivers.toml on a build with -DNAPIER_COVERAGE=ON, merges the counts, and prints a table by file.
Status 1 if a line is not reached, too few bits toggle, or a waiver is not needed.
"""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile

import points
import waivers
from points import LINE, TOGGLE

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


def run(commands, build, folder):
    """Runs each command with its counts going to the folder."""
    environment = dict(os.environ, NAPIER_COVERAGE_FOLDER=str(folder))
    for command in commands:
        words = [word.replace("{build}", str(build)) for word in command]
        print("running " + " ".join(words), flush=True)
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise points.CoverageError(f"{words[0]} failed: {(done.stderr + done.stdout).strip()[-8000:]}")


def percent(reached, total):
    return 100.0 if total == 0 else 100.0 * reached / total


def table(counts, missed):
    """Lines of the table: reached, waived and missed points of each file and kind."""
    cells = collections.defaultdict(lambda: {LINE: [0, 0, 0], TOGGLE: [0, 0, 0]})
    missed = set(missed)
    for point, count in counts.items():
        for file in (point.file, "all"):
            cells[file][point.kind][0 if count else 2 if point in missed else 1] += 1
    yield "file" + " " * 32 + "   lines  waived  missed      bits  waived  missed  toggled"
    for file in sorted(cells, key=lambda name: (name == "all", name)):
        line, toggle = cells[file][LINE], cells[file][TOGGLE]
        yield (f"{file:36} {sum(line):7} {line[1]:7} {line[2]:7}   {sum(toggle):7} {toggle[1]:7} {toggle[2]:7} "
               f"{percent(toggle[0], toggle[0] + toggle[2]):7.2f}%")


def judge(counts, missed, unused, least_toggles):
    """Sentences of what is wrong."""
    reached = sum(1 for point in counts if point.kind == TOGGLE and counts[point])
    toggled = percent(reached, reached + sum(1 for point in missed if point.kind == TOGGLE))
    lines = [point for point in missed if point.kind == LINE]
    if lines:
        yield f"{len(lines)} lines or branches are not reached and have no waiver."
    if toggled < least_toggles:
        yield f"{toggled:.2f} % of the bits without a waiver toggle, {least_toggles} % must."
    for waiver in unused:
        yield f"The waiver of {waiver} waives nothing; remove it."


def main():
    parser = argparse.ArgumentParser(description="Lines and toggles of the RTL of odd that the tests reach.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with -DNAPIER_COVERAGE=ON")
    parser.add_argument("--counts", type=pathlib.Path, help="folder of counts of an earlier run; nothing is run")
    parser.add_argument("--missed", type=pathlib.Path, help="write what is missed without a waiver to this file")
    arguments = parser.parse_args()
    try:
        least_toggles, commands, table_of_waivers = waivers.read(FOLDER / "waivers.toml")
        with tempfile.TemporaryDirectory() as temporary:
            folder = arguments.counts or pathlib.Path(temporary)
            if not arguments.counts:
                run(commands, arguments.build.resolve(), folder)
            counts = points.read(sorted(folder.glob("*.dat")), ROOT)
        missed = waivers.apply(table_of_waivers, [point for point in counts if not counts[point]], ROOT)
    except (points.CoverageError, OSError) as error:
        sys.exit(str(error))
    print("\n".join(table(counts, missed)))
    if arguments.missed:
        arguments.missed.write_text("".join(f"{point}\n" for point in missed))
    failures = list(judge(counts, missed, [waiver for waiver in table_of_waivers if not waiver.used], least_toggles))
    print("\n".join(failures) or "Every line is reached, and enough bits toggle.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
