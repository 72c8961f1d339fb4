#!/usr/bin/python3
"""Synthesizes the array with one number format at a time and prints LUTs and flip-flops for each product a cycle."""

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import cells
import synth

sys.path.insert(0, str(synth.ROOT / "rtl/spec"))
import description as description_reader  # noqa: E402
import machines  # noqa: E402


def synthesize(entry, options):
    """Resources of an array of that format alone, without multiplier blocks; its lanes fill the PE."""
    knobs = {"Rows": options.rows, "Columns": options.columns, "ActivationBits": options.activation_bits,
             "WeightBits": options.weight_bits, "Formats": 1 << entry["code"]}
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "stat"
        values = " ".join(f"-set {name} {value}" for name, value in knobs.items())
        script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; chparam {values} array; "
                  f"hierarchy -check -top array; {synth.KEEP} synth_ecp5 -nodsp -top array; tee -q -o {report} stat")
        subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=True)
        modules = cells.parse(report.read_text(encoding="utf-8"))
    return entry, cells.totals(modules, "array", "ecp5")[0]


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
    knobs = {"activation_bits": options.activation_bits, "weight_bits": options.weight_bits}
    formats = [entry for entry in description["format"] if machines.lanes(knobs, entry) > 0]
    formats = [entry for entry in formats if not options.format or entry["name"] in options.format]
    rows = [("format", "", "products", "LUT", "FF", "DSP", "LUT a product")]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for entry, total in pool.map(lambda entry: synthesize(entry, options), formats):
            products = options.rows * options.columns * machines.lanes(knobs, entry) * entry["channels"]
            rows.append((entry["name"], "", products, total["LUT"], total["FF"], total["DSP"],
                         f"{total['LUT'] / products:.1f}"))
    print("\n".join(synth.table(rows)))


if __name__ == "__main__":
    main()
