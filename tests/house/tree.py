"""The tree as the tests of the house see it."""

import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


@functools.cache
def tracked():
    """Paths of the tree's files, as git would commit them; without git, of everything outside build folders."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.split("\n")
    else:
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if "build" not in path.parts]
    return tuple(sorted(pathlib.PurePosixPath(name) for name in names if name and (ROOT / name).is_file()))


def files(suffixes, folder=""):
    return [path for path in tracked() if path.suffix in suffixes and path.as_posix().startswith(folder)]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def code(path):
    """A C++ or SystemVerilog file without comments and strings, line for line."""
    def blank(match):
        return "\n" * match.group().count("\n")
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, read(path), flags=re.S)


def rtl_modules():
    """SystemVerilog files with a module: all of rtl but the package."""
    return [path for path in files({".sv"}, "rtl/") if path.name != "napier_pkg.sv"]


def yosys(script):
    """Runs a Yosys script quietly from the root; the completed process."""
    return subprocess.run(["yosys", "-q", "-p", script], cwd=ROOT, capture_output=True, text=True, check=False)


def read_rtl():
    """Yosys command that reads the whole RTL, the package first."""
    sources = ["rtl/generated/napier_pkg.sv", *(path.as_posix() for path in rtl_modules())]
    return "read_verilog -sv " + " ".join(sources)
