"""Does every folder use only what it may use?"""

import re
import unittest

import tree

# Folder -> folders whose headers it may include. The first folder that a path starts with counts.
MAY_INCLUDE = {
    "sw/": ("sw/",),
    "sim/": ("sim/", "sw/"),
    "driver/device/": ("driver/", "sw/", "sim/", "verilated"),
    "driver/": ("driver/", "sw/"),
    "hls/": ("hls/", "sw/spec/spec.hpp"),
    "tests/": ("tests/", "driver/", "sw/", "sim/", "hls/", "verilated"),
}
TREE_FOLDERS = ("sw/", "sim/", "driver/", "hls/", "tests/", "rtl/")


def includes(text):
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', text, flags=re.M)


def verilated(header):
    return re.fullmatch(r"V[A-Za-z0-9_]+\.h|verilated[a-z_]*\.h(pp)?", header) is not None


def forbidden(path, text):
    """Headers that the file at path includes and may not."""
    allowed = next((may for folder, may in MAY_INCLUDE.items() if path.startswith(folder)), None)
    wrong = []
    for header in includes(text):
        if verilated(header):
            wrong += [] if allowed and "verilated" in allowed else [header]
        elif header.startswith(TREE_FOLDERS) or ".." in header:
            wrong += [] if allowed and header.startswith(allowed) else [header]
    return wrong


def types(text):
    """Namespace-qualified names of the types that a header defines outside of other types."""
    namespace = re.search(r"^namespace ([\w:]+) \{", text, flags=re.M)
    names = re.findall(r"^(?:struct|class|enum class) (\w+)[^;\n]*\{", text, flags=re.M)
    return [f"{namespace.group(1) if namespace else ''}::{name}" for name in names]


class Folders(unittest.TestCase):
    def test_no_type_is_defined_twice(self):
        found = {}
        for path in tree.files({".hpp"}):
            for name in types(tree.read(path)):
                self.assertNotIn(name, found, f"{path} and {found.get(name)} define {name}")
                found[name] = path
        self.assertGreater(len(found), 100)

    def test_includes_keep_to_the_rules(self):
        checked = 0
        for path in tree.files({".cpp", ".hpp", ".h", ".cc"}):
            checked += 1
            self.assertEqual(forbidden(path.as_posix(), tree.read(path)), [], f"{path} includes what it may not")
        self.assertGreater(checked, 10)

    def test_quoted_headers_of_the_tree_are_named_from_the_root(self):
        for path in tree.files({".cpp", ".hpp", ".h", ".cc"}):
            for header in includes(tree.read(path)):
                beside = (tree.ROOT / path).parent / header
                self.assertFalse(beside.is_file() and not (tree.ROOT / header).is_file(),
                                 f"{path} names {header} relative to itself; name it from the root")

    def test_the_rules_can_fail(self):
        for path, header in (("sw/base/a.cpp", "sim/base/b.hpp"), ("sim/a.cpp", "driver/b.hpp"),
                             ("driver/cli/a.cpp", "sim/b.hpp"), ("driver/cli/a.cpp", "Vnapier_tiny.h"),
                             ("driver/compile/a.hpp", "verilated.h"), ("hls/a.cpp", "sw/spec/machine.hpp"),
                             ("sim/a.cpp", "../driver/b.hpp")):
            self.assertEqual(forbidden(path, f'#include "{header}"\n'), [header])
        for path, header in (("driver/device/a.cpp", "sim/b.hpp"), ("driver/device/a.cpp", "Vnapier_tiny.h"),
                             ("tests/a.cpp", "verilated_machines.hpp"), ("sim/a.cpp", "sw/b.hpp"),
                             ("sw/a.cpp", "vector")):
            self.assertEqual(forbidden(path, f'#include "{header}"\n'), [])


if __name__ == "__main__":
    unittest.main()
