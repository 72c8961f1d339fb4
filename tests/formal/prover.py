"""Rules to and-inverter graphs with Yosys, and their proof or refutation with ABC.

Registers without an initial value may begin with any: the rules hold from any state, after one cycle of reset.
"""

import pathlib
import re
import subprocess

from group import FOLDER, ROOT

# One module of gates and registers: memories become registers, too.
FLATTEN = ("proc; opt_clean; flatten; opt -fast; memory -nomap; opt_clean; memory_map; opt -fast; async2sync; techmap; "
           "opt -fast; ")
# Every register a plain one, of any content at first; what is undefined or not driven may be anything.
ELABORATE = (FLATTEN + "dffunmap; setundef -undriven -anyseq; abc -g AND -fast; opt_clean; "
             "delete -port o:*; design -save whole")
PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"


class ToolError(Exception):
    """A tool did not do its work: which, with what, and its last words."""


def call(tool, script, seconds=600):
    try:
        done = subprocess.run([tool, *(["-q", "-p"] if tool == "yosys" else ["-c"]), script], cwd=ROOT, check=False,
                              capture_output=True, text=True, timeout=seconds, errors="replace")
    except FileNotFoundError:
        raise ToolError(f"{tool} is not installed; `make prove` installs the Debian package that holds it.") from None
    except subprocess.TimeoutExpired:
        raise ToolError(f"{tool} took more than {seconds} s; give the rules smaller parameters.") from None
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip() or "nothing").split("\n")[-1]
        raise ToolError(f"{tool} stopped with status {done.returncode}; it said: {words}")
    return done.stdout


def sources(group, folder, fault=None):
    """Paths of the files to read, the package first; covers are assertions of the contrary, a fault is planted."""
    rules = folder / f"{group.name}_rules.sv"
    rules.write_text(re.sub(r"\bcover \((.*?)\);\n", r"assert (!(\1));\n", group.text(), flags=re.S), encoding="utf-8")
    paths = [ROOT / "rtl/generated/napier_pkg.sv", *(ROOT / f"rtl/{module}.sv" for module in group.modules),
             FOLDER / "command_source.sv", rules]
    if fault is None:
        return paths
    text = (ROOT / fault.path).read_text(encoding="utf-8")
    if text.count(fault.before) != 1:
        raise ToolError(f"The fault '{fault.fault}' names a text that stands {text.count(fault.before)} times in "
                        f"{fault.path}, not once; correct its entry.")
    changed = folder / pathlib.Path(fault.path).name
    changed.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
    return [changed if path == ROOT / fault.path else path for path in paths]


def graphs(group, folder, wanted, parameters, fault=None):
    """Writes a graph for each entry of wanted, name -> rules kept in it; returns name -> path."""
    top = f"{group.name}_rules"
    knobs = "".join(f" -chparam {name} {value}" for name, value in parameters.items())
    steps = [f"read_verilog -formal -sv {' '.join(map(str, sources(group, folder, fault)))}",
             f"hierarchy -check -top {top}{knobs}", ELABORATE]
    paths = {}
    for name, rules in wanted.items():
        paths[name] = folder / f"{name}.aig"
        kept = " ".join(f"t:$assert c:{rule} %i %u" for rule in rules).replace(" %u", "", 1)
        steps += ["design -load whole", f"select -set kept {kept}", "delete t:$assert @kept %d", "opt_clean",
                  f"write_aiger -zinit {paths[name]}"]
    call("yosys", "; ".join(steps))
    return paths


def prove(path, prepare, seconds):
    """Verdict of an unbounded proof of all that the graph claims."""
    said = call("yosys-abc", f"read_aiger {path}; fold; strash; {prepare}; orpos; pdr -T {seconds}", seconds + 60)
    if "Property proved" in said:
        return PROVED
    return REFUTED if "was asserted in frame" in said else UNDECIDED


def refute(path, depth, seconds=300):
    """A cycle in which a claim of the graph fails, by a search within depth or else by pdr; None if neither ends so."""
    for search in (f"bmc3 -F {depth} -T 10", f"scorr; pdr -T {seconds}"):
        said = call("yosys-abc", f"read_aiger {path}; fold; strash; {search}", seconds + 60)
        frame = re.search(r"was asserted in frame (\d+)", said)
        if frame:
            return int(frame.group(1))
    return None
