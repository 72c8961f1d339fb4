#!/usr/bin/python3
"""Synthesizes arrays of real numbers without multiplier blocks: LUTs and flip-flops for each product a cycle.

One array for each element format of microscaling, both operands in it, and one for piecewise-affine products. An array
has its decoders, the weights it holds and its products; of microscaling the sums of blocks, too. The additions to
float32 accumulators stand behind it, one a column: rtl/synth/units.py has them.
"""

import argparse
import concurrent.futures
import sys

import synth
import units

PRODUCTS = 256  # of an array in a cycle
HEAD = ("format", "family", "column: products", "LUT", "FF", "DSP", "array: products", "LUT", "FF", "DSP",
        "LUT a product", "FF a product")


def arrays(elements):
    """(format, module, its parameters, products of a column in a cycle)"""
    for code, name in sorted(elements.items(), reverse=True):
        yield name, "mx_array", {"AElements": 1 << code, "BElements": 1 << code}, units.PRODUCTS
    yield "pam", "pam_array", {}, 1


def row(array, family):
    name, module, parameters, products = array
    column, _ = units.synthesize(module, parameters | {"Columns": 1}, family=family)
    whole, _ = units.synthesize(module, parameters | {"Columns": PRODUCTS // products}, family=family)
    return (name, family, products, column["LUT"], column["FF"], column["DSP"], PRODUCTS, whole["LUT"], whole["FF"],
            whole["DSP"], f"{whole['LUT'] / PRODUCTS:.1f}", f"{whole['FF'] / PRODUCTS:.1f}")


def main():
    parser = argparse.ArgumentParser(description="LUTs for each product of each format of real numbers.")
    parser.add_argument("--format", action="append", help="only this format; may be repeated")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    every = list(arrays(units.element_names()))
    chosen = [array for array in every if not options.format or array[0] in options.format]
    unknown = set(options.format or ()) - {array[0] for array in every}
    if unknown:
        print(f"No format of real numbers is called {', '.join(sorted(unknown))}; there are "
              f"{', '.join(array[0] for array in every)}.", file=sys.stderr)
        return 1
    cases = [(array, family) for family in units.FAMILIES for array in chosen]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(lambda case: row(*case), cases))
    print("\n".join(synth.table([HEAD, *rows])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
