"""Do modules equal their netlists, and is a netlist of something else told apart?"""

import unittest

import equivalence
import prover


class Equivalence(unittest.TestCase):
    def check(self, top, verdict, fault=None):
        _, found, reason, _ = equivalence.compare(top, 300, fault)
        self.assertEqual(found, verdict, reason)

    def test_combinational(self):
        self.check("dot_ternary", prover.PROVED)

    def test_registers(self):
        self.check("tokens", prover.PROVED)

    def test_memory(self):
        self.check("ram", prover.PROVED)

    def test_another_netlist_is_told_apart(self):
        self.check("dot_ternary", prover.REFUTED,
                   ("rtl/array/dot_ternary.sv", "weights_i[lane*WBits + 1];", "!weights_i[lane*WBits + 1];"))
        self.check("tokens", prover.REFUTED, ("rtl/control/tokens.sv", "!rst_ni", "rst_ni"))

    def test_a_fault_that_is_nowhere_is_a_mistake(self):
        found = equivalence.compare("tokens", 300, ("rtl/control/tokens.sv", "no such text", ""))
        self.assertEqual(found[1], prover.UNDECIDED)
        self.assertIn("names a text that is not there", found[2])

    def test_the_table_names_every_module(self):
        text = equivalence.DOCUMENT.read_text(encoding="utf-8")
        table = text[text.index(equivalence.BEGIN):text.index(equivalence.END)]
        for top in equivalence.modules():
            self.assertIn(f"`{top}`", table, "run make equivalence")


if __name__ == "__main__":
    unittest.main()
