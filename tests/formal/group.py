"""What is proved together: a file of rules, the modules under it, and faults that the rules must refute."""

import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Fault:
    path: str    # file, from the repository's root
    fault: str   # what is wrong, in words
    before: str  # stands exactly once in the file
    after: str
    rule: str    # the rule that it breaks


@dataclasses.dataclass(frozen=True)
class Group:
    name: str         # of the file <name>_rules.sv and of its module
    modules: tuple    # files under rtl/, without .sv
    faults: tuple
    parameters: tuple = ({},)  # the rules are proved for each of these overrides
    depth: int = 40            # cycles within which covers are reached and faults refuted
    prepare: str = "scorr"     # what ABC does before pdr
    slow: bool = False         # proved by `make prove` alone; `make test` reaches its covers and refutes its fault

    def path(self):
        return FOLDER / f"{self.name}_rules.sv"

    def text(self):
        return self.path().read_text(encoding="utf-8")

    def rules(self):
        """Name -> what it says, of every property; the comment above an assertion is its statement."""
        found = re.findall(r"((?:^ *//[^\n]*\n)*)^ *(\w+): assert\b", self.text(), flags=re.M)
        return {name: " ".join(line.strip().lstrip("/").strip() for line in comment.strip().split("\n"))
                for comment, name in found}

    def covers(self):
        return re.findall(r"^ *(\w+): cover\b", self.text(), flags=re.M)

    def assumptions(self):
        """The paragraph of the file's head that begins with Assumed."""
        head = re.match(r"(?://[^\n]*\n)*", self.text()).group()
        words = " ".join(line.lstrip("/").strip() for line in head.split("\n"))
        return words[words.index("Assumed:") + len("Assumed:"):].strip() if "Assumed:" in words else "nothing"
