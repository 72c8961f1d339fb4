"""Points of coverage: what Verilator counts, read from its files and merged over instances of a module."""

import collections
import pathlib
import re

LINE, TOGGLE = "line", "toggle"
_RECORD = re.compile(r"^C '(.*)' (\d+)$")


class CoverageError(Exception):
    """A sentence: what is wrong with a file of counts or of waivers."""


class Point(collections.namedtuple("Point", "kind file line column what")):
    """A branch or block (kind line) or a bit of a signal (kind toggle) of a source file."""

    def __str__(self):
        return f"{self.file}:{self.line}: {self.kind} {self.what}"


def _point(keys, root):
    """The point of one record's keys; None for a file outside the folder."""
    fields = dict(pair.split("\x02", 1) for pair in keys.split("\x01") if pair)
    file = pathlib.Path(fields["f"])
    file = file.relative_to(root) if file.is_absolute() else file
    kind = TOGGLE if fields["page"].startswith("v_toggle") else LINE
    return Point(kind, str(file), int(fields["l"]), int(fields["n"]), fields["o"])


def read(paths, root):
    """Counter of points from the files of verilator_coverage; instances of a module count together."""
    counts = collections.Counter()
    for path in paths:
        for number, text in enumerate(path.read_text().splitlines(), 1):
            record = _RECORD.match(text)
            if record:
                counts[_point(record[1], root)] += int(record[2])
            elif not text.startswith("#"):
                raise CoverageError(f"Line {number} of {path} is no record of counts; measure again.")
    if not counts:
        raise CoverageError("Nothing was counted; was the program built with -DNAPIER_COVERAGE=ON?")
    return counts
