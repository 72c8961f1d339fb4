"""Are tables that are folded into carry cells still the same circuit?"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/synth"))
import fold  # noqa: E402

TOP = "multiply_step"  # gated rows of adders
SOURCES = [tree.ROOT / "rtl/post" / f"{name}.sv" for name in (TOP, "rows_of_adders")]


def yosys(script):
    done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


class Fold(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        path = self.folder / "netlist.json"
        done, words = yosys(f"read_verilog -sv {' '.join(map(str, SOURCES))}; synth_ecp5 -nowidelut -top {TOP}; "
                            f"write_json {path}")
        self.assertTrue(done, words)
        self.before = json.loads(path.read_text(encoding="utf-8"))["modules"][TOP]
        self.count = fold.fold(path)
        self.after = json.loads(path.read_text(encoding="utf-8"))["modules"][TOP]

    def equal(self, after):
        """Whether Yosys proves it, with its own models of the cells."""
        for name, module in (("gold", self.before), ("gate", after)):
            (self.folder / f"{name}.json").write_text(json.dumps({"modules": {name: module}}), encoding="utf-8")
        return yosys(f"read_verilog -DNO_INCLUDES +/ecp5/cells_sim.v; read_json {self.folder}/gold.json; "
                     f"read_json {self.folder}/gate.json; equiv_make gold gate equiv; hierarchy -top equiv; flatten; "
                     "proc; opt_clean; equiv_simple; equiv_status -assert")[0]

    def test_folded_tables_are_gone_and_nothing_else_changed(self):
        tables = [sum(cell["type"] == "LUT4" for cell in module["cells"].values()) for module in
                  (self.before, self.after)]
        self.assertGreater(self.count, 100)
        self.assertEqual(tables[0] - tables[1], self.count)
        self.assertTrue(self.equal(self.after))

    def test_a_wrong_table_is_found(self):
        wrong = copy.deepcopy(self.after)
        cell = next(cell for cell in wrong["cells"].values() if cell["type"] == "CCU2C" and "x" not in
                    str(cell["connections"]) and cell["parameters"]["INIT0"] != "1001011010101010")
        cell["parameters"]["INIT0"] = "".join("10"[int(bit)] for bit in cell["parameters"]["INIT0"])
        self.assertFalse(self.equal(wrong))


if __name__ == "__main__":
    unittest.main()
