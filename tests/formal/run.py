#!/usr/bin/python3
"""Proves the rules of every group, reaches its covers, refutes its faults, and writes the table of docs/formal.md.

Status 1 if a rule is not proved, a cover not reached or a fault not refuted.
"""

import argparse
import concurrent.futures
import dataclasses
import pathlib
import re
import sys
import tempfile
import time

import prover
from group import ROOT
from groups import GROUPS

DOCUMENT = ROOT / "docs/formal.md"
BEGIN, END = "<!-- table of rules: written by make prove -->", "<!-- end of the table -->"
PROOF_SECONDS = 900


@dataclasses.dataclass
class Outcome:
    """What came of a group: what went wrong, in sentences; seconds of the proofs, for each of its parameters."""
    group: object
    failures: list
    seconds: list
    refuted: int = 0


def check_rules(group, parameters, folder, outcome, proof):
    """Reaches the covers and, with proof, proves the rules."""
    wanted = {"all": list(group.rules())} | {name: [name] for name in group.covers()}
    paths = prover.graphs(group, folder, wanted, parameters)
    told = f" with {parameters}" if parameters else ""
    if proof:
        start = time.monotonic()
        verdict = prover.prove(paths["all"], group.prepare, PROOF_SECONDS)
        outcome.seconds.append(time.monotonic() - start)
        if verdict != prover.PROVED:
            broken = ", ".join(broken_rules(group, parameters, folder)) or "unknown"
            outcome.failures.append(f"The rules of {group.name}{told} are {verdict}; broken within {group.depth} "
                                    f"cycles: {broken}.")
    for cover in group.covers():
        if prover.refute(paths[cover], group.depth) is None:
            outcome.failures.append(f"{group.name}{told} never reaches {cover}; its assumptions may leave nothing.")


def broken_rules(group, parameters, folder):
    paths = prover.graphs(group, folder, {name: [name] for name in group.rules()}, parameters)
    return [name for name, path in paths.items() if prover.refute(path, group.depth, seconds=10) is not None]


def refute_fault(group, fault, folder, outcome):
    if fault.rule not in group.rules():
        raise prover.ToolError(f"The fault '{fault.fault}' names the rule {fault.rule}, which {group.name} has not.")
    paths = prover.graphs(group, folder, {"fault": [fault.rule]}, group.parameters[0], fault)
    if prover.refute(paths["fault"], group.depth) is None:
        outcome.failures.append(f"With the fault '{fault.fault}' in {fault.path} the rule {fault.rule} still holds.")
    else:
        outcome.refuted += 1


def check(group, short=False):
    """Outcome of a group; short: for its first parameters and first fault alone, without a slow proof."""
    outcome = Outcome(group, [], [])
    for parameters in group.parameters[:1] if short else group.parameters:
        with tempfile.TemporaryDirectory() as folder:
            check_rules(group, parameters, pathlib.Path(folder), outcome, not (short and group.slow))
    for fault in group.faults[:1] if short else group.faults:
        with tempfile.TemporaryDirectory() as folder:
            refute_fault(group, fault, pathlib.Path(folder), outcome)
    return outcome


def row(group, seconds):
    names = ", ".join(f"`{name}`" for name in group.rules())
    above = ", ".join(module.rpartition("/")[2] for module in group.modules)
    return (f"| [{group.name}](../tests/formal/{group.name}_rules.sv) | {above} | {len(group.rules())} | {names} | "
            f"{len(group.covers())} | {len(group.faults)} | {seconds} |")


def table(outcomes):
    rules = sum(len(outcome.group.rules()) for outcome in outcomes)
    faults = sum(len(outcome.group.faults) for outcome in outcomes)
    rows = [row(outcome.group, " + ".join(f"{seconds:.1f}" for seconds in outcome.seconds)) for outcome in outcomes]
    return "\n".join([f"{rules} properties of {len(outcomes)} groups proved, {faults} faults refuted. All by Yosys and "
                      "the `pdr` of ABC; the seconds are those of `pdr`, for each set of parameters.", "",
                      "| rules | modules | number | properties | covers | faults | seconds |",
                      "|---|---|---|---|---|---|---|", *rows])


def assumptions():
    return "\n".join(f"* **{group.name}**: {group.assumptions()}" for group in GROUPS)


def write(outcomes):
    text = DOCUMENT.read_text(encoding="utf-8")
    body = f"{BEGIN}\n{table(outcomes)}\n\n## What is assumed\n{assumptions()}\n{END}"
    DOCUMENT.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: body, text, flags=re.S), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Proves the rules of tests/formal without bound.")
    parser.add_argument("--group", action="append", choices=[group.name for group in GROUPS],
                        help="only this one, and no table; may be repeated")
    parser.add_argument("--short", action="store_true", help="what `make test` proves")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    chosen = [group for group in GROUPS if not options.group or group.name in options.group]
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda group: check(group, options.short), chosen):
            outcomes.append(outcome)
            print(f"{outcome.group.name}: {len(outcome.group.rules())} rules, "
                  f"{' + '.join(f'{seconds:.1f}' for seconds in outcome.seconds)} s, {outcome.refuted} faults refuted",
                  flush=True)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    print("\n".join(failures), file=sys.stderr)
    if not failures and not options.group and not options.short:
        write(outcomes)
    rules = sum(len(outcome.group.rules()) for outcome in outcomes if not outcome.failures)
    print(f"{rules} properties proved, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except prover.ToolError as error:
        sys.exit(str(error))
