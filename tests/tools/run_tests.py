#!/usr/bin/python3
"""Runs every test of a build folder with ctest; the last line is "N passed, N failed". Status 1 if any failed."""

import argparse
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_ctest(build, jobs):
    """Counts of passed and failed tests; a test that could not run has failed."""
    report = build / "tests.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(build), "--output-on-failure", "--no-tests=error", "--parallel", str(jobs),
               "--output-junit", str(report.resolve())]
    status = subprocess.run(command, check=False).returncode
    if not report.is_file():
        return 0, 1
    states = [case.get("status") for case in ElementTree.parse(report).getroot().iter("testcase")]
    failed = sum(state != "run" for state in states)
    return len(states) - failed, max(failed, 1 if status else 0)


def run_mutations(jobs, ci):
    sys.path.insert(0, str(ROOT / "tests/mutations"))
    import run as mutations
    return mutations.run_all(jobs, ci=ci)


def main():
    parser = argparse.ArgumentParser(description="Runs all tests of a build folder.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--mutations", choices=("ci", "all"), help="also plant faults of tests/mutations")
    options = parser.parse_args()
    passed, failed = run_ctest(options.build, options.jobs)
    if options.mutations:
        caught, missed = run_mutations(options.jobs, options.mutations == "ci")
        passed, failed = passed + caught, failed + missed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
