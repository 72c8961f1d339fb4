#!/usr/bin/python3
"""Writes everything that is derived from rtl/spec/napier.toml.

generate.py           writes the files
generate.py --check   writes nothing; exit status 1 names the files that are stale
"""

import argparse
import pathlib
import sys

import c_header
import cpp
import description as reader
import formats
import markdown
import serial
import systemrdl
import verilog
from naming import SOURCE, snake

ROOT = pathlib.Path(__file__).resolve().parents[2]


def outputs(description):
    """Path, relative to the repository, and text of every generated file."""
    files = {"rtl/generated/napier_pkg.sv": verilog.package(description),
             "rtl/generated/dot.sv": formats.dot(description),
             "rtl/generated/napier.rdl": systemrdl.document(description),
             "sw/spec/napier_registers.h": c_header.header(description),
             "sw/spec/spec.hpp": cpp.header(description),
             "sw/spec/serial.hpp": serial.header(description),
             "sw/spec/knobs.hpp": cpp.knobs_header(description),
             "docs/registers.md": markdown.document(description)}
    for machine in description["machine"]:
        files[f"rtl/generated/napier_{snake(machine['name'])}.sv"] = verilog.machine_top(machine, description)
    return files


def stale(files, root):
    """Names of generated files that differ from their text, and of files in rtl/generated that nothing makes."""
    names = [name for name, text in files.items()
             if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text]
    present = {path.relative_to(root).as_posix() for path in (root / "rtl/generated").glob("*")}
    return names + sorted(present - set(files))


def write(files, root):
    for name in stale(files, root):
        if name not in files:
            (root / name).unlink()
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(files[name], encoding="utf-8")


def main(arguments):
    parser = argparse.ArgumentParser(description="Writes the files derived from " + SOURCE + ".")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="folder of the repository")
    options = parser.parse_args(arguments)
    try:
        files = outputs(reader.load(options.root / SOURCE))
    except reader.DescriptionError as error:
        for fault in error.faults:
            print(f"{SOURCE}: {fault}", file=sys.stderr)
        return 1
    if not options.check:
        write(files, options.root)
        return 0
    names = stale(files, options.root)
    for name in names:
        print(f"{name} is stale; run make generate.", file=sys.stderr)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
