"""Does the example run, and does pip install the package? NAPIER_BUILD: the build folder, whose module pip takes."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], check=False, capture_output=True, text=True, **options)
    return done.returncode, done.stdout + done.stderr


class Package(unittest.TestCase):
    def test_the_example_prints_and_draws_two_machines(self):
        with tempfile.TemporaryDirectory() as folder:
            models = ROOT / "sw/models"
            example = ROOT / "driver/python/example/two_machines.py"
            status, text = run(sys.executable, example, models / "digits_ternary.onnx",
                               models / "digits_test_images.npy", folder)
            if importlib.util.find_spec("matplotlib") is None:
                self.assertIn("no plot: python3-matplotlib is not installed", text)
            else:
                self.assertEqual(status, 0, text)
                self.assertTrue((pathlib.Path(folder) / "napier.png").read_bytes().startswith(b"\x89PNG"))
            self.assertRegex(text, r"layer +operation +tiny cycles +nJ +edge cycles +nJ")
            self.assertRegex(text, r"total +[\d,]+ +[\d.]+ +2,587 +[\d.]+")

    def test_pip_installs_a_package_that_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            status, text = run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
                               "--no-index", "--target", folder, ROOT)
            self.assertEqual(status, 0, text)
            program = "import napier; print(napier.__file__); napier.Device('sim', 'tiny')"
            status, text = run(sys.executable, "-c", program, cwd=folder,
                               env={**os.environ, "PYTHONPATH": folder})
            self.assertEqual(status, 0, text)
            self.assertTrue(text.startswith(folder), text)
            for name in ("py.typed", "_napier.pyi"):
                self.assertTrue((pathlib.Path(folder) / "napier" / name).is_file(), name)


if __name__ == "__main__":
    unittest.main()
