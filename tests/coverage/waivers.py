"""Waivers: points that no run reaches, each with its reason (waivers.toml)."""

import dataclasses
import re
import tomllib

from points import LINE, TOGGLE, CoverageError

_BIT = re.compile(r"(.*?)(?:\[(\d+)\])?$")


@dataclasses.dataclass
class Waiver:
    """Bits of signals (of a file, or of all), or the points of the lines of a file with exactly this source."""
    reason: str
    file: str = ""
    signals: list = dataclasses.field(default_factory=list)
    bits: str = ""
    source: str = ""
    used: int = 0

    def __post_init__(self):
        if len(self.reason) < 20 or bool(self.signals) == bool(self.source) or (self.source and not self.file):
            raise CoverageError(f"The waiver of {self} must have a reason, and signals or a file and a source.")
        ends = [part.split("-") for part in self.bits.replace(" ", "").split(",") if part]
        self.numbers = {bit for end in ends for bit in range(int(end[0]), int(end[-1]) + 1)}

    def covers(self, point, source):
        """Whether the point, on this line of source, is waived."""
        if self.file and self.file != point.file:
            return False
        if self.source:
            return point.kind == LINE and source.strip() == self.source
        name, bit = _BIT.match(point.what).groups()
        named = name in self.signals or name.split("[")[0] in self.signals
        return point.kind == TOGGLE and named and (not self.numbers or bit is not None and int(bit) in self.numbers)

    def __str__(self):
        return " ".join([self.file, self.source, ", ".join(self.signals), self.bits]).strip()


def read(path):
    """The table of the file: (least toggles in percent, commands, waivers)."""
    table = tomllib.loads(path.read_text())
    return table["least_toggles"], table["command"], [Waiver(**entry) for entry in table.get("waiver", [])]


def apply(waivers, points, root):
    """Points without a waiver, in order; counts what each waiver is used for."""
    lines, left = {}, []
    for point in sorted(points):
        if point.file not in lines:
            lines[point.file] = (root / point.file).read_text().splitlines()
        source = lines[point.file][point.line - 1]
        waiver = next((waiver for waiver in waivers if waiver.covers(point, source)), None)
        if waiver is None:
            left.append(point)
        else:
            waiver.used += 1
    return left
