"""Do the type stubs say what the module has: the same names, parameters and defaults?"""

import ast
import inspect
import pathlib
import re
import unittest

from napier import _napier

STUBS = pathlib.Path(__file__).resolve().parents[2] / "driver/python/napier/_napier.pyi"


def public(names):
    return {name for name in names if not name.startswith("_") or name == "__init__"}


def members(node):
    """Names a class of the stubs declares; those with @property as None, functions as their syntax."""
    found = {}
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            property_ = any(isinstance(mark, ast.Name) and mark.id == "property" for mark in item.decorator_list)
            found[item.name] = None if property_ else item
        elif isinstance(item, ast.AnnAssign):
            found[item.target.id] = None
    return found


def parameters(function):
    """[(name, default as text or None)] of a function of the stubs, without self."""
    names = [argument.arg for argument in function.args.args]
    defaults = [ast.literal_eval(value) for value in function.args.defaults]
    filled = [None] * (len(names) - len(defaults)) + [repr(value) for value in defaults]
    return [pair for pair in zip(names, filled) if pair[0] != "self"]


def documented(function):
    """The same of a function of the module, whose docstring begins with its signature."""
    signature = re.match(r"\w+\((.*)\)", function.__doc__.split("\n")[0]).group(1)
    found = []
    for part in filter(None, re.split(r", (?=\w+: )", signature)):
        name, _, default = re.match(r"(\w+): ([^=]+?)(?: = (.*))?$", part).groups()
        found.append((name, default))
    return [pair for pair in found if pair[0] != "self"]


class Stubs(unittest.TestCase):
    def setUp(self):
        body = ast.parse(STUBS.read_text(encoding="utf-8")).body
        self.classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
        self.functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}

    def test_the_names_of_the_module_are_those_of_the_stubs(self):
        self.assertEqual(public(dir(_napier)), set(self.classes) | set(self.functions))

    def test_every_class_has_the_same_members(self):
        for name, node in self.classes.items():
            declared, real = members(node), getattr(_napier, name)
            own = {key for key in public(vars(real)) if key != "__init__" or "__init__" in declared}
            self.assertEqual(own, set(declared), name)
            for key, function in declared.items():
                attribute = vars(real)[key]
                with self.subTest(name=name, member=key):
                    self.assertEqual(function is None, isinstance(attribute, (property, str)))
                    if function is not None:
                        self.assertEqual(parameters(function), documented(attribute))

    def test_every_function_has_the_same_parameters(self):
        for name, function in self.functions.items():
            self.assertEqual(parameters(function), documented(getattr(_napier, name)))

    def test_what_the_package_shows_is_declared(self):
        import napier
        self.assertEqual(set(napier.__all__), set(self.classes) | set(self.functions))
        self.assertTrue(inspect.getdoc(napier).startswith("Napier from Python"))


if __name__ == "__main__":
    unittest.main()
