#!/usr/bin/python3
"""Makes the carry chains of ECP5 as short as they can be, for nextpnr: a netlist of Yosys (JSON) in place.

Half a CCU2C is a LUT4 p, which passes the carry on, and g(A, B), the new carry where p is 0; the sum is p xor carry.
Yosys gives a chain its first carry from outside, and an even number of halves. nextpnr puts a whole cell in front of a
chain whose first carry is connected, be it a constant, and one behind a chain whose last carry is, be it unread. Here
 - a first carry that no first half reads (its p is 0 whatever its inputs are) is left open;
 - a first carry that is read comes from half a cell, and a last carry that is read leaves by half a cell;
 - halves at the end that nobody reads are dropped.
A chain with a carry that is also read in its middle stays as it is, but for its open ends.
"""

import dataclasses
import itertools
import sys

import rewriting

PINS = "ABCD"
OPEN = "x"
ZERO, ONE, FIRST_PIN = "0" * 16, "0" * 12 + "1111", "0" * 12 + "1010"  # p is 0 if C and D are 1; g is 0, 1, A


@dataclasses.dataclass
class Half:
    init: str
    pins: list
    total: object  # signal of its sum; OPEN: none


def never_passes(half):
    """Whether p is 0 for all values of the signals."""
    names = sorted({pin for pin in half.pins if pin not in ("0", "1", "x")}, key=str)
    for row in itertools.product("01", repeat=len(names)):
        values = dict(zip(names, row))
        place = sum((values.get(pin, pin) == "1") << number for number, pin in enumerate(half.pins))
        if half.init[15 - place] != "0":
            return False
    return True


class Netlist:
    def __init__(self, module):
        self.cells, self.readers = module["cells"], {}
        bits = {signal for port in module["ports"].values() for signal in port["bits"]}
        for signal in bits:
            self.readers.setdefault(signal, []).append((None, None))
        for name, cell in self.cells.items():
            for port, signals in cell["connections"].items():
                bits.update(signals)
                for signal in signals if cell["port_directions"][port] == "input" else ():
                    self.readers.setdefault(signal, []).append((name, port))
        self.unused = itertools.count(1 + max(bit for bit in bits if isinstance(bit, int)))

    def signal(self, name, port):
        return self.cells[name]["connections"][port][0]

    def reading(self, signal):
        return self.readers.get(signal, []) if signal != OPEN else []

    def following(self, name):
        """The cell that takes a cell's carry, if just one does."""
        takers = [reader for reader, port in self.reading(self.signal(name, "COUT")) if port == "CIN"]
        return takers[0] if len(takers) == 1 else None

    def chains(self):
        """Names of the cells of each chain, in order."""
        names = [name for name, cell in self.cells.items() if cell["type"] == "CCU2C"]
        inner = {self.following(name) for name in names}
        for first in (name for name in names if name not in inner):
            chain = [first]
            while self.following(chain[-1]) is not None:
                chain.append(self.following(chain[-1]))
            yield chain

    def halves(self, chain):
        """The chain's halves as they should be."""
        halves = []
        for name, number in itertools.product(chain, "01"):
            total = self.signal(name, f"S{number}")
            halves.append(Half(self.cells[name]["parameters"][f"INIT{number}"],
                               [self.signal(name, pin + number) for pin in PINS],
                               total if self.reading(total) else OPEN))
        carry, last = self.signal(chain[0], "CIN"), self.signal(chain[-1], "COUT")
        if self.reading(last):
            halves.append(Half(ZERO, ["1"] * 4, last))
        while halves and halves[-1].total == OPEN:
            halves.pop()
        if halves and not never_passes(halves[0]):
            constant = {"0": ZERO, "1": ONE}.get(carry)
            halves.insert(0, Half(constant or FIRST_PIN, ["1" if constant else carry, "1", "1", "1"], OPEN))
        if len(halves) % 2:
            halves.append(Half(ZERO, ["1"] * 4, OPEN))
        return halves

    def write(self, chain, halves):
        """Puts the halves into the chain's cells, which may become more or fewer."""
        model = self.cells[chain[0]]
        for name in chain:
            del self.cells[name]
        carry = OPEN
        for number in range(0, len(halves), 2):
            place = number // 2
            cell = {**model, "parameters": {"INJECT1_0": "NO", "INJECT1_1": "NO"}, "connections": {"CIN": [carry]}}
            for digit, half in zip("01", halves[number:number + 2]):
                cell["parameters"]["INIT" + digit] = half.init
                cell["connections"].update({pin + digit: [signal] for pin, signal in zip(PINS, half.pins)})
                cell["connections"]["S" + digit] = [half.total]
            carry = next(self.unused) if number + 2 < len(halves) else OPEN
            cell["connections"]["COUT"] = [carry]
            self.cells[chain[place] if place < len(chain) else f"{chain[0]}_{place}"] = cell

    def open_ends(self, chain):
        first, last = self.cells[chain[0]]["connections"], self.cells[chain[-1]]["connections"]
        half = Half(self.cells[chain[0]]["parameters"]["INIT0"], [first[f"{pin}0"][0] for pin in PINS], OPEN)
        if never_passes(half):
            first["CIN"] = [OPEN]
        if not self.reading(last["COUT"][0]):
            last["COUT"] = [OPEN]

    def shorten(self):
        """The number of chains."""
        chains = list(self.chains())
        for chain in chains:
            if any(len(self.reading(self.signal(name, "COUT"))) > 1 for name in chain[:-1]):
                self.open_ends(chain)
            else:
                self.write(chain, self.halves(chain))
        return len(chains)


def shorten(path):
    return rewriting.rewrite(path, lambda module: Netlist(module).shorten())


if __name__ == "__main__":
    sys.exit(rewriting.main(__doc__, shorten, "carry chains"))
