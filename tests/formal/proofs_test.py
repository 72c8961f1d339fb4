"""Do the rules of the handshakes hold without bound, for the first parameters, and is each seen to fail on a fault?"""

import pathlib
import re
import tempfile
import unittest

import prover
import run
from group import Group
from groups import GROUPS


class Proofs(unittest.TestCase):
    def check(self, name):
        group = next(group for group in GROUPS if group.name == name)
        outcome = run.check(group, short=True)
        self.assertEqual(outcome.failures, [])
        self.assertEqual((len(outcome.seconds), outcome.refuted), (0 if group.slow else 1, 1))

    def test_tokens(self):
        self.check("tokens")

    def test_registers(self):
        self.check("registers")

    def test_memory_port(self):
        self.check("memory_port")

    def test_row_walker(self):
        self.check("row_walker")

    def test_write_channel(self):
        self.check("write_channel")

    def test_read_channel(self):
        self.check("read_channel")

    def test_command_queue(self):
        self.check("command_queue")

    def test_fault(self):
        self.check("fault")

    def test_job_slot(self):
        self.check("job_slot")


class Table(unittest.TestCase):
    def test_every_group_is_tested_here(self):
        methods = {name.removeprefix("test_") for name in dir(Proofs) if name.startswith("test_")}
        self.assertEqual(methods, {group.name for group in GROUPS})

    def test_every_rule_has_a_name_a_sentence_and_company(self):
        for group in GROUPS:
            rules, text = group.rules(), group.text()
            self.assertEqual(len(rules), len(re.findall(r"\bassert \(", text)), f"{group.name}: a rule without a name")
            self.assertEqual([name for name, said in rules.items() if not said.endswith(".")], [], group.name)
            self.assertTrue(group.covers() and group.faults, f"{group.name} has no cover or no fault")
            self.assertNotEqual(group.assumptions(), "", f"{group.name} does not say what it assumes")

    def test_there_are_enough(self):
        self.assertGreaterEqual(sum(len(group.rules()) for group in GROUPS), 40)

    def test_the_document_is_fresh(self):
        document = run.DOCUMENT.read_text(encoding="utf-8")
        for group in GROUPS:
            self.assertIn(run.row(group, "").removesuffix(" |"), document, "run `make prove`")
        self.assertIn(run.assumptions(), document, "run `make prove`")


class Trial(unittest.TestCase):
    """The machinery itself, on a counter."""

    TEXT = """// Assumed: a reset first.
module {name}_rules (input logic clk_i, input logic rst_ni, input logic step_i);
  logic [2:0] count_q;
  logic begun_q;
  initial begun_q = 1'b0;
  always_ff @(posedge clk_i) begin
    begun_q <= 1'b1;
    if (!rst_ni || count_q == 3'd4) count_q <= '0;
    else if (step_i) count_q <= count_q + 3'd1;
  end
  always_comb begin
    assume (begun_q || !rst_ni);
    if (begun_q) begin
      // True.
      below_five: assert (count_q < 3'd5);
      // False.
      below_four: assert (count_q < 3'd4);
    end
    reach_four: cover (begun_q && count_q == 3'd4);
    reach_five: cover (begun_q && count_q == 3'd5);
  end
endmodule
"""

    def verdicts(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            group = TrialGroup("trial", (), ())
            labels = ("below_five", "below_four", "reach_four", "reach_five")
            paths = prover.graphs(group, folder, {label: [label] for label in labels}, {})
            return ([prover.prove(paths[label], "scorr", 10) for label in labels[:2]],
                    [prover.refute(paths[label], 20) for label in labels[1:]])

    def test_true_is_proved_and_false_refuted_in_its_cycle(self):
        proofs, cycles = self.verdicts()
        self.assertEqual(proofs, [prover.PROVED, prover.REFUTED])
        self.assertEqual(cycles[0], 5)
        self.assertEqual(cycles[1], 5)
        self.assertIsNone(cycles[2])

    def test_a_tool_that_fails_is_an_error(self):
        with self.assertRaises(prover.ToolError):
            prover.call("yosys", "no_such_command")


class TrialGroup(Group):
    def text(self):
        return Trial.TEXT.format(name=self.name)


if __name__ == "__main__":
    unittest.main()
