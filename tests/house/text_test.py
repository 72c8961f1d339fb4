"""Is every file short, narrow and clean?"""

import re
import unittest

import tree

MOST_LINES = 400
MOST_COLUMNS = 120
SOURCES = {".cpp", ".hpp", ".h", ".sv", ".py", ".sh", ".cmake", ".f", ".vlt", ".toml", ".proto"}
GENERATED = ("rtl/generated/", "sw/spec/spec.hpp", "sw/spec/knobs.hpp", "docs/registers.md")
# Long because one table of facts must stand in one place.
DATA = ("rtl/spec/napier.toml",)


def written(path):
    return not path.as_posix().startswith(GENERATED)


class Text(unittest.TestCase):
    maxDiff = None

    def sources(self):
        return [path for path in tree.files(SOURCES) if written(path)]

    def test_no_file_is_longer_than_the_limit(self):
        long = [str(path) for path in self.sources()
                if path.as_posix() not in DATA and tree.read(path).count("\n") > MOST_LINES]
        self.assertEqual("\n".join(long), "", "too long; split them")

    def test_no_line_is_wider_than_the_limit(self):
        wide = [f"{path}:{number}" for path in self.sources() if path.as_posix() not in DATA
                for number, line in enumerate(tree.read(path).split("\n"), 1) if len(line) > MOST_COLUMNS]
        self.assertEqual("\n".join(wide), "", "too wide; wrap them")

    def test_no_tabs_or_trailing_blanks(self):
        wrong = [f"{path}:{number}" for path in self.sources()
                 for number, line in enumerate(tree.read(path).split("\n"), 1) if "\t" in line or line != line.rstrip()]
        self.assertEqual("\n".join(wrong), "", "tabs or trailing blanks")
        ragged = [str(path) for path in self.sources() if tree.read(path) and not tree.read(path).endswith("\n")]
        self.assertEqual("\n".join(ragged), "", "no line end at the end")

    def test_nothing_is_left_unfinished(self):
        marks = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
        for path in self.sources():
            self.assertIsNone(marks.search(tree.read(path)), f"{path} has unfinished work")


if __name__ == "__main__":
    unittest.main()
