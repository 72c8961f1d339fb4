"""Are carry chains that were made shorter still the same circuit, whatever comes in where they are left open?"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/synth"))
import chains  # noqa: E402
import fold  # noqa: E402

TOP = "ends"
# Chains that begin with 0, with 1, with a signal and with a carry of their own; whose last carry is read; of odd
# length; and one that is read in its middle, of the signed comparison.
SOURCE = """
module ends (input [8:0] a, b, input n, output [8:0] sum, difference, carried, output [9:0] whole, output less, above);
  assign sum = a + b;
  assign difference = a - b;
  assign carried = a + b + n;
  assign less = a < b;
  assign above = $signed(a[7:0]) > $signed(b[7:0]);
  wire unused;
  assign {whole, unused} = {a, n} + {b, n};
endmodule
"""


def yosys(script):
    done = subprocess.run(["yosys", "-q", "-p", script], capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def closed(module):
    """The module with inputs of its own at all open inputs, and wires at its open outputs."""
    module = copy.deepcopy(module)
    bits = {bit for cell in module["cells"].values() for signals in cell["connections"].values() for bit in signals}
    unused, opened = 1 + max(bit for bit in bits if isinstance(bit, int)), []
    for cell in module["cells"].values():
        for port, signals in cell["connections"].items():
            if signals == [chains.OPEN]:
                cell["connections"][port] = [unused]
                opened += [unused] if cell["port_directions"][port] == "input" else []
                unused += 1
    module["ports"]["opened"] = {"direction": "input", "bits": opened}
    module["netnames"]["opened"] = {"hide_name": 0, "bits": opened, "attributes": {}}
    return module, len(opened)


class Chains(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        (self.folder / "ends.sv").write_text(SOURCE, encoding="utf-8")
        path = self.folder / "netlist.json"
        done, words = yosys(f"read_verilog -sv {self.folder}/ends.sv; synth_ecp5 -nowidelut -top {TOP}; "
                            f"write_json {path}")
        self.assertTrue(done, words)
        fold.fold(path)
        self.before = json.loads(path.read_text(encoding="utf-8"))["modules"][TOP]
        self.count = chains.shorten(path)
        self.after = json.loads(path.read_text(encoding="utf-8"))["modules"][TOP]

    def equal(self, after):
        """Whether Yosys proves it, with its own models of the cells."""
        gate, opened = closed(after)
        gold = copy.deepcopy(self.before)
        bits = [10 ** 6 + number for number in range(opened)]
        gold["ports"]["opened"] = {"direction": "input", "bits": bits}
        gold["netnames"]["opened"] = {"hide_name": 0, "bits": bits, "attributes": {}}
        for name, module in (("gold", gold), ("gate", gate)):
            (self.folder / f"{name}.json").write_text(json.dumps({"modules": {name: module}}), encoding="utf-8")
        return yosys(f"read_verilog -DNO_INCLUDES +/ecp5/cells_sim.v; read_json {self.folder}/gold.json; "
                     f"read_json {self.folder}/gate.json; miter -equiv -make_outputs gold gate miter; "
                     "hierarchy -top miter; flatten; proc; opt_clean; sat -verify -prove trigger 0 miter")

    def test_chains_have_open_ends_and_the_circuit_is_the_same(self):
        cells = [cell["connections"] for cell in self.after["cells"].values() if cell["type"] == "CCU2C"]
        self.assertEqual(self.count, 6)
        self.assertEqual(sum(ports["CIN"] == [chains.OPEN] for ports in cells), 5)
        self.assertEqual(sum(ports["COUT"] == [chains.OPEN] for ports in cells), 5)
        done, words = self.equal(self.after)
        self.assertTrue(done, words)

    def test_a_wrong_first_carry_is_found(self):
        wrong = copy.deepcopy(self.after)
        first = [cell for cell in wrong["cells"].values() if cell["type"] == "CCU2C"
                 and cell["connections"]["CIN"] == [chains.OPEN] and cell["parameters"]["INIT0"] == chains.ONE]
        self.assertTrue(first)
        first[0]["parameters"]["INIT0"] = chains.ZERO
        self.assertFalse(self.equal(wrong)[0])

    def test_a_first_carry_that_is_read_is_not_left_open(self):
        half = chains.Half("1001011010101010", [2, 3, "0", "1"], 4)
        self.assertFalse(chains.never_passes(half))
        half.pins[1] = 2
        self.assertTrue(chains.never_passes(half))


if __name__ == "__main__":
    unittest.main()
