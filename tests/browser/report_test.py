"""Does report.html show in a browser what report.json says, and do its buttons work?"""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

import chromium

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAPIER = pathlib.Path(os.environ.get("NAPIER", ROOT / "build/napier")).resolve()
CHARTS = ("compare-cycles", "compare-energy", "latency", "energy", "roofline", "timeline")


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        subprocess.run([NAPIER, "profile", "sw/models/digits_ternary.onnx", "--machine", "edge", "--machine", "odd",
                        "--what-if", "-o", cls.folder.name], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        folder = pathlib.Path(cls.folder.name)
        cls.report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        cls.browser = cls.enterClassContext(chromium.Browser())
        cls.url = (folder / "report.html").as_uri()

    def setUp(self):
        self.browser.open(self.url)
        self.wait_for_charts()

    def wait_for_charts(self):
        """Charts are drawn after the page is there; ten seconds at most."""
        for _ in range(100):
            missing = [chart for chart in CHARTS if not self.browser.texts(f"#{chart} svg")]
            if not missing:
                return
            time.sleep(0.1)
        self.fail(f"no chart in {missing}: {self.browser.errors()}")

    def layers(self, machine):
        return self.report["machines"][machine]["layers"]

    def column(self, number):
        return self.browser.texts(f"#layers tbody td:nth-child({number})")

    def sort_by(self, title):
        self.browser.click("#layers th button", self.browser.texts("#layers th button").index(title))

    def test_the_page_is_whole_without_a_network(self):
        asked = [event["request"]["url"] for event in self.browser.events_of("Network.requestWillBeSent")]
        self.assertEqual(asked, [self.url])
        self.assertEqual(self.browser.errors(), [])

    def test_the_summary_comes_first_and_names_cycles_of_every_machine(self):
        summary = self.browser.texts("#summary")[0]
        for machine in self.report["machines"]:
            self.assertIn(f"{machine['name']}: {machine['duration_cycles']:,} cycles", summary)
        rows = self.browser.texts("#machines tbody tr")
        self.assertEqual(len(rows), 2)
        self.assertTrue(rows[0].startswith("edge") and rows[1].startswith("odd"))
        self.assertIn("none", self.browser.texts("#host-work")[0])

    def test_the_table_shows_the_layers_and_sorts_by_a_chosen_title(self):
        names = [layer["name"] for layer in self.layers(0)]
        cycles = [layer["duration_cycles"] for layer in self.layers(0)]
        self.assertEqual(self.column(1), names)
        self.assertEqual(self.column(4), [f"{count:,}" for count in cycles])
        self.sort_by("cycles")
        self.assertEqual(self.column(4), [f"{count:,}" for count in sorted(cycles, reverse=True)])
        self.sort_by("cycles")
        self.assertEqual(self.column(4), [f"{count:,}" for count in sorted(cycles)])
        self.sort_by("layer")
        self.assertEqual(self.column(1), sorted(names))

    def test_a_machine_is_chosen_by_its_button(self):
        self.assertEqual(self.browser.texts("#choices button"), ["edge", "odd"])
        self.browser.click("#choices button", 1)
        self.wait_for_charts()
        self.assertEqual(self.browser.texts("#chosen"), ["odd"])
        self.assertEqual(self.column(4), [f"{layer['duration_cycles']:,}" for layer in self.layers(1)])
        self.assertEqual(self.browser.texts("#choices button[aria-pressed=true]"), ["odd"])

    def marks(self, chart, kind):
        """Descriptions of a chart's marks."""
        selector = f"#{chart} .mark-{kind} [aria-roledescription]"
        return self.browser.run(f"[...document.querySelectorAll('{selector}')].map(mark => mark.ariaLabel)")

    def test_the_latency_chart_has_two_bars_a_layer_that_add_up_to_its_cycles(self):
        sums = {}
        for label in self.marks("latency", "rect"):
            parts = dict(part.split(": ") for part in label.split("; "))
            sums[parts["layer"]] = sums.get(parts["layer"], 0) + float(parts["cycles"].replace(",", ""))
        self.assertEqual(sums, {layer["name"]: float(layer["duration_cycles"]) for layer in self.layers(0)})

    def test_the_energy_chart_has_a_bar_for_each_layer_and_component(self):
        components = self.report["machines"][0]["component_energies_pj"]
        self.assertEqual(len(self.marks("energy", "rect")), len(self.layers(0)) * len(components))

    def test_the_timeline_has_a_bar_for_each_layer_and_queue(self):
        spans = sum(layer[queue]["end_cycle"] > 0 for layer in self.layers(0) for queue in ("load", "exec", "store"))
        self.assertEqual(len(self.marks("timeline", "rect")), spans)

    def test_the_roofline_has_a_point_for_each_layer_with_products(self):
        self.assertEqual(len(self.marks("roofline", "symbol")), len(self.layers(0)))

    def test_what_if_shows_the_layers_in_a_chosen_format_beside_those_that_are(self):
        alternatives = self.report["machines"][0]["alternatives"]
        formats = [alternative["format"] for alternative in alternatives]
        self.assertEqual(self.browser.texts("#alternatives button"), formats)
        for chosen in ("int8", "ternary"):
            number = formats.index(chosen)
            self.browser.click("#alternatives button", number)
            self.assertEqual(self.browser.texts("#alternative"), [chosen])
            self.assertEqual(self.browser.texts("#alternatives button[aria-pressed=true]"), [chosen])
            cells = self.browser.texts("#alternative-layers tbody td:nth-child(5)")
            self.assertEqual(cells, [f"{layer['duration_cycles']:,}" for layer in alternatives[number]["layers"]])
            now = self.browser.texts("#alternative-layers tbody td:nth-child(4)")
            self.assertEqual(now, [f"{layer['duration_cycles']:,}" for layer in self.layers(0)])
        changes = self.browser.texts("#alternative-layers tbody td:nth-child(6)")
        self.assertEqual(changes, ["+0.0 %"] * len(self.layers(0)))

    def test_every_energy_is_listed_with_its_source(self):
        rows = self.browser.texts("#sources tbody tr")
        self.assertEqual(len(rows), len(self.report["energy_table"]["entries"]))
        for row, entry in zip(rows, self.report["energy_table"]["entries"]):
            self.assertIn(entry["source"], row)


class WorkOfTheHost(unittest.TestCase):
    """A transformer: some of its layers are the host's, between parts of the program."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        subprocess.run([NAPIER, "profile", "sw/models/transformer.onnx", "--machine", "edge", "-o", cls.folder],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        cls.machine = json.loads((cls.folder / "report.json").read_text(encoding="utf-8"))["machines"][0]
        cls.browser = cls.enterClassContext(chromium.Browser())
        cls.browser.open((cls.folder / "report.html").as_uri())

    def cells(self, column):
        return self.browser.texts(f"#host-steps tbody td:nth-child({column})")

    def test_a_row_of_each_step_says_what_it_reads_and_writes(self):
        steps = self.machine["host_work"]
        self.assertEqual([step["function"] for step in steps],
                         ["LayerNormalization", "Softmax", "LayerNormalization", "Mul", "LayerNormalization"])
        self.assertFalse(self.browser.run("document.getElementById('host-steps').hidden"))
        for column, key in ((1, "layer"), (2, "function"), (3, "elements_count"), (4, "read_bytes"),
                            (5, "write_bytes")):
            shown = [f"{step[key]:,}" if isinstance(step[key], int) else step[key] for step in steps]
            self.assertEqual(self.cells(column), shown)
        tokens, channels, hidden = 17, 32, 64
        product = steps[3]
        self.assertEqual((product["elements_count"], product["read_bytes"]),
                         (tokens * hidden, 2 * tokens * hidden))
        self.assertEqual(steps[0]["read_bytes"], tokens * channels)

    def test_the_sum_is_that_of_the_rows(self):
        text, steps = self.browser.texts("#host-work")[0], self.machine["host_work"]
        elements = sum(step["elements_count"] for step in steps)
        moved = sum(step["read_bytes"] + step["write_bytes"] for step in steps)
        self.assertIn(f"{len(steps)} steps, {elements:,} elements, {moved:,} bytes moved", text)
        self.assertIn("those of the machine alone", text)

    def test_a_row_chosen_marks_its_layer_which_takes_no_cycle_and_no_energy(self):
        layers = {layer["name"]: layer for layer in self.machine["layers"]}
        for number, step in enumerate(self.machine["host_work"]):
            self.browser.click("#host-steps tbody button", number)
            marked = self.browser.texts("#layers tbody tr[aria-selected=true] td:first-child")
            self.assertEqual(marked, [step["layer"]])
            cells = self.browser.texts("#layers tbody tr[aria-selected=true] td")
            self.assertEqual((cells[2], cells[3]), ("host", "0"))
            layer = layers[step["layer"]]
            self.assertEqual((layer["format"], layer["duration_cycles"]), ("host", 0))
            self.assertEqual(sum(layer["component_energies_pj"].values()), 0)
            box = self.browser.run("(({top, bottom}) => [top, innerHeight - bottom])(document.querySelector("
                                   "'#layers tr[aria-selected=true]').getBoundingClientRect())")
            self.assertTrue(min(box) >= 0, box)  # it is seen


class Estimates(unittest.TestCase):
    """A network that no machine runs yet on the arrays of SqueezeNext's study."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for arguments in (["zoo", "build", "resnet20", "-o", cls.folder / "m.onnx"],
                          ["profile", cls.folder / "m.onnx", "--machine", "squeezenext-8x8", "--machine",
                           "squeezenext-16x16", "-o", cls.folder]):
            subprocess.run([NAPIER, *arguments], check=True, stdout=subprocess.DEVNULL)
        cls.machines = json.loads((cls.folder / "report.json").read_text(encoding="utf-8"))["estimated_machines"]
        cls.browser = cls.enterClassContext(chromium.Browser())
        cls.browser.open((cls.folder / "report.html").as_uri())

    def test_the_tables_show_both_machines_and_all_their_layers(self):
        self.assertEqual(self.browser.errors(), [])
        names = self.browser.texts("#estimated-machines tbody td:first-child")
        self.assertEqual(names, ["squeezenext-8x8", "squeezenext-16x16"])
        flows = [layer["dataflow"] for machine in self.machines for layer in machine["layers"]]
        self.assertEqual(self.browser.texts("#estimated-layers tbody td:nth-child(3)"), flows)
        self.assertIn("(estimated)", self.browser.texts("#summary")[0])

    def test_what_is_not_counted_is_named(self):
        for operator in self.machines[0]["uncounted"]:
            self.assertIn(operator, self.browser.texts("#uncounted")[0])

    def test_charts_of_simulated_machines_are_left_out(self):
        self.assertTrue(self.browser.run("document.getElementById('simulated').hidden"))
        self.assertFalse(self.browser.run("document.getElementById('estimated').hidden"))


if __name__ == "__main__":
    unittest.main()
