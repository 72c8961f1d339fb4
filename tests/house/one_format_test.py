"""Does a PE for one number format contain the products of that format and of no other?"""

import pathlib
import re
import sys
import tempfile
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/spec"))
import description  # noqa: E402

# Modules that several formats use.
MULTIPLY = {"dot_multiply", "dot_multiply_lanes"}
SHARED = {"int8": MULTIPLY, "int4": MULTIPLY, "palette": MULTIPLY, "vsq": MULTIPLY,
          "shift": {"dot_power"}, "apot": {"dot_power"}}


def dots_of(code):
    """Names of the dot modules in a PE of the format with this code alone, wide enough for one lane of any."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "modules"
        result = tree.yosys(f"{tree.read_rtl()}; chparam -set ActivationBits 32 -set WeightBits 8 "
                            f"-set Formats {1 << code} pe; hierarchy -check -top pe; tee -q -o {out} ls")
        if result.returncode != 0:
            raise RuntimeError(result.stderr[-4000:])
        return set(re.findall(r"\bdot_[a-z0-9_]+", out.read_text(encoding="utf-8")))


class OneFormat(unittest.TestCase):
    def test_a_pe_of_one_format_has_no_products_of_another(self):
        for entry in description.load(tree.ROOT / "rtl/spec/napier.toml")["format"]:
            with self.subTest(format=entry["name"]):
                name = entry["name"]
                self.assertEqual(dots_of(entry["code"]), {f"dot_{name}"} | SHARED.get(name, set()))


if __name__ == "__main__":
    unittest.main()
