#!/usr/bin/env python3
"""Compares the vectors of microscaling elements with ml_dtypes, a third opinion on codes and on rounding.

check_elements.py   needs numpy and ml_dtypes; prints the counts, status 1 if a line differs

ml_dtypes has no mxint8. It does not clamp E4M3 and E5M2: values that round past the greatest are left out there.
"""

import pathlib
import sys

import ml_dtypes
import numpy

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "tests/vectors/mx"
sys.path.insert(0, str(VECTORS))
from element_types import PAST_GREATEST, TYPES


def rows(name):
    """Words of the file's lines."""
    text = (VECTORS / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split(" ") for line in text.split("\n") if line and not line.startswith("#")]


def real(word):
    return numpy.array([int(word, 16)], numpy.uint32).view(numpy.float32)


def decoded(element, code):
    value = numpy.array([code], numpy.uint8).view(getattr(ml_dtypes, TYPES[element])).astype(numpy.float32)
    return 0x7FC00000 if numpy.isnan(value[0]) else int(value.view(numpy.uint32)[0])


def encoded(element, value):
    return int(value.astype(getattr(ml_dtypes, TYPES[element])).view(numpy.uint8)[0])


def main():
    counts = {"decode": [0, 0], "encode": [0, 0], "scale": [0, 0], "bfloat16": [0, 0]}

    def compare(verb, line, given, wanted):
        counts[verb][given != wanted] += 1
        if given != wanted:
            print(f"{verb} {' '.join(line)}: ml_dtypes gives {given}, not {wanted}")

    for line in rows("decode"):
        if line[0] in TYPES:
            compare("decode", line, decoded(line[0], int(line[1], 16)), int(line[2], 16))
    for line in rows("encode"):
        value = real(line[1])
        if line[0] in TYPES and abs(value[0]) < PAST_GREATEST.get(line[0], numpy.inf):
            compare("encode", line, encoded(line[0], value), int(line[2], 16))
    for code in range(255):
        value = numpy.array([code], numpy.uint8).view(ml_dtypes.float8_e8m0fnu).astype(numpy.float64)[0]
        compare("scale", [f"{code:02X}"], float(value).hex(), (2.0 ** (code - 127)).hex())
    for line in rows("bfloat16"):
        value = real(line[0])
        if not numpy.isnan(value[0]):
            compare("bfloat16", line, int(value.astype(ml_dtypes.bfloat16).view(numpy.uint16)[0]), int(line[1], 16))
    for verb, (same, different) in counts.items():
        print(f"{verb}: {same} equal, {different} different")
    return 1 if any(different for _, different in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
