"""Are the generated files fresh, and does the generator refuse a wrong description with a sentence?"""

import copy
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zlib

import tree

sys.path.insert(0, str(tree.ROOT / "rtl/spec"))
import description as reader  # noqa: E402
import generate  # noqa: E402
import machines  # noqa: E402

LOADED = reader.load(tree.ROOT / generate.SOURCE)


def machine(description, name):
    return next(entry for entry in description["machine"] if entry["name"] == name)


def mistake(change):
    """The faults found after change was made to a copy of the description."""
    description = copy.deepcopy(LOADED)
    change(description)
    try:
        reader.check(description)
    except reader.DescriptionError as error:
        return " ".join(error.faults)
    return ""


class Generated(unittest.TestCase):
    def test_files_are_fresh(self):
        self.assertEqual(generate.stale(generate.outputs(LOADED), tree.ROOT), [], "run make generate")

    def test_check_names_a_stale_file(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "rtl/spec").mkdir(parents=True)
            (root / generate.SOURCE).write_text(tree.read(generate.SOURCE), encoding="utf-8")
            self.assertEqual(generate.main(["--root", folder]), 0)
            self.assertEqual(generate.main(["--root", folder, "--check"]), 0)
            with open(root / "docs/registers.md", "a", encoding="utf-8") as file:
                file.write("changed\n")
            (root / "rtl/generated/napier_gone.sv").write_text("", encoding="utf-8")
            command = [sys.executable, str(tree.ROOT / "rtl/spec/generate.py"), "--root", folder, "--check"]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn("docs/registers.md is stale", result.stderr)
            self.assertIn("rtl/generated/napier_gone.sv is stale", result.stderr)

    def test_identity_depends_on_numbers_and_not_on_texts(self):
        before = reader.identity(LOADED, machine(LOADED, "tiny"))
        changed = copy.deepcopy(LOADED)
        changed["register"][0]["text"] = "Another text."
        machine(changed, "edge")["rows"] = 32
        self.assertEqual(reader.identity(changed, machine(changed, "tiny")), before)
        changed["fields"]["exec"]["pad_byte"]["lsb"] = 16
        self.assertNotEqual(reader.identity(changed, machine(changed, "tiny")), before)
        identities = {reader.identity(LOADED, entry) for entry in LOADED["machine"]}
        self.assertEqual(len(identities), len(LOADED["machine"]))
        self.assertEqual(zlib.crc32(b"123456789"), 0xCBF43926)

    def test_sizes_of_a_machine(self):
        sizes = machines.sizes(machine(LOADED, "odd"), LOADED)
        self.assertEqual((sizes["lanes_max"], sizes["activation"], sizes["weight"], sizes["parameter"],
                          sizes["output"]), (4, 12, 8, 40, 8))
        self.assertEqual(sizes["products"], {"int8": 15, "ternary": 60, "int4": 30, "binary": 60, "xnor": 120,
                                             "shift": 30, "apot": 15, "adder": 15, "palette": 30,
                                             "vsq": 30})
        every = machines.sizes(machine(LOADED, "edge-all"), LOADED)["products"]
        self.assertEqual((every["vsq"], every["int4"]), (256, 512), "a vector of 16 channels is one lane of 16 rows")
        self.assertEqual((sizes["palette"], machines.sizes(machine(LOADED, "edge"), LOADED)["palette"]), (16, 0))
        self.assertEqual((sizes["table"], machines.sizes(machine(LOADED, "edge"), LOADED)["table"],
                          machines.sizes(machine(LOADED, "tiny"), LOADED)["table"]), (4, 16, 0))


