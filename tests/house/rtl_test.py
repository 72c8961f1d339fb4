"""Is the RTL written in the subset that every tool builds right, and does every module lint alone?"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/spec"))
import description as description_reader  # noqa: E402

# Constructs that Yosys 0.23 rejects or, worse, builds wrong without a word.
FORBIDDEN = {
    "import": r"\bimport\b",
    "interface": r"\b(interface|modport)\b",
    "latch": r"\balways_latch\b",
    "always_comb without the keyword": r"\balways\s*@\s*\(?\s*\*",
    "assignment pattern": r"'\{",
    "return, break or continue": r"\b(return|break|continue|foreach|inside)\b",
    "struct": r"\b(struct|union)\b",
    "file inclusion": r"`include\b",
    "concurrent assertion": r"\b(assert|assume|cover)\s+property\b",
    "packed two-dimensional vector": r"\blogic\s*(signed\s*)?\[[^\]]*\]\s*\[",
    "initial block": r"\binitial\b",
    "vendor primitive": r"\b(SB_[A-Z0-9_]+|DP16KD|TRELLIS_[A-Z0-9_]+|RAMB\d+\w*|DSP48\w*)\b",
}


def machine_names():
    loaded = description_reader.load(tree.ROOT / "rtl/spec/napier.toml")
    return [machine["name"].replace("-", "_") for machine in loaded["machine"]]


def constructs(text):
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def lint(path):
    command = ["verilator", "--lint-only", "-Wall", "--top-module", path.stem, "-f", "rtl/filelist.f", path.as_posix()]
    return path, subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)


class Rtl(unittest.TestCase):
    def test_the_fusesoc_core_has_every_module(self):
        text = tree.read("napier.core")
        listed = re.findall(r"^ +- (rtl/\S+\.sv)$", text, re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(path.as_posix() for path in tree.files((".sv",), "rtl")))
        self.assertEqual(listed[0], "rtl/generated/napier_pkg.sv", "the package comes first")

    def test_no_forbidden_construct(self):
        for path in tree.rtl_modules():
            self.assertEqual(constructs(tree.code(path)), [], f"{path} uses a forbidden construct")

    def test_one_module_a_file_and_the_same_name(self):
        for path in tree.rtl_modules():
            modules = re.findall(r"^\s*module\s+(\w+)", tree.code(path), flags=re.M)
            self.assertEqual(modules, [path.stem], f"{path} must hold the module {path.stem} alone")

    def test_every_module_lints_as_its_own_top(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for path, result in pool.map(lint, tree.rtl_modules()):
                with self.subTest(module=path.stem):
                    self.assertEqual(result.returncode, 0, f"{path}:\n{result.stderr}")


@unittest.skipUnless((tree.ROOT / "rtl/napier.sv").is_file(), "the RTL is not there")
class Elaboration(unittest.TestCase):
    def elaborate(self, top):
        """Yosys cells of the design under top, by module, after processes became cells."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "cells.json"
            script = (f"{tree.read_rtl()}; hierarchy -check -top napier_{top}; proc; opt_expr; opt_clean; "
                      f"check -assert; write_json {out}")
            result = tree.yosys(script)
            self.assertEqual(result.returncode, 0, result.stderr[-4000:])
            with open(out, encoding="utf-8") as file:
                return json.load(file)["modules"]

    def test_yosys_elaborates_every_machine_without_latch_or_multiplier(self):
        for top in machine_names():
            with self.subTest(machine=top):
                modules = self.elaborate(top)
                self.assertTrue(modules)
                for name, module in modules.items():
                    for cell in module["cells"].values():
                        self.assertNotIn(cell["type"], ("$dlatch", "$adlatch", "$dlatchsr"), f"latch in {name}")
                        if cell["type"] == "$mul":
                            self.assertTrue(constant_operand(cell), f"{name} multiplies two variables")


def constant_operand(cell):
    return any(all(bit in ("0", "1") for bit in cell["connections"][side]) for side in ("A", "B"))


class Rules(unittest.TestCase):
    def test_the_rules_can_fail(self):
        for text in ("import napier_pkg::*;", "always_latch q = d;", "logic [3:0][7:0] x;", "x = '{1, 2};",
                     "return 3;", "initial x = 0;", "assert property (@(posedge clk) a);"):
            self.assertNotEqual(constructs(text), [], text)
        self.assertEqual(constructs("logic [7:0] memory [16]; always_comb x = y[i*8 +: 8];"), [])
        variable = {"connections": {"A": [2, 3], "B": [4, "0"]}}
        self.assertFalse(constant_operand(variable))
        self.assertTrue(constant_operand({"connections": {"A": [2, 3], "B": ["1", "0"]}}))


if __name__ == "__main__":
    unittest.main()
