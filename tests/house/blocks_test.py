"""Do rtl and sim hold the same blocks under the same path and name?"""

import unittest

import tree

FOLDERS = ("control", "memory", "array", "post", "mx")

# The one list of differences, each with its reason.
ONLY_IN_RTL = {
    "control/crc32": "gates of control/checksums, whose twin states the sum",
    "array/engines": "side by side what array/array and array/window state",
    "array/pe": "has no time of its own: array/array states the whole grid in closed form",
    "array/skew": "a delay that array/array counts in",
    "mx/add_tree": "gates of mx/mx_dot, whose twin states the sum",
    "mx/align": "gates of mx/block_accumulate, whose twin states the sum",
    "mx/mx_encode": "gates of mx/mx_quantize, whose twin states the block",
    "mx/mx_scale": "as mx/mx_encode",
    "mx/mx_multiply": "as mx/add_tree",
    "mx/mx_product": "as mx/add_tree",
    "mx/normalize": "as mx/align",
    "memory/beat_aligner": "gates without time or state: the twin of the loader moves bytes",
    "memory/beat_lanes": "as memory/beat_aligner",
    "memory/ram": "the RAM itself; the twin of the buffer holds its bytes",
    "post/multiply_step": "gates of post/requantize, whose twin states the product",
    "post/rows_of_adders": "as post/multiply_step",
    "post/round_shift": "as post/multiply_step",
}
FORMATS = "array/dot_"  # gates of one format, or shared by some; the twin array/dot states all formats by their terms
ONLY_IN_SIM = {
    "array/dot": "its RTL is generated: rtl/generated/dot.sv",
    "memory/memory_config": "the memory on the other side of the bus",
    "memory/memory_model": "the memory on the other side of the bus",
    "memory/requester": "what the memory port asks of blocks that are twins",
}


def names(root, suffix):
    found = {path.relative_to(root).with_suffix("").as_posix() for path in tree.files({suffix}, root + "/")}
    return {name for name in found if name == "napier" or name.split("/")[0] in FOLDERS}


@unittest.skipUnless((tree.ROOT / "rtl/napier.sv").is_file() and (tree.ROOT / "sim/napier.hpp").is_file(),
                     "one of the trees is not there")
class Blocks(unittest.TestCase):
    def test_every_rtl_block_has_a_twin(self):
        alone = names("rtl", ".sv") - names("sim", ".hpp") - set(ONLY_IN_RTL)
        self.assertEqual(sorted(name for name in alone if not name.startswith(FORMATS)), [])

    def test_every_twin_has_an_rtl_block(self):
        self.assertEqual(sorted(names("sim", ".hpp") - names("rtl", ".sv") - set(ONLY_IN_SIM)), [])

    def test_the_exceptions_are_needed(self):
        self.assertEqual(set(ONLY_IN_RTL) & names("sim", ".hpp"), set())
        self.assertEqual(set(ONLY_IN_SIM) & names("rtl", ".sv"), set())
        self.assertLessEqual(set(ONLY_IN_RTL), names("rtl", ".sv"))
        self.assertLessEqual(set(ONLY_IN_SIM), names("sim", ".hpp"))


if __name__ == "__main__":
    unittest.main()
