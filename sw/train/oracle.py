"""Records what onnxruntime computes, for comparison without onnxruntime.

Writes into sw/models, as uncompressed little-endian C-order .npy files:
    digits_test_images.npy        uint8 [360, 8, 8], gray levels 0..16
    digits_test_labels.npy        uint8 [360]
    digits_calibration_images.npy uint8 [64, 8, 8], the first training images
    <model>_labels.npy            uint8 [360], index of the largest logit
    <model>_logits.npy            float32 [360, 10]
    <model>_tensors/<tensor>.npy  int8 or uint8 [32, ...], the output of each
                                  QuantizeLinear for the first 32 test images;
                                  of TENSOR_MODELS and DERIVED_MODELS only
"""

import json
import os
import shutil

import numpy
import onnx

from data import load_split
from parameters import (CONVERTED_MODEL, FLOAT_MODELS, MODEL_FOLDER, MODELS, RECTIFIED_MODEL, TENSOR_MODELS,
                        WORK_FOLDER)
from session import make_session

DERIVED_MODELS = (CONVERTED_MODEL, RECTIFIED_MODEL)
TENSOR_IMAGES = 32
CALIBRATION_IMAGES = 64


def save(name, array):
    """Write sw/models/<name>.npy."""
    array = numpy.ascontiguousarray(array)
    assert array.dtype.byteorder in "=|<"
    numpy.save(os.path.join(MODEL_FOLDER, name + ".npy"), array)


def quantized_tensors(model):
    """Names of the outputs of QuantizeLinear nodes, in graph order."""
    return [node.output[0] for node in model.graph.node
            if node.op_type == "QuantizeLinear"]


def run_with_tensors(name, images):
    """Run a model; return (logits, {tensor name: quantized array}).

    images: uint8 [count, 8, 8].
    """
    model = onnx.load(os.path.join(MODEL_FOLDER, name + ".onnx"))
    tensors = quantized_tensors(model)
    types = {entry.name: entry.data_type for entry in model.graph.initializer}
    zero_points = {node.output[0]: node.input[2] for node in model.graph.node
                   if node.op_type == "QuantizeLinear"}
    for tensor in tensors:
        model.graph.output.append(onnx.helper.make_tensor_value_info(
            tensor, types[zero_points[tensor]], None))
    values = images.astype(numpy.float32)[:, None]
    results = make_session(model).run(["logits"] + tensors, {"input": values})
    return results[0], dict(zip(tensors, results[1:]))


def record(name, images, labels):
    """Write the arrays of one model; return its accuracy, 0..1."""
    logits, tensors = run_with_tensors(name, images)
    predicted = logits.argmax(1).astype(numpy.uint8)
    save(name + "_labels", predicted)
    save(name + "_logits", logits.astype(numpy.float32))
    if name in TENSOR_MODELS + DERIVED_MODELS:
        record_tensors(name, tensors)
    return float(numpy.mean(predicted == labels))


def record_tensors(name, tensors):
    """Write sw/models/<name>_tensors."""
    folder = name + "_tensors"
    shutil.rmtree(os.path.join(MODEL_FOLDER, folder), ignore_errors=True)
    os.makedirs(os.path.join(MODEL_FOLDER, folder))
    for tensor, values in tensors.items():
        save(os.path.join(folder, tensor), values[:TENSOR_IMAGES])


def main():
    training, _, images, labels = load_split()
    save("digits_calibration_images", training[:CALIBRATION_IMAGES])
    save("digits_test_images", images)
    save("digits_test_labels", labels)
    accuracies = {}
    for name in MODELS + FLOAT_MODELS + DERIVED_MODELS:
        accuracies[name] = record(name, images, labels)
        print(f"  {name}: accuracy on {len(labels)} test images "
              f"{100 * accuracies[name]:.2f} %")
    with open(os.path.join(WORK_FOLDER, "accuracy.json"), "w", encoding="ascii") as file:
        json.dump(accuracies, file, indent=1)


if __name__ == "__main__":
    main()
