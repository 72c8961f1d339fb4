"""Do others' tools take what Napier offers them: SystemRDL, a C header, a FuseSoC core, a LiteX wrapper?

Their tools are Python packages, fetched once into a virtual environment of the build folder.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("NAPIER_BUILD", ROOT / "build"))
sys.path[:0] = [str(ROOT / "rtl/spec"), str(ROOT / "sw/tools")]
import description as description_reader  # noqa: E402
import environment  # noqa: E402

DESCRIPTION = description_reader.load(ROOT / "rtl/spec/napier.toml")
PACKAGES = ["systemrdl-compiler==1.33.0", "fusesoc==2.4.7", "edalize==0.6.8", "litex==2024.12", "migen==0.10.0"]


def python():
    return environment.fetch(BUILD / "integration", "systemrdl, fusesoc, litex, migen", PACKAGES)


def run(*command, folder=ROOT):
    """Output of a command; fails the test with it if its status is not 0."""
    done = subprocess.run(list(map(str, command)), cwd=folder, check=False, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}:\n{done.stdout[-4000:]}")
    return done.stdout


def expected_registers():
    """Name -> offset of every register and counter."""
    base = description_reader.counter_base(DESCRIPTION)
    return ({entry["name"]: entry["offset"] for entry in DESCRIPTION["register"]} |
            {f"counter_{entry['name']}": base + 4 * index for index, entry in enumerate(DESCRIPTION["counter"])})


class Registers(unittest.TestCase):
    def test_systemrdl_has_every_register_and_field(self):
        script = ("from systemrdl import RDLCompiler; compiler = RDLCompiler(); "
                  "compiler.compile_file('rtl/generated/napier.rdl'); "
                  "[print(r.inst_name, r.absolute_address, *(f'{f.inst_name}:{f.low}:{f.high}' for f in r.fields())) "
                  "for r in compiler.elaborate().top.registers()]")
        rows = [line.split() for line in run(python(), "-c", script).splitlines()]
        self.assertEqual({row[0]: int(row[1]) for row in rows}, expected_registers())
        fields = {row[0]: row[2:] for row in rows}
        for entry in DESCRIPTION["register"]:
            named = [f"{field['name']}:{field['lsb']}:{field['lsb'] + field['width'] - 1}"
                     for field in entry.get("fields", [])]
            self.assertEqual(sorted(fields[entry["name"]]), sorted(named or ["value:0:31"]), entry["name"])

    def test_the_c_header_compiles_alone_and_has_every_register(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "firmware.c"
            source.write_text('#include "sw/spec/napier_registers.h"\n'
                              "int main(void) { return NAPIER_STATUS_DONE == 2u ? 0 : 1; }\n", encoding="utf-8")
            flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", str(ROOT)]
            run("g++", "-x", "c", *flags, source, "-o", f"{folder}/firmware")
            run(f"{folder}/firmware")
            macros = run("g++", "-x", "c", *flags, "-E", "-dM", source)
        found = {name.lower(): int(value, 16) for name, value in
                 re.findall(r"#define NAPIER_(?:REGISTER_|(?=COUNTER_))(\w+) (0x\w+)u", macros)}
        self.assertEqual(found, expected_registers())


class FuseSoc(unittest.TestCase):
    def build(self, target):
        with tempfile.TemporaryDirectory() as folder:
            return run(python(), "-m", "fusesoc.main", "--cores-root", ROOT, "run", "--build-root", folder, "--target",
                       target, "napier", folder=folder)

    def test_lint(self):
        self.assertNotIn("%Warning", self.build("lint"))

    def test_sim_reads_the_identity(self):
        self.assertRegex(self.build("sim"), r"(?m)^passed$")

    def test_synth(self):
        self.assertIn("Found and reported 0 problems", self.build("synth"))


class LiteX(unittest.TestCase):
    def test_a_system_with_a_machine_elaborates(self):
        """Every port of the machine but its events is connected, in its width; the rest of the system is LiteX's."""
        for machine in ("tiny", "edge"):
            with tempfile.TemporaryDirectory() as folder:
                run(python(), ROOT / "tests/integration/litex_system.py", machine, f"{folder}/system.v", folder=folder)
                text = run("verilator", "--lint-only", "-Wall", "-Wno-fatal", "--top-module", "system", "-f",
                           "rtl/filelist.f", f"{folder}/system.v")
            warnings = [line for line in text.splitlines() if line.startswith("%")]
            open_pins = re.findall(r"missing pin: '(\w+)'", "\n".join(warnings))
            self.assertEqual([pin for pin in open_pins if not pin.startswith("event_")], [], machine)
            ours = [line for line in warnings if "port connection" in line or re.match(r"%\S+: rtl/", line)]
            self.assertEqual([line for line in ours if "TIMESCALEMOD" not in line], [], machine)

    def test_a_wrong_machine_is_named(self):
        script = ("import sys; sys.path.insert(0, 'rtl/board'); import litex_napier\n"
                  "try: litex_napier.machine_named('huge')\nexcept ValueError as error: print(error)")
        self.assertIn("No machine is called 'huge'; there are tiny, ", run(python(), "-c", script))


if __name__ == "__main__":
    unittest.main()
