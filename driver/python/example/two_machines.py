#!/usr/bin/python3
# A notebook as a script: every "# %%" begins a cell. It runs a model on two machines and draws latency and energy.
#     two_machines.py [model.onnx] [images.npy] [folder for the plot]

# %% A model, and images that it takes
import pathlib
import sys

import numpy

import napier

MODELS = pathlib.Path(__file__).resolve().parents[3] / "sw/models"
MODEL, IMAGES, FOLDER = [*sys.argv[1:], *[MODELS / "digits_ternary.onnx", MODELS / "digits_test_images.npy",
                                          pathlib.Path(".")][len(sys.argv) - 1:]]
MACHINES = ("tiny", "edge")
images = numpy.load(IMAGES)[:20]

# %% The same model on each machine
runs = {}
for machine in MACHINES:
    device = napier.Device("sim", machine)
    device.load(str(MODEL))
    scores = device.run(images.reshape(-1, *device.input.shape))
    runs[machine] = {"classes": scores.reshape(len(images), -1).argmax(axis=1), "layers": device.layers,
                     "cycles": device.counters["cycles"], "energies": device.energies("45nm")}
assert all((run["classes"] == runs[MACHINES[0]]["classes"]).all() for run in runs.values())

# %% What each layer takes
print(f"{'layer':<8} {'operation':<18}" + "".join(f" {machine + ' cycles':>14} {'nJ':>8}" for machine in MACHINES))
for index, layer in enumerate(runs[MACHINES[0]]["layers"]):
    cells = [f" {run['layers'][index].cycles:>14,} {run['energies'][index] / 1000:>8.2f}" for run in runs.values()]
    print(f"{layer.name:<8} {layer.operation:<18}" + "".join(cells))
totals = [f" {run['cycles']:>14,} {run['energies'].sum() / 1000:>8.2f}" for run in runs.values()]
print(f"{'total':<27}" + "".join(totals))

# %% The same as a plot: a bar a machine, a piece a layer
try:
    import matplotlib
except ImportError:
    sys.exit("no plot: python3-matplotlib is not installed")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

figure, (latency, energy) = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
cycles = {machine: numpy.array([layer.cycles for layer in run["layers"]]) for machine, run in runs.items()}
nanojoules = {machine: run["energies"] / 1000 for machine, run in runs.items()}
for axes, values, title in ((latency, cycles, "latency, cycles"), (energy, nanojoules, "energy, nJ (45 nm)")):
    for index, layer in enumerate(runs[MACHINES[0]]["layers"]):
        pieces = [values[machine][index] for machine in MACHINES]
        below = [values[machine][:index].sum() for machine in MACHINES]
        axes.bar(MACHINES, pieces, bottom=below, label=layer.name)
    axes.set_title(title)
energy.legend()
figure.savefig(pathlib.Path(FOLDER) / "napier.png")
print(f"{pathlib.Path(FOLDER) / 'napier.png'}")
