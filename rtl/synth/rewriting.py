"""Changes of a netlist that Yosys wrote as JSON, in place."""

import argparse
import json
import pathlib


def rewrite(path, change):
    """Applies change to every module of the file but black boxes; the sum of what it returns, numbers."""
    design = json.loads(path.read_text(encoding="utf-8"))
    count = sum(change(module) for module in design["modules"].values()
                if not int(module.get("attributes", {}).get("blackbox", "0"), 2))
    path.write_text(json.dumps(design), encoding="utf-8")
    return count


def main(description, change, counted):
    """The command line of one change, which is given a path: prints how many of what it counts."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("netlist", type=pathlib.Path)
    print(f"{change(parser.parse_args().netlist)} {counted}")
    return 0
