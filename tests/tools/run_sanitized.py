#!/usr/bin/python3
"""Runs the suites that read bad input in a build folder with sanitizers; the last line counts them.

Each suite runs in a process of its own; a report of a sanitizer ends it, and the suite has failed. Status 1 if any has.
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Executable and Catch2's selection of its cases. Left out: many right models, and what needs a verilated machine.
SUITES = (("import", "[mutants]"), ("import", "~[mutants]"), ("driver", '~"Random models*"~"*RTL*"'), ("sw", ""))
SECONDS = 900


def environment():
    """Errors end the process, and a refused allocation is an exception as without the sanitizer."""
    return {**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1:detect_stack_use_after_return=1",
            "UBSAN_OPTIONS": "print_stacktrace=1"}


def run(build, suite, selection):
    start = time.monotonic()
    command = [str(build / f"tests/test_{suite}"), *([selection] if selection else [])]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment(), timeout=SECONDS, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace")
        good, output = done.returncode == 0, done.stdout
    except subprocess.TimeoutExpired:
        good, output = False, f"took more than {SECONDS} s"
    name = f"test_{suite} {selection}".rstrip()
    lines = [line for line in output.splitlines() if line.strip()]
    text = lines[-1] if good and lines else output[-8000:]
    print(f"{'passed' if good else 'FAILED'} {name} ({time.monotonic() - start:.0f} s): {text}", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description="Runs the suites of bad input with sanitizers.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/sanitize")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        good = list(pool.map(lambda suite: run(options.build, *suite), SUITES))
    print(f"with sanitizers: {sum(good)} suites passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
