#!/usr/bin/python3
"""Compiles products.x to Verilog with XLS, which it fetches from PyPI into a folder of its own. See --help."""

import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sw/tools"))
from environment import fetch

XLS = "xls-python==0.1.9934"  # Python bindings of XLS's library, a binary wheel
SOURCE = pathlib.Path(__file__).with_name("products.x")
TOP = "products"


def verilog():
    """The module `products`, combinational; runs where xls is installed."""
    import xls
    package = xls.parse_ir_package(xls.optimize_ir(
        xls.convert_dslx_to_ir(SOURCE.read_text(encoding="utf-8"), str(SOURCE), TOP), xls.mangle_dslx_name(TOP, TOP)))
    result = package.schedule_and_codegen(generator="combinational", top=xls.mangle_dslx_name(TOP, TOP),
                                          module_name=TOP, use_system_verilog=True)
    return result.get_verilog_text()


def main():
    parser = argparse.ArgumentParser(description="Compiles hls/xls/products.x to SystemVerilog with XLS.")
    parser.add_argument("--xls", type=pathlib.Path, help="folder for XLS; without: this Python has it")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="file to write")
    options = parser.parse_args()
    if options.xls:
        command = [fetch(options.xls, "xls", [XLS]), __file__, "--output", options.output]
        return subprocess.run(command, check=False).returncode
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(verilog(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
