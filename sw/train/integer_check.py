"""Compares the integer model with onnxruntime, element by element.

Each layer is computed from onnxruntime's own quantized input of that layer,
so that differences do not accumulate; every difference must lie within
TIE_DISTANCE of a rounding tie. The whole chain is run as well.
"""

import json
import os
import sys

import numpy

from data import load_split
from integer_model import IntegerModel
from oracle import run_with_tensors
from parameters import MODELS, WORK_FOLDER

TIE_DISTANCE = 1e-3  # in units of the output's quantization step


def compare(name, images):
    """Compare one model with onnxruntime; return a dictionary of counts."""
    logits, tensors = run_with_tensors(name, images)
    reference = {tensor[:-len("_quantized")]: values for tensor, values in tensors.items()}
    model = IntegerModel(name)
    counts = {"elements": 0, "differing": 0, "outside": 0, "farthest": 0.0}
    for tensor, (quantized, real) in model.run(images, reference).items():
        expected = reference[tensor]
        assert quantized.shape == expected.shape and quantized.dtype == expected.dtype
        differing = quantized != expected
        steps = numpy.abs(quantized.astype(int) - expected.astype(int))
        assert steps.max() <= 1, tensor
        distance = numpy.abs(real - numpy.floor(real) - 0.5)[differing]
        counts["elements"] += differing.size
        counts["differing"] += int(differing.sum())
        counts["outside"] += int((distance > TIE_DISTANCE).sum())
        counts["farthest"] = max([counts["farthest"], *distance.tolist()])
    chain = model.run(images)
    counts["chain_differing"] = int(sum((chain[tensor][0] != reference[tensor]).sum()
                                        for tensor in reference))
    chain_labels = chain["gemm_output"][0].argmax(1)
    counts["labels_differing"] = int((chain_labels != logits.argmax(1)).sum())
    return counts


def main():
    images = load_split()[2]
    results = {name: compare(name, images) for name in MODELS}
    for name, counts in results.items():
        print(f"  {name}: {counts}")
    with open(os.path.join(WORK_FOLDER, "integer_check.json"), "w", encoding="ascii") as file:
        json.dump(results, file, indent=1)
    if any(counts["outside"] for counts in results.values()):
        sys.exit("integer_check: a difference is not explained by a rounding tie")


if __name__ == "__main__":
    main()
