#!/usr/bin/python3
"""Folds look-up tables into the carry cells of ECP5 that they feed: a netlist of Yosys (JSON) in place.

Half a CCU2C is a LUT4 p(A, B, C, D), whose value passes the carry on (sum = p xor carry), and g(A, B), its value with C
and D at zero, which is the new carry where p is 0. Yosys puts both operands on A and B alone. A table that feeds only
one operand and has few inputs (a bit that is gated, negated or chosen) fits into the LUT4 itself, if the signals can
stand so at its inputs that p is what it was everywhere and g wherever p is 0; all orders of the inputs are tried.
"""

import itertools
import sys

import rewriting

PINS = "ABCD"
CONSTANTS = ("0", "1", "x")


def bit(table, values):
    """Entry of a table of 16 characters, highest first, at the values of A, B, C, D."""
    return int(table[15 - sum(value << place for place, value in enumerate(values))])


def value(signal, values):
    return values[signal] if signal in values else int(signal == "1")


def folded(init, signals, place, table, inputs):
    """A half's new table and signals, with the table that feeds pin `place` folded in; None if they do not fit."""
    outside = [signal for number, signal in enumerate(signals) if number != place]
    names = sorted({signal for signal in outside + inputs if signal not in CONSTANTS}, key=str)
    if len(names) > len(PINS):
        return None
    cases = []
    for row in itertools.product((0, 1), repeat=len(names)):
        values = dict(zip(names, row))
        pins = [value(signal, values) for signal in signals]
        pins[place] = bit(table, [value(signal, values) for signal in inputs])
        cases.append((values, bit(init, pins), bit(init, pins[:2] + [0, 0])))
    for order in itertools.permutations(names + ["1"] * (len(PINS) - len(names))):
        entries = {}
        for values, passes, _ in cases:
            free = [(0, 1) if signal == "1" else (values[signal],) for signal in order]
            entries.update((pins, passes) for pins in itertools.product(*free))
        if all(passes or entries[tuple(value(signal, values) for signal in order[:2]) + (0, 0)] == carry
               for values, passes, carry in cases):
            found = "".join(str(entries[tuple(number >> pin & 1 for pin in range(4))]) for number in range(15, -1, -1))
            return found, list(order)
    return None


class Netlist:
    def __init__(self, module):
        self.cells = module["cells"]
        self.tables, self.readers = {}, {}
        for name, cell in self.cells.items():
            for port, bits in cell["connections"].items():
                for signal in bits:
                    if cell["port_directions"][port] == "input":
                        self.readers[signal] = self.readers.get(signal, 0) + 1
                    elif cell["type"] == "LUT4":
                        self.tables[signal] = name
        for port in module["ports"].values():
            for signal in port["bits"]:
                self.readers[signal] = self.readers.get(signal, 0) + 1

    def fold_half(self, carry, half):
        """Folds one table into half a carry cell; False if none fits."""
        key = f"INIT{half}"
        signals = [carry["connections"][f"{pin}{half}"][0] for pin in PINS]
        for place, signal in enumerate(signals):
            if signal not in self.tables or self.readers[signal] != 1:
                continue
            name = self.tables[signal]
            table = self.cells[name]
            inputs = [table["connections"][pin][0] for pin in PINS]
            found = folded(carry["parameters"][key], signals, place, table["parameters"]["INIT"], inputs)
            if found is None:
                continue
            carry["parameters"][key], order = found
            for signals_before, change in ((signals + inputs, -1), (order, 1)):
                for each in signals_before:
                    self.readers[each] = self.readers.get(each, 0) + change
            for pin, each in zip(PINS, order):
                carry["connections"][f"{pin}{half}"] = [each]
            del self.cells[name], self.tables[signal]
            return True
        return False

    def fold(self):
        """The number of tables folded."""
        count = 0
        for cell in [cell for cell in self.cells.values() if cell["type"] == "CCU2C"]:
            for half in (0, 1):
                while self.fold_half(cell, half):
                    count += 1
        return count


def fold(path):
    return rewriting.rewrite(path, lambda module: Netlist(module).fold())


if __name__ == "__main__":
    sys.exit(rewriting.main(__doc__, fold, "tables folded into carry cells"))
