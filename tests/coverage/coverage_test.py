"""Does the measure of coverage see what is missed, and does every waiver still speak of what stands in the RTL?"""

import pathlib
import re
import tempfile
import unittest

import coverage
import points
import waivers
from points import LINE, TOGGLE, CoverageError, Point

ROOT = pathlib.Path(__file__).resolve().parents[2]


def record(file, line, page, what, count):
    keys = {"f": file, "l": line, "n": 3, "t": page, "page": f"v_{page}/m", "o": what, "h": "top.u"}
    return "C '" + "".join(f"\x01{key}\x02{value}" for key, value in keys.items()) + f"' {count}\n"


def read(*records):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "1.dat"
        path.write_text("# SystemC::Coverage-3\n" + "".join(records))
        return points.read([path], ROOT)


class Points(unittest.TestCase):
    def test_counts_of_instances_are_added(self):
        counts = read(record("rtl/napier.sv", 7, "toggle", "busy[3]", 0),
                      record("rtl/napier.sv", 7, "toggle", "busy[3]", 4),
                      record("rtl/napier.sv", 9, "line", "else", 0))
        self.assertEqual(counts, {Point(TOGGLE, "rtl/napier.sv", 7, 3, "busy[3]"): 4,
                                  Point(LINE, "rtl/napier.sv", 9, 3, "else"): 0})

    def test_what_is_no_record_is_an_error(self):
        with self.assertRaisesRegex(CoverageError, "Line 2 of .* is no record"):
            read("C 'cut")
        with self.assertRaisesRegex(CoverageError, "Nothing was counted"):
            read()


class Judgement(unittest.TestCase):
    counts = {Point(TOGGLE, "a", 1, 1, f"x[{bit}]"): bit for bit in range(4)} | {Point(LINE, "a", 2, 1, "else"): 1}

    def judge(self, missed, unused=(), least=98.0):
        return list(coverage.judge(self.counts, missed, unused, least))

    def test_few_toggles_are_told(self):
        missed = [Point(TOGGLE, "a", 1, 1, "x[0]")]
        self.assertEqual(self.judge(missed), ["75.00 % of the bits without a waiver toggle, 98.0 % must."])
        self.assertEqual(self.judge(missed, least=75.0), [])
        self.assertEqual(self.judge([]), [])

    def test_a_line_is_enough(self):
        self.assertEqual(self.judge([Point(LINE, "a", 2, 1, "else")]),
                         ["1 lines or branches are not reached and have no waiver."])

    def test_an_idle_waiver_is_told(self):
        self.assertEqual(self.judge([], [waivers.Waiver("for a reason that is long", signals=["x"], bits="0-3")]),
                         ["The waiver of x 0-3 waives nothing; remove it."])


class Waivers(unittest.TestCase):
    def test_bits_and_files(self):
        waiver = waivers.Waiver("for a reason that is long", file="a", signals=["x", "y[1]"], bits="2-3, 7")
        covered = [bit for bit in range(9) if waiver.covers(Point(TOGGLE, "a", 1, 1, f"x[{bit}]"), "")]
        self.assertEqual(covered, [2, 3, 7])
        self.assertTrue(waiver.covers(Point(TOGGLE, "a", 1, 1, "y[1][7]"), ""))
        for point in (Point(TOGGLE, "a", 1, 1, "y[2][7]"), Point(TOGGLE, "b", 1, 1, "x[2]"),
                      Point(TOGGLE, "a", 1, 1, "x"), Point(LINE, "a", 1, 1, "x[2]")):
            self.assertFalse(waiver.covers(point, ""), point)

    def test_a_waiver_has_a_reason(self):
        with self.assertRaisesRegex(CoverageError, "must have a reason"):
            waivers.Waiver("short", signals=["x"])
        with self.assertRaisesRegex(CoverageError, "must have a reason"):
            waivers.Waiver("for a reason that is long", source="else")

    def test_every_waiver_speaks_of_the_rtl(self):
        _, commands, table = waivers.read(pathlib.Path(__file__).with_name("waivers.toml"))
        self.assertTrue(commands)
        texts = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "rtl").rglob("*.sv")}
        for waiver in table:
            self.assertTrue(not waiver.file or waiver.file in texts, f"{waiver}: no such file")
            text = texts[waiver.file] if waiver.file else "\n".join(texts.values())
            if waiver.source:
                self.assertIn(waiver.source, [line.strip() for line in text.splitlines()])
            for signal in waiver.signals:
                self.assertRegex(text, rf"\b{re.escape(signal.split('[')[0])}\b", f"{waiver}: no such signal")


if __name__ == "__main__":
    unittest.main()
