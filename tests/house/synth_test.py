"""Does the smallest machine synthesize with block RAM and without DSP blocks, and does the counting count right?"""

import sys
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/synth"))
import cells  # noqa: E402
import synth  # noqa: E402

STAT = """
=== $paramod$1\\pe ===

   Number of cells:                  3
     SB_DFFE                         2
     SB_LUT4                         5

=== napier_tiny ===

     $paramod$1\\pe                   4
     SB_RAM40_4K                     2
     SB_LUT4                         7

=== design hierarchy ===

   napier_tiny                       1
     SB_LUT4                        27
"""


class Synthesis(unittest.TestCase):
    def check_tiny(self, family):
        description = synth.description_reader.load(tree.ROOT / "rtl/spec/napier.toml")
        machine = next(entry for entry in description["machine"] if entry["name"] == "tiny")
        result = synth.synthesize("tiny", family)
        self.assertEqual(synth.broken_rules(result, machine, description), [])
        print("; ".join(f"{resource} {result[resource]}" for resource in cells.RESOURCES))

    # Each family makes DSP blocks of other products.
    def test_tiny_on_ice40(self):
        self.check_tiny("ice40")

    def test_tiny_on_ecp5(self):
        self.check_tiny("ecp5")

    def test_tiny_on_xilinx(self):
        self.check_tiny("xilinx")

    def test_a_broken_rule_is_named(self):
        description = synth.description_reader.load(tree.ROOT / "rtl/spec/napier.toml")
        machine = next(entry for entry in description["machine"] if entry["name"] == "tiny")
        faults = synth.broken_rules({"BRAM": 0, "DSP": 1}, machine, description)
        self.assertEqual(len(faults), 2)
        self.assertEqual(len(synth.broken_rules({"failure": "syntax error"}, machine, description)), 1)


class Counting(unittest.TestCase):
    def test_modules_count_as_often_as_they_stand(self):
        whole, blocks = cells.totals(cells.parse(STAT), "napier_tiny", "ice40")
        self.assertEqual(whole, {"LUT": 27, "FF": 8, "BRAM": 2, "DSP": 0})
        self.assertEqual(blocks["pe"], {"LUT": 20, "FF": 8, "BRAM": 0, "DSP": 0})

    def test_cells_have_their_cost(self):
        self.assertEqual(cells.cost({"LUT4": 3, "CCU2C": 2, "TRELLIS_DPR16X4": 1}, "ecp5")["LUT"], 13)
        self.assertEqual(cells.cost({"RAMB18E1": 1, "RAMB36E1": 2, "FDRE": 3}, "xilinx"),
                         {"LUT": 0, "FF": 3, "BRAM": 5, "DSP": 0})


if __name__ == "__main__":
    unittest.main()
