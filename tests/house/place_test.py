"""Is a carry chain that place.py feeds with one pin the same circuit?"""

import itertools
import sys
import unittest

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/synth"))
import place  # noqa: E402


def carry(first, second, before):
    return {"type": "SB_CARRY", "connections": {"I0": [first], "I1": [second], "CI": [before], "CO": [9]}}


def value(cell, signals):
    """The carry that a cell gives, from the values of its signals."""
    pins = (cell["connections"][name][0] for name in ("I0", "I1", "CI"))
    return sum(int(signals.get(pin, pin)) for pin in pins) >= 2


class Place(unittest.TestCase):
    def test_a_carry_that_is_one_signal_comes_from_one_pin(self):
        cells = {"twice": carry(2, 2, "0"), "late": carry(2, 2, 3), "sum": carry(2, 3, "0"), "one": carry("1", "1", 2)}
        module = {"cells": {name: dict(cell, connections=dict(cell["connections"])) for name, cell in cells.items()}}
        self.assertEqual(place.feed(module), 2)
        for name, cell in cells.items():
            for bits in itertools.product((0, 1), repeat=2):
                signals = dict(zip((2, 3), bits))
                self.assertEqual(value(module["cells"][name], signals), value(cell, signals), (name, bits))
        for name in ("twice", "late"):
            pins = module["cells"][name]["connections"]
            self.assertEqual([pins[pin] for pin in ("I0", "I1", "CI")].count([2]), 1, name)


if __name__ == "__main__":
    unittest.main()
