"""Does every planted fault still find its place?"""

import sys
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "tests/mutations"))
import table  # noqa: E402


class Mutations(unittest.TestCase):
    def test_each_text_stands_once_in_its_file(self):
        wrong = [f"{mutation.path}: {mutation.fault}" for mutation in table.MUTATIONS
                 if not (tree.ROOT / mutation.path).is_file()
                 or tree.read(mutation.path).count(mutation.before) != 1]
        self.assertEqual("\n".join(wrong), "", "correct these entries of tests/mutations")

    def test_each_fault_changes_something_and_stands_once_in_the_table(self):
        for mutation in table.MUTATIONS:
            self.assertNotEqual(mutation.before, mutation.after, mutation.fault)
        places = [(mutation.path, mutation.before, mutation.after) for mutation in table.MUTATIONS]
        self.assertEqual(len(places), len(set(places)))

    def test_there_are_enough(self):
        for folder in ("rtl/", "sim/", "sw/", "driver/"):
            self.assertTrue(any(mutation.path.startswith(folder) for mutation in table.MUTATIONS), folder)
        planted = [mutation.kind for mutation in table.MUTATIONS if mutation.ci]
        self.assertGreaterEqual(len(planted), 30, "CI plants too few; mark more with ci=True")
        for kind in ("hardware", "simulator", "golden", "comparators"):
            self.assertGreaterEqual(planted.count(kind), 5, f"CI plants too few faults of the {kind}")


if __name__ == "__main__":
    unittest.main()
