#!/usr/bin/python3
"""Synthesizes machines with Yosys: a table on the terminal, optionally JSON. Status 1 if a rule is broken.

Each module is synthesized once and counted as often as it stands in the machine, so that the array costs seconds; the
small iCE40 machine is flattened. Rules: buffers become block RAM, and a machine of formats that do not multiply uses
no DSP block even where the family offers it.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import cells

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "rtl/spec"))
import description as description_reader  # noqa: E402
import machines as machine_sizes  # noqa: E402

# Every module but the products inside a PE stays a module.
KEEP = "setattr -mod -set keep_hierarchy 1 *; setattr -mod -unset keep_hierarchy *dot*;"
COMMANDS = {
    # The loader's descriptors, small LUT RAM elsewhere, are block RAM. A long period: cells count, not levels.
    "ice40": "setattr -set ram_style \"block\" m:descriptors; scratchpad -set abc9.D 100000; "
             "synth_ice40 -dsp -abc9 -device u -top {top}",
    "ecp5": KEEP + " synth_ecp5 -nowidelut -top {top}",
    "xilinx": KEEP + " synth_xilinx -family xc7 -flatten -top {top}",
}
RUNS = [("tiny", "ice40")] + [(machine, family) for family in ("ecp5", "xilinx")
                              for machine in ("tiny", "odd", "edge-int8", "edge-ternary", "edge")]


def sources():
    package = ROOT / "rtl/generated/napier_pkg.sv"
    return [package, *sorted(path for path in (ROOT / "rtl").rglob("*.sv") if path != package)]


def synthesize(machine, family):
    """Yosys on one machine; the result as a dictionary, with "failure" if Yosys stopped."""
    top = "napier_" + machine.replace("-", "_")
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "stat"
        script = (f"read_verilog -sv {' '.join(map(str, sources()))}; hierarchy -check -top {top}; "
                  f"{COMMANDS[family].format(top=top)}; "
                  f"tee -q -o {report} stat")
        done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
        result = {"machine": machine, "family": family, "seconds": round(time.monotonic() - start, 1)}
        if done.returncode != 0:
            return result | {"failure": (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]}
        whole, blocks = cells.totals(cells.parse(report.read_text(encoding="utf-8")), top, family)
    return result | whole | {"blocks": blocks}


def broken_rules(result, machine, description):
    if "failure" in result:
        return [f"Yosys stopped: {result['failure']}"]
    faults = []
    if result["BRAM"] == 0:
        faults.append("no block RAM was inferred; check the buffers")
    multiplies = any(entry["multiplies"] for entry in machine_sizes.formats_of(machine, description))
    if result["DSP"] and not multiplies:
        faults.append(f"{result['DSP']} DSP blocks in a machine that does not multiply")
    return faults


def table(rows):
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(str(cell).ljust(width) if column < 2 else str(cell).rjust(width)
                        for column, (cell, width) in enumerate(zip(row, widths)))


def summary(results, description):
    named = {machine["name"]: machine for machine in description["machine"]}
    rows = [("machine", "family", *cells.RESOURCES, "products", "seconds")]
    for result in results:
        products = machine_sizes.sizes(named[result["machine"]], description)["products"]
        text = ", ".join(f"{count} {name}" for name, count in products.items())
        numbers = [result.get(resource, "-") for resource in cells.RESOURCES]
        rows.append((result["machine"], result["family"], *numbers, text, result["seconds"]))
    return table(rows)


def block_table(result):
    rows = [("block", "", *cells.RESOURCES)]
    ordered = sorted(result["blocks"].items(), key=lambda item: -item[1]["LUT"])
    return table(rows + [(name, "", *(entry[resource] for resource in cells.RESOURCES)) for name, entry in ordered])


def chosen(options):
    runs = [run for run in RUNS if not options.machine or run[0] in options.machine]
    return [run for run in runs if not options.family or run[1] in options.family]


def main():
    parser = argparse.ArgumentParser(description="Synthesizes machines with Yosys.")
    parser.add_argument("--machine", action="append", help="only this machine; may be repeated")
    parser.add_argument("--family", action="append", choices=sorted(COMMANDS), help="only this family of devices")
    parser.add_argument("--blocks", action="store_true", help="also a table of each machine's blocks")
    parser.add_argument("--json", type=pathlib.Path, help="write all numbers to this file")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    description = description_reader.load(ROOT / "rtl/spec/napier.toml")
    named = {machine["name"]: machine for machine in description["machine"]}
    runs = chosen(options)
    if not runs:
        parser.error("no run has this machine and family; known are " + ", ".join("/".join(run) for run in RUNS))
    results, faults = [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda run: synthesize(*run), runs):
            results.append(result)
            print(f"{result['machine']} on {result['family']}: {result['seconds']} s", file=sys.stderr, flush=True)
            faults += [f"{result['machine']} on {result['family']}: {fault}."
                       for fault in broken_rules(result, named[result["machine"]], description)]
    print("\n".join(summary(results, description)))
    for family in sorted({family for _, family in runs}):
        print(f"{family}: {cells.UNITS[family]}")
    for result in results if options.blocks else ():
        if "blocks" in result:
            print("\n".join(["", f"{result['machine']} on {result['family']}", *block_table(result)]))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
