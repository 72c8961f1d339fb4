"""Is the pack of microscaling vectors fresh, small, and does it see each known fault?"""

import sys
import unittest

import tree

FOLDER = tree.ROOT / "tests/vectors/mx"
sys.path.insert(0, str(FOLDER))
import element_faults  # noqa: E402
import lines  # noqa: E402
import sum_faults  # noqa: E402
import write_vectors  # noqa: E402

MOST_BYTES = 300_000


def text(verb):
    return (FOLDER / f"{verb}.txt").read_text(encoding="utf-8")


class Vectors(unittest.TestCase):
    def test_files_are_fresh(self):
        self.assertEqual(write_vectors.stale(write_vectors.outputs()), [], "run tests/vectors/mx/write_vectors.py")

    def test_the_pack_is_small(self):
        self.assertLess(sum(path.stat().st_size for path in FOLDER.glob("*.txt")), MOST_BYTES)

    def test_each_known_fault_is_seen(self):
        seen = 0
        for faults in (element_faults.FAULTS, sum_faults.FAULTS):
            for verb, implementations in faults.items():
                for implementation in implementations:
                    with self.subTest(fault=implementation.__doc__):
                        failure = next(lines.failures(implementation(), verb, text(verb)), None)
                        self.assertIsNotNone(failure, f"no line of {verb}.txt differs")
                        seen += 1
        self.assertGreater(seen, 50)

    def test_each_line_is_different(self):
        for verb in lines.VERBS:
            entries = text(verb).split("\n")
            self.assertEqual(len(entries), len(set(entries)), verb)


if __name__ == "__main__":
    unittest.main()
