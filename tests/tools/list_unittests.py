#!/usr/bin/python3
"""list_unittests.py <folder>: the names of all test methods in its *_test.py, one a line, without importing."""

import ast
import pathlib
import sys


def names(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test_"):
                    yield f"{path.stem}.{node.name}.{inner.name}"


for file in sorted(pathlib.Path(sys.argv[1]).glob("*_test.py")):
    for name in names(file):
        print(name)
