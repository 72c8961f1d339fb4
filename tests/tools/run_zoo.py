#!/usr/bin/python3
"""Runs the networks of the zoo that a machine takes whole, and prints a table: cycles, utilization, energy, identity.

Each is built with random weights, compared with the golden model tensor by tensor on the simulator (one random image),
with --rtl on the verilated RTL, too, command by command, and profiled. Status 1 if one is refused or differs. Minutes.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

NETWORKS = ("resnet18", "resnet20", "mobilenet-v1", "sqnxt23-v1", "sqnxt23-v2", "sqnxt23-v3", "sqnxt23-v4",
            "sqnxt23-v5", "sqnxt23-1.5-v1", "sqnxt23-2.0-v1", "sqnxt23-2.0-v4", "sqnxt23-2.0-v5", "squeezenet-1.0",
            "squeezenet-1.0-unpadded", "squeezenet-1.0-224", "squeezenet-1.1", "squeezenet-1.1-224", "alexnet",
            "tiny-darknet", "mobilenet-v3-large", "mobilenet-v3-small", "efficientnet-b0", "levit-128s",
            "bitnet-700m-decode", "mmfree-370m-prefill", "mmfree-370m-decode", "mobilellm-125m-decode")


def napier(binary, *arguments):
    """Output of a command; RuntimeError with its last sentence if it fails."""
    done = subprocess.run([str(binary), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip() or done.stdout.strip()).splitlines()[-1])
    return done.stdout


def measure(binary, network, number_format, machine, rtl, folder):
    """Cells of a row, after network and format."""
    model, profile = folder / "model.onnx", folder / "profile"
    napier(binary, "zoo", "build", network, "--format", number_format, "-o", model)
    devices = [] if rtl else ["--no-rtl"]
    verdict = napier(binary, "verify", model, *devices, "--machine", machine).strip().splitlines()[-1]
    napier(binary, "profile", model, "--machine", machine, "-o", profile)
    totals = json.loads((profile / "report.json").read_text())["machines"][0]
    tensors = verdict.split("input: ")[-1].split(" tensors")[0]
    if "identical" not in verdict or (rtl and "rtl" not in verdict):
        raise RuntimeError(verdict)
    return (f"{totals['duration_cycles']:,}", f"{totals['utilization_percent']:.1f} %",
            f"{totals['energy_pj'] / 1e9:.2f}", f"{tensors} of {tensors}")


def main():
    parser = argparse.ArgumentParser(description="Runs networks of the zoo on the simulator and prints a table.")
    parser.add_argument("--napier", type=pathlib.Path, default=pathlib.Path("build/napier"))
    parser.add_argument("--machine", default="edge")
    parser.add_argument("--format", action="append", help="default: int8 and ternary")
    parser.add_argument("--rtl", action="store_true", help="run the verilated RTL as well")
    parser.add_argument("networks", nargs="*", help="default: all that run")
    arguments = parser.parse_args()
    print("| network | format | cycles | utilization | energy, mJ | tensors as the golden model's |")
    print("|---|---|---|---|---|---|", flush=True)
    failed = False
    for network in arguments.networks or NETWORKS:
        for number_format in arguments.format or ("int8", "ternary"):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    cells = measure(arguments.napier, network, number_format, arguments.machine, arguments.rtl,
                                    pathlib.Path(folder))
                except RuntimeError as error:
                    failed, cells = True, (str(error), "", "", "")
            print(f"| {network} | {number_format} | {' | '.join(cells)} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
