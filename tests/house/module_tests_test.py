"""Does every RTL module have a test of its own, or a stated parent whose test drives it?"""

import re
import unittest

import tree

# Modules without a test of their own: the module that holds them and whose test covers them, and why that is enough.
PARENTS = {
    "add_tree": ("mx_block", "its sum, without state of its own"),
    "align": ("float32_add", "its first step"),
    "beat_aligner": ("loader", "a shifter between two of its registers"),
    "beat_lanes": ("loader", "masks between two of its registers"),
    "checksums": ("napier", "the lockstep suite compares its sums, a session's tests expect them"),
    "command_check": ("compute", "its answers are the executor's faults"),
    "command_head": ("napier", "registers filled by the queue's beats, seen in every command"),
    "crc32_serial": ("serial_bridge", "the checksum of its frames"),
    "dot": ("pe", "generated: chooses among the formats that the PE is built with"),
    "dot_multiply": ("dot_int8", "its product"),
    "dot_multiply_lanes": ("dot_int8", "its lanes"),
    "dot_power": ("dot_shift", "its shifter"),
    "engines": ("compute", "the twin compares its sums"),
    "executor": ("compute", "the twin compares every cycle of it"),
    "job_slot": ("compute", "as executor"),
    "mx_decode": ("mx_block", "what its operands are"),
    "mx_dot": ("mx_block", "its product"),
    "mx_encode": ("mx_quantize", "its last step"),
    "mx_finish": ("mx_output", "bias and clamp on its way"),
    "mx_multiply": ("mx_block", "as mx_dot"),
    "mx_product": ("mx_block", "as mx_dot"),
    "mx_scale": ("mx_quantize", "the scale of its block"),
    "normalize": ("float32_add", "its last step"),
    "pam_multiply": ("pam_accumulate", "its product"),
    "real_core": ("napier", "the lockstep suite compares every cycle and byte of mx-small"),
    "multiply_step": ("requantize", "a step of the product"),
    "palette": ("compute", "looks up the weights whose products it sums"),
    "ram": ("buffer", "its storage"),
    "round_shift": ("requantize", "its last step"),
    "rows_of_adders": ("requantize", "its product"),
    "skew": ("array", "the delays at its edges"),
    "uart_receiver": ("serial_bridge", "its line"),
    "uart_transmitter": ("serial_bridge", "as uart_receiver"),
}
WHOLE = "napier"  # the lockstep suite drives it, as napier_<machine>
BOARD = "serial_board"  # the suite serial drives it through a terminal


def tested():
    """Modules with a test alone; that of dot_<format> is written once for all the formats of the generated choice."""
    text = tree.read("tests/rtl/CMakeLists.txt")
    each = re.findall(r"^ +(dot_\w+) #", tree.read("rtl/generated/dot.sv"), flags=re.M)
    formats = set(each) if "TOP dot_${format}" in text else set()
    return formats | set(re.findall(r"^ *napier_module_test\([^)]*?\bTOP (\w+)", text, flags=re.M))


def modules():
    return {path.stem for path in tree.rtl_modules() if not path.stem.startswith("napier_")}


def holds(parent, child):
    """True if the parent, or a module inside it, has an instance of the child."""
    code = {path.stem: tree.code(path) for path in tree.rtl_modules()}
    inside, waiting = set(), [parent]
    while waiting:
        name = waiting.pop()
        found = {other for other in code if re.search(rf"^\s*{other}\s+(#\s*\(|u_|gen_)", code[name], flags=re.M)}
        waiting += found - inside
        inside |= found
    return child in inside


class ModuleTests(unittest.TestCase):
    def test_every_module_is_tested_alone_or_inside_a_stated_parent(self):
        missing = sorted(modules() - tested() - set(PARENTS) - {WHOLE, BOARD})
        self.assertEqual(missing, [], "add a napier_module_test in tests/rtl, or a parent here")

    def test_parents_are_tested_and_hold_their_children(self):
        for child, (parent, reason) in PARENTS.items():
            with self.subTest(module=child):
                self.assertTrue(parent in tested() or parent == WHOLE, f"{parent} has no test of its own")
                self.assertTrue(holds(parent, child), f"{parent} does not hold {child}")
                self.assertTrue(reason)

    def test_the_list_names_modules_without_a_test_alone(self):
        self.assertEqual(sorted(set(PARENTS) - modules()), [])
        self.assertEqual(sorted(set(PARENTS) & tested()), [])

    def test_the_rule_can_fail(self):
        self.assertFalse(holds("registers", "fetch"))
        self.assertNotIn("no_such_module", tested())
        self.assertIn("fetch", tested())


if __name__ == "__main__":
    unittest.main()
