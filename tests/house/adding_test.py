"""Is the worked example of adding a number format the tree's own text, and no more than five files?"""

import re
import unittest

import tree

MOST_FILES = 5


def added_lines():
    """Path -> lines that the diff in docs/adding-a-format.md adds to it."""
    text = tree.read("docs/adding-a-format.md")
    files, current = {}, None
    for line in re.search(r"```diff\n(.*?)```", text, re.S).group(1).splitlines():
        if line.startswith("+++ b/"):
            current = files.setdefault(line.removeprefix("+++ b/"), [])
        elif line.startswith("+"):
            current.append(line[1:])
    return files


class Adding(unittest.TestCase):
    def test_a_format_is_at_most_five_files(self):
        self.assertLessEqual(len(added_lines()), MOST_FILES)

    def test_every_added_line_stands_in_its_file(self):
        for path, lines in added_lines().items():
            present = set(tree.read(path).splitlines())
            self.assertEqual([line for line in lines if line not in present], [], path)
            self.assertTrue(lines, path)


if __name__ == "__main__":
    unittest.main()
