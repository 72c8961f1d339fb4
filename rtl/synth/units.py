#!/usr/bin/python3
"""Synthesizes the units of microscaling for ECP5 with Yosys: a table of LUT4, flip-flops and DSP blocks.

Each module is synthesized once and counted as often as it stands in the unit. LUTs are not merged into wider ones
(-nowidelut), which takes the fewest LUT4. Products of a block: 32.
"""

import argparse
import concurrent.futures
import itertools
import pathlib
import subprocess
import sys
import tempfile

import cells
import synth

PRODUCTS = 32


# Yosys commands of a family, without ({dsp} = -nodsp) or with multiplier blocks.
FAMILIES = {
    "ecp5": "synth_ecp5 -nowidelut {dsp}",
    "xilinx": "synth_xilinx -family xc7 -noiopad -noclkbuf {dsp}",
}


def synthesize(top, parameters, multipliers=False, family="ecp5", flat="*mx_multiply*"):
    """Yosys on one unit: resources of the whole, and of each block without the blocks inside it. flat: the modules that
    become part of those around them."""
    settings = "".join(f"chparam -set {name} {value} {top}; " for name, value in parameters.items())
    command = FAMILIES[family].format(dsp="" if multipliers else "-nodsp")
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "stat"
        script = (f"read_verilog -sv {' '.join(map(str, synth.sources()))}; {settings}hierarchy -check -top {top}; "
                  f"setattr -mod -set keep_hierarchy 1 *; setattr -mod -unset keep_hierarchy {flat}; "
                  f"{command}; tee -q -o {report} stat")
        done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"Yosys stopped at {top}: {done.stderr.strip()}")
        modules = cells.parse(report.read_text(encoding="utf-8"))
        # With parameters the top has a name made from them.
        name = next(name for name in modules if cells.block(name) == top)
        return cells.totals(modules, name, family)


def pair_row(elements, pair, multipliers):
    """Resources of a block unit of one pair of formats, with the decoders apart: an array shares them."""
    a, b = (elements[code] for code in pair)
    whole, blocks = synthesize("mx_block", {"AElements": 1 << pair[0], "BElements": 1 << pair[1],
                                            "UseMultiplier": int(multipliers)}, multipliers)
    decoders = blocks["mx_decode"]["LUT"]
    rest = whole["LUT"] - decoders
    return (a, b, rest, f"{rest / PRODUCTS:.1f}", decoders, whole["FF"], whole["DSP"])


def other_units(count):
    every = (1 << count) - 1
    return [("block_accumulate", {"SumBits": bits}) for bits in (13, 23, 41, 69)] + [
        ("mx_quantize", {"Elements": every, "Lanes": lanes}) for lanes in (1, 4)] + [
        ("mx_quantize", {"Elements": 1 << (count - 1), "Lanes": 4}), ("float32_add", {}), ("pam_accumulate", {}),
        ("mx_block", {"AElements": every, "BElements": every})]


def unit_row(unit):
    top, parameters = unit
    whole, _ = synthesize(top, parameters)
    return (top, " ".join(f"{name}={value}" for name, value in parameters.items()), whole["LUT"], whole["FF"],
            whole["BRAM"], whole["DSP"])


def element_names():
    """Element code -> name."""
    description = synth.description_reader.load(synth.ROOT / "rtl/spec/napier.toml")
    return {entry["code"]: entry["name"] for entry in description["element"]}


def show(title, rows):
    print(title)
    print("\n".join(synth.table(rows)), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Synthesizes the units of microscaling with Yosys.")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    elements = element_names()
    pairs = list(itertools.combinations_with_replacement(sorted(elements, reverse=True), 2))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        show("Other units", [("unit", "parameters", "LUT4", "FF", "BRAM", "DSP"),
                             *pool.map(unit_row, other_units(len(elements)))])
        for multipliers in (False, True):
            rows = pool.map(lambda pair: pair_row(elements, pair, multipliers), pairs)
            show("mx_block " + ("with DSP blocks" if multipliers else "without DSP blocks"),
                 [("a", "b", "LUT4", "a product", "decoders", "FF", "DSP"), *rows])
    return 0


if __name__ == "__main__":
    sys.exit(main())
