#!/usr/bin/python3
"""Synthesizes the array with one number format at a time and prints LUTs and flip-flops for each product a cycle."""

import argparse
import concurrent.futures
import sys

import synth
import units

sys.path.insert(0, str(synth.ROOT / "rtl/spec"))
import description as description_reader  # noqa: E402
import machines  # noqa: E402


def synthesize(entry, top, family, options):
    """Resources of one PE (top: pe) or the array of that format alone, without multiplier blocks; lanes fill the PE."""
    knobs = {"ActivationBits": options.activation_bits, "WeightBits": options.weight_bits,
             "Formats": 1 << entry["code"], "Rows": options.rows}
    if top == "array":
        knobs |= {"Columns": options.columns}
    return units.synthesize(top, knobs, family=family, flat="*dot*")[0]


def main():
    parser = argparse.ArgumentParser(description="LUTs for each product of each number format.")
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--columns", type=int, default=16)
    parser.add_argument("--activation-bits", type=int, default=32)
    parser.add_argument("--weight-bits", type=int, default=8)
    parser.add_argument("--format", action="append", help="only this format; may be repeated")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    description = description_reader.load(synth.ROOT / "rtl/spec/napier.toml")
    knobs = {"activation_bits": options.activation_bits, "weight_bits": options.weight_bits,
             "rows": options.rows}
    formats = [entry for entry in description["format"] if machines.lanes(knobs, entry) > 0]
    formats = [entry for entry in formats if not options.format or entry["name"] in options.format]
    cases = [(entry, top, family) for family in units.FAMILIES for entry in formats for top in ("pe", "array")]
    rows = [("format", "family", "products of a PE", "PE: LUT", "FF", "DSP", "products", "array: LUT", "FF", "DSP",
             "LUT a product", "FF a product")]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        totals = list(pool.map(lambda case: synthesize(*case, options), cases))
    for (entry, _, family), pe, array in zip(cases[::2], totals[::2], totals[1::2]):
        lanes = machines.lanes(knobs, entry) * entry["channels"]
        products = options.rows * options.columns * lanes
        rows.append((entry["name"], family, lanes, pe["LUT"], pe["FF"], pe["DSP"], products, array["LUT"], array["FF"],
                     array["DSP"], f"{array['LUT'] / products:.1f}", f"{array['FF'] / products:.1f}"))
    print("\n".join(synth.table(rows)))


if __name__ == "__main__":
    main()
