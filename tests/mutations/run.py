#!/usr/bin/python3
"""Plants the faults of table.py one by one; for each, the named test must fail. Status 1 if one is missed.

A worker has a copy of the tree and a build folder of its own, which stay between runs, so that only what a fault
touches is built. The copies are configured as `make test` configures the tree, so that ccache knows what it built.
Before the first fault every named test must pass on the unchanged copy. The last lines count what was caught.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import time

from table import MUTATIONS

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIED = ("CMakeLists.txt", "rtl", "sw", "sim", "driver", "hls", "tests", "docs")
LEFT_OUT = ("train", "__pycache__", "mutations")
BUILD_SECONDS = 600
TEST_SECONDS = 600  # of a test without a fault
# A test that takes this many times as long as without a fault hangs, and so fails; and some seconds for short ones.
HANGS, SPARE_SECONDS = 10, 10
# A fault may leave a signal unused.
CONFIGURATION = ["-DNAPIER_MACHINES=tiny;odd;vsq-small;mx-small", "-DNAPIER_VERILATOR_OPTIONS=-Wno-fatal"]


class Worker:
    """A copy of the tree that can be built, tested, and changed by one fault at a time."""

    def __init__(self, folder, jobs):
        """jobs: parallel jobs of its builds."""
        self.tree, self.build, self.jobs = folder, folder / "build", jobs

    def make(self, targets, seconds, required=False):
        return self.run(["cmake", "--build", str(self.build), "--parallel", str(self.jobs), "--target", *targets],
                        seconds, required)

    def prepare(self, targets):
        """Brings the copy up to date and builds the targets; Ninja sees only what changed."""
        self.tree.mkdir(parents=True, exist_ok=True)
        present = set()
        for name in COPIED:
            source = ROOT / name
            for path in [source] if source.is_file() else sorted(source.rglob("*")):
                relative = path.relative_to(ROOT)
                if path.is_file() and not set(relative.parts) & set(LEFT_OUT):
                    present.add(relative)
                    copy_if_different(path, self.tree / relative)
        for name in COPIED:
            for path in (self.tree / name).rglob("*"):
                if path.is_file() and path.relative_to(self.tree) not in present:
                    path.unlink()
        self.run(["cmake", "-S", str(self.tree), "-B", str(self.build), "-G", "Ninja", "--log-level=WARNING",
                  *CONFIGURATION], BUILD_SECONDS, required=True)
        self.make(targets, 4 * BUILD_SECONDS, required=True)

    def run(self, command, seconds, required=False):
        """True if the command ended with status 0 in time. required: stop with its output if it did not."""
        try:
            done = subprocess.run(command, cwd=self.tree, timeout=seconds, check=False, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace")
        except subprocess.TimeoutExpired:
            done = None
        if required and (done is None or done.returncode != 0):
            output = "took too long" if done is None else done.stdout[-4000:] + done.stderr[-4000:]
            raise RuntimeError(f"{' '.join(command)}:\n{output}")
        return done is not None and done.returncode == 0

    def passes(self, mutation, seconds):
        folder = self.build / ("tests/rtl" if mutation.suite.startswith("rtl_") else "tests")
        executable = folder / f"test_{mutation.suite}"
        # A selection that names no case fails.
        return self.run([str(executable), "--warn", "NoTests", *([mutation.case] if mutation.case else [])], seconds)

    def verdict(self, mutation, seconds):
        """"caught", "missed", or why the entry of the table is wrong. seconds: of the test without the fault."""
        path = self.tree / mutation.path
        text = path.read_text(encoding="utf-8")
        if text.count(mutation.before) != 1:
            return f"the text stands {text.count(mutation.before)} times in the file, not once"
        path.write_text(text.replace(mutation.before, mutation.after), encoding="utf-8")
        try:
            if not self.make([f"test_{mutation.suite}"], BUILD_SECONDS):
                return "does not build"
            return "missed" if self.passes(mutation, HANGS * seconds + SPARE_SECONDS) else "caught"
        finally:
            path.write_text(text, encoding="utf-8")


def copy_if_different(source, target):
    if not target.is_file() or target.read_bytes() != source.read_bytes():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def baseline(worker, mutations):
    """Seconds of every named test without a fault, by suite and case; those that fail have none."""
    seconds = {}
    for mutation in mutations:
        test = (mutation.suite, mutation.case)
        if test in seconds:
            continue
        start = time.monotonic()
        good = worker.passes(mutation, TEST_SECONDS)
        seconds[test] = time.monotonic() - start if good else None
    return seconds


def work(worker, waiting, seconds, results):
    while True:
        try:
            mutation = waiting.get_nowait()
        except queue.Empty:
            return
        start = time.monotonic()
        verdict = worker.verdict(mutation, seconds[mutation.suite, mutation.case])
        results.append((mutation, verdict))
        print(f"{verdict:7} {mutation.path}: {mutation.fault}; test_{mutation.suite} {mutation.case}".rstrip() +
              f" ({time.monotonic() - start:.0f} s)", flush=True)


def choose(pattern, ci):
    chosen = [entry for entry in MUTATIONS if (entry.ci or not ci)
              and re.search(pattern, f"{entry.kind} {entry.path} {entry.fault} {entry.suite}")]
    # Faults of one suite and file stand together, so that a worker seldom builds what another fault changed.
    return sorted(chosen, key=lambda entry: (entry.suite, entry.path))


def summary(results, seconds):
    """Counts by kind, and those that were not caught once more."""
    lines = [f"{verdict}: {mutation.path}: {mutation.fault}" for mutation, verdict in results if verdict != "caught"]
    every = collections.Counter(mutation.kind for mutation, _ in results)
    caught = collections.Counter(mutation.kind for mutation, verdict in results if verdict == "caught")
    lines.append("caught: " + ", ".join(f"{caught[kind]} of {every[kind]} {kind}" for kind in sorted(every)))
    lines.append(f"{caught.total()} of {every.total()} faults caught in {seconds:.0f} s")
    return "\n".join(lines)


def run_all(jobs, pattern="", ci=False, folder=ROOT / "build/mutations"):
    """Counts of caught and missed faults; a wrong entry of the table counts as missed."""
    start = time.monotonic()
    chosen = choose(pattern, ci)
    if not chosen:
        print(f"No fault matches '{pattern}'.")
        return 0, 1
    targets = sorted({f"test_{entry.suite}" for entry in chosen})
    copies = max(1, min(jobs, 2, len(chosen)))
    workers = [Worker(folder / str(index), max(1, jobs // copies)) for index in range(copies)]
    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(lambda worker: worker.prepare(targets), workers))
    seconds = baseline(workers[0], chosen)
    failing = [f"test_{suite} {case}" for (suite, case), time_taken in seconds.items() if time_taken is None]
    if failing:
        print("These tests fail without a fault: " + "; ".join(failing))
        return 0, len(chosen)
    print(f"{len(workers)} copies built, {len(seconds)} tests pass without a fault ({time.monotonic() - start:.0f} s)",
          flush=True)
    waiting, results = queue.Queue(), []
    for mutation in chosen:
        waiting.put(mutation)
    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        for future in [pool.submit(work, worker, waiting, seconds, results) for worker in workers]:
            future.result()
    print(summary(results, time.monotonic() - start), flush=True)
    caught = sum(verdict == "caught" for _, verdict in results)
    return caught, len(chosen) - caught


def main():
    parser = argparse.ArgumentParser(description="Plants faults; each must make its test fail.")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="faults whose kind, file, text or suite matches this expression")
    parser.add_argument("--ci", action="store_true", help="only those that CI plants")
    options = parser.parse_args()
    caught, missed = run_all(options.jobs, options.only, options.ci)
    return 1 if missed or not caught else 0


if __name__ == "__main__":
    sys.exit(main())
