#!/usr/bin/python3
"""Writes the vector pack from reference.py.

write_vectors.py          writes the files beside it
write_vectors.py --check  writes nothing; status 1 names the files that are stale
"""

import argparse
import pathlib
import sys

import cases
import lines
import reference

FOLDER = pathlib.Path(__file__).resolve().parent


def text_of(verb):
    takes, gives = lines.VERBS[verb]
    title = f"# {verb} {' '.join(takes)} -> {' '.join(gives)}. Written by write_vectors.py; see README.md."
    implementation = reference.Reference()
    entries = [lines.write(implementation, verb, operands) for operands in cases.of(verb)]
    return "\n".join([title, *dict.fromkeys(entries), ""])


def outputs():
    """Name and text of every file."""
    return {f"{verb}.txt": text_of(verb) for verb in lines.VERBS}


def stale(files):
    present = {path.name for path in FOLDER.glob("*.txt")}
    wrong = [name for name, text in files.items()
             if name not in present or (FOLDER / name).read_text(encoding="utf-8") != text]
    return wrong + sorted(present - set(files))


def main(arguments):
    parser = argparse.ArgumentParser(description="Writes the vector pack.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    options = parser.parse_args(arguments)
    files = outputs()
    names = stale(files)
    if options.check:
        for name in names:
            print(f"tests/vectors/mx/{name} is stale; run write_vectors.py.", file=sys.stderr)
        return 1 if names else 0
    for name in names:
        if name in files:
            (FOLDER / name).write_text(files[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