class Mistakes(unittest.TestCase):
    """Each planted mistake must be named in a sentence."""

    def assert_mistake(self, change, *words):
        faults = mistake(change)
        for word in words:
            self.assertIn(word, faults)

    def test_the_description_itself_is_right(self):
        self.assertEqual(mistake(lambda description: None), "")

    def test_unknown_key(self):
        self.assert_mistake(lambda d: machine(d, "tiny").update(colums=4), "colums", "did you mean 'columns'")

    def test_missing_knob(self):
        self.assert_mistake(lambda d: machine(d, "odd").pop("rows"), "Machine 'odd' lacks the key 'rows'")

    def test_shorthand_is_not_a_knob(self):
        self.assert_mistake(lambda d: machine(d, "odd").update(like="edge"), "unknown key 'like'")

    def test_a_machine_takes_the_rest_from_its_base(self):
        full = {"name": "full", "text": "All.", "rows": 3, "columns": 4}
        described = {"machine": [{"name": "part", "text": "Some.", "base": "full", "rows": 5}, full]}
        reader.expand_machines(described)
        self.assertEqual(described["machine"][0], {"name": "part", "text": "Some.", "rows": 5, "columns": 4})
        self.assertEqual(described["machine"][1], full)
        for base in ("part", "other", "self"):
            machines_of = [{"name": "part", "base": "full"}, full, {"name": "self", "base": base}]
            with self.assertRaisesRegex(reader.DescriptionError, f"'self' has the base '{base}'"):
                reader.expand_machines({"machine": machines_of})

    def test_wrong_type(self):
        self.assert_mistake(lambda d: machine(d, "odd").update(rows="3"), "'rows' is '3'")
        self.assert_mistake(lambda d: machine(d, "odd").update(rows=True), "'rows' is True")

    def test_overlapping_fields(self):
        self.assert_mistake(lambda d: d["fields"]["exec"]["start"].update(lsb=13), "overlaps 'start'")
        self.assert_mistake(lambda d: d["fields"]["load"]["target"].update(lsb=7), "overlaps 'signal'")
        self.assert_mistake(lambda d: d["register"][1]["fields"][1].update(lsb=0), "'done' overlaps 'busy'")

    def test_register_that_needs_a_knob(self):
        job = next(i for i, entry in enumerate(LOADED["register"]) if entry["name"] == "job")
        self.assert_mistake(lambda d: d["register"][job].update(needs="sums"), "'job' needs the unknown knob 'sums'")
        self.assert_mistake(lambda d: d["register"][job].update(offset=0x44), "'job'", "put it behind the counters")
        self.assert_mistake(lambda d: d["register"][job].update(offset=0x100), "end at 0x104")

    def test_field_outside_its_word(self):
        self.assert_mistake(lambda d: d["fields"]["exec"]["pad_byte"].update(lsb=25), "does not fit")
        self.assert_mistake(lambda d: d["fields"]["store"]["address"].update(word=16), "does not fit")

    def test_too_many_values(self):
        self.assert_mistake(lambda d: d["fields"]["load"]["target"]["values"].extend("abcd"), "more values")

    def test_tables(self):
        self.assert_mistake(lambda d: machine(d, "odd").update(palette_words=0), "a palette buffer exactly if")
        self.assert_mistake(lambda d: machine(d, "tiny").update(palette_words=1), "a palette buffer exactly if")
        self.assert_mistake(lambda d: d["format"][0].update(held_bits=5), "5 held_bits")
        self.assert_mistake(lambda d: d["fields"]["exec"]["palette_base"].update(needs=["rooms"]),
                            "unknown knob 'rooms'")
        self.assert_mistake(lambda d: d["fields"]["exec"]["table"].update(needs=["rows"] * 3), "needs 3 knobs")

    def test_duplicate_codes_names_and_offsets(self):
        self.assert_mistake(lambda d: d["error"][3].update(code=2), "repeats the code 2")
        self.assert_mistake(lambda d: d["opcode"][1].update(code=1), "repeats the code 1")
        self.assert_mistake(lambda d: d["format"][1].update(code=0), "repeats the code 0")
        self.assert_mistake(lambda d: d["counter"][1].update(name="cycles"), "repeats the name cycles")
        self.assert_mistake(lambda d: d["register"][1].update(offset=0), "repeats the offset 0")

    def test_registers(self):
        self.assert_mistake(lambda d: d["register"][1].update(offset=6), "multiple of 4")
        self.assert_mistake(lambda d: d["register"][1].update(access="peek"), "unknown access 'peek'")

    def test_code_that_does_not_fit_its_field(self):
        self.assert_mistake(lambda d: d["format"][1].update(code=16), "use one of 0 to 15")

    def test_elements(self):
        self.assert_mistake(lambda d: d["element"][0].update(specials="zero"), "unknown specials 'zero'")
        self.assert_mistake(lambda d: d["element"][1].update(mantissa_bits=4), "has 9 bits")
        self.assert_mistake(lambda d: d["element"][1].update(specials="none"), "codes above the maximum")
        self.assert_mistake(lambda d: d["element"][5].update(maximum=6), "codes above the maximum")
        self.assert_mistake(lambda d: d["element"][2].update(maximum=200), "codes above the maximum")
        self.assert_mistake(lambda d: d["element"][5].update(code=6), "without gaps")
        self.assert_mistake(lambda d: d["element"][5].update(code=4), "repeats the code 4")

    def test_families(self):
        self.assert_mistake(lambda d: d["fields"]["exec"]["float_low"].update(family="both"), "unknown family 'both'")
        self.assert_mistake(lambda d: d["fields"]["exec"]["float_low"].update(word=13, lsb=0), "overlaps 'float_low'")
        self.assert_mistake(lambda d: d["fields"]["exec"]["clamp_low"].pop("family"), "overlaps 'clamp_low'")
        self.assert_mistake(lambda d: d["real_format"][0].update(code=7), "repeats the code 7 of 'adder'")
        self.assert_mistake(lambda d: d["scalar"][0].update(code=5), "repeats the code 5 of 'mxfp4'")

    def test_machines_of_real_numbers(self):
        for change, words in (
                ({"formats": ["mx", "int8"]}, "mx beside other formats"), ({"rows": 3}, "there is 1"),
                ({"outputs": []}, "lists no outputs"), ({"outputs": ["int8"]}, "unknown output 'int8'"),
                ({"elements_a": []}, "must list elements_a"), ({"elements_b": ["mxfp6"]}, "unknown element 'mxfp6'"),
                ({"elements_b": ["mxint8"]}, "it needs 8"), ({"activation_bits": 8}, "it needs 4"),
                ({"columns": 64}, "it needs 32 columns"), ({"accumulator_bits": 27}, "accumulators of float32"),
                ({"post_cycles": 4}, "set post_cycles to 1"), ({"residual_words": 9}, "reads no residual"),
                ({"word_bits": 9}, "set word_bits to 16"), ({"column_span": 16}, "weight word has 272 bytes")):
            with self.subTest(change=change):
                self.assertIn(words, mistake(lambda d: machine(d, "mx-small").update(change)))
        sizes = machines.sizes(machine(LOADED, "mx-small"), LOADED)
        self.assertEqual(sizes, {"lanes_max": 1, "activation": 20, "weight": 136, "parameter": 32, "output": 128,
                                 "palette": 0, "table": 0, "products": {"mx": 1024}})

    def test_limits_of_machines(self):
        for name, knob, value, words in (
                ("tiny", "activation_tables", 8, "take 512 words"), ("mx", "activation_tables", 1, "in no table"),
                ("tiny", "rows", 2, "use 3 to"), ("tiny", "post_lanes", 3, "does not divide columns"),
                ("edge", "beat_bytes", 12, "power of two"), ("edge", "burst_beats", 24, "divide 4096"),
                ("edge", "activation_bits", 24, "power of two"), ("edge", "weight_bits", 4, "lanes of int8"),
                ("tiny", "beat_bytes", 8, "two whole beats"), ("edge-int8", "beat_bytes", 16, "two whole beats"),
                ("edge", "activation_words", 32768, "slots"), ("tiny", "fetch_ahead", 5, "queue_commands"),
                ("edge", "accumulator_halves", 3, "use 1 to 2")):
            with self.subTest(machine=name, knob=knob, value=value):
                self.assertIn(words, mistake(lambda d: machine(d, name).update({knob: value})))

    def test_unknown_operation(self):
        self.assert_mistake(lambda d: d["format"][1].update(operation="sum"), "unknown operation 'sum'")

    def test_unknown_format(self):
        self.assert_mistake(lambda d: machine(d, "tiny").update(formats=["trinary"]), "unknown format 'trinary'")

    def test_broken_toml(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "broken.toml"
            path.write_text("[identity\n", encoding="utf-8")
            with self.assertRaises(reader.DescriptionError):
                reader.load(path)


if __name__ == "__main__":
    unittest.main()
