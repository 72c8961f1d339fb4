"""Do rtl and sim hold the same blocks under the same path and name?"""

import unittest

import tree

FOLDERS = ("control", "memory", "array", "post")

# The one list of differences, each with its reason.
ONLY_IN_RTL = {}
ONLY_IN_SIM = {}


def names(root, suffix):
    found = {path.relative_to(root).with_suffix("").as_posix() for path in tree.files({suffix}, root + "/")}
    return {name for name in found if name == "napier" or name.split("/")[0] in FOLDERS}


@unittest.skipUnless((tree.ROOT / "rtl/napier.sv").is_file() and (tree.ROOT / "sim/napier.hpp").is_file(),
                     "one of the trees is not there")
class Blocks(unittest.TestCase):
    def test_every_rtl_block_has_a_twin(self):
        self.assertEqual(sorted(names("rtl", ".sv") - names("sim", ".hpp") - set(ONLY_IN_RTL)), [])

    def test_every_twin_has_an_rtl_block(self):
        self.assertEqual(sorted(names("sim", ".hpp") - names("rtl", ".sv") - set(ONLY_IN_SIM)), [])

    def test_the_exceptions_are_needed(self):
        self.assertEqual(set(ONLY_IN_RTL) & names("sim", ".hpp"), set())
        self.assertEqual(set(ONLY_IN_SIM) & names("rtl", ".sv"), set())
        self.assertLessEqual(set(ONLY_IN_RTL), names("rtl", ".sv"))
        self.assertLessEqual(set(ONLY_IN_SIM), names("sim", ".hpp"))


if __name__ == "__main__":
    unittest.main()
