"""Are the units of microscaling and of the piecewise-affine product free of multipliers, but where one is asked for?"""

import json
import pathlib
import tempfile
import unittest

import tree

ALL = 63  # mask of all element formats
UNITS = {
    "mx_block": {"AElements": ALL, "BElements": ALL},
    "block_accumulate": {"SumBits": 69},
    "mx_quantize": {"Elements": ALL},
    "mx_output": {"Elements": ALL},
    "pam_accumulate": {},
}


def multipliers(unit, parameters):
    """Number of $mul cells of a unit with these parameters."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "cells.json"
        settings = "".join(f"chparam -set {name} {value} {unit}; " for name, value in parameters.items())
        result = tree.yosys(f"{tree.read_rtl()}; {settings}hierarchy -check -top {unit}; proc; opt_expr; opt_clean; "
                            f"write_json {out}")
        if result.returncode != 0:
            raise RuntimeError(result.stderr[-4000:])
        with open(out, encoding="utf-8") as file:
            modules = json.load(file)["modules"]
    return sum(cell["type"] == "$mul" for module in modules.values() for cell in module["cells"].values())


class MultiplierFree(unittest.TestCase):
    def test_units_multiply_by_rows_of_adders(self):
        for unit, parameters in UNITS.items():
            with self.subTest(unit=unit):
                self.assertEqual(multipliers(unit, parameters), 0)

    def test_a_multiplier_is_seen(self):
        self.assertGreater(multipliers("mx_block", {"AElements": 1, "BElements": 1, "UseMultiplier": 1}), 0)


if __name__ == "__main__":
    unittest.main()
