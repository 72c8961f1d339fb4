"""What onnxruntime makes of reduced transformers of the zoo.

Reads sw/models/zoo/NAME.onnx and NAME_tensors.txt, which `build/tests/programs/record_networks` writes: a
tensor a line, its name, height, width, channels, scale and zero point. Writes NAME_tensors.npy: of each of IMAGES
random images every tensor in that order, int8, channels last, the way the machine holds them.

Needs an onnxruntime that knows operator set 23 (onnxruntime 1.32.0, onnx 1.23.2), newer than that of the other oracles.
"""

import os

import numpy
import onnx

from parameters import MODEL_FOLDER
from session import make_session

NAMES = ("reduced-levit", "reduced-bitnet", "reduced-bitnet-decode", "reduced-mobilellm")
FOLDER = os.path.join(MODEL_FOLDER, "zoo")
IMAGES = 2


def with_all_outputs(model):
    """The model, with every value that a node computes as an output."""
    known = {value.name for value in model.graph.output}
    names = [name for node in model.graph.node for name in node.output if name not in known]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return model


def table_rows(model):
    """How many rows the model's Gather chooses from; 0 if it has none."""
    shapes = {tensor.name: tensor.dims for tensor in model.graph.initializer}
    integers = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "DequantizeLinear"}
    tables = [node.input[0] for node in model.graph.node if node.op_type == "Gather"]
    return shapes[integers.get(tables[0], tables[0])][0] if tables else 0


def random_inputs(random, ports, rows):
    """Reals, and indices of rows from both ends."""
    return {port.name: random.integers(-rows, rows, port.shape) if port.type == "tensor(int64)" else
            random.normal(0.0, 1.0, port.shape).astype(numpy.float32) for port in ports}


def integers(values, scale, zero_point):
    """Integers, or those that DequantizeLinear made real numbers of. Indices are four bytes each, the lowest first."""
    if values.dtype == numpy.int8:
        return values
    if values.dtype == numpy.int64:
        return values.astype("<i4").view(numpy.int8)
    return (numpy.rint(values.astype(numpy.float64) / scale) + zero_point).astype(numpy.int8)


def rows(values, height, width, channels):
    """[pixels][channels] of a value as a node of the file has it."""
    if values.ndim == 4 and values.shape == (1, channels, height, width):
        return values[0].transpose(1, 2, 0)
    if values.ndim == 4 and values.shape[1] != height * width and values.shape[2] == height * width:
        return values[0].transpose(1, 0, 2)  # [1, heads, tokens, channels], not yet [1, tokens, heads, channels]
    if values.ndim == 5:  # [1, clusters, groups, tokens, channels]
        return values[0].transpose(2, 0, 1, 3)
    return values


def record(name):
    with open(os.path.join(FOLDER, name + "_tensors.txt"), encoding="utf-8") as file:
        tensors = [line.split() for line in file]
    model = onnx.load(os.path.join(FOLDER, name + ".onnx"))
    rows_of_table, session = table_rows(model), make_session(with_all_outputs(model))
    random, names = numpy.random.default_rng(7), [output.name for output in session.get_outputs()]
    images = []
    for _ in range(IMAGES):
        inputs = random_inputs(random, session.get_inputs(), rows_of_table)
        values = inputs | dict(zip(names, session.run(names, inputs)))
        image = []
        for tensor, height, width, channels, scale, zero_point in tensors:
            extents = int(height), int(width), int(channels)
            value = values[tensor + "_quantized" if tensor + "_quantized" in values else tensor]
            found = rows(integers(value, float(scale), int(zero_point)), *extents)
            assert found.size == numpy.prod(extents), (tensor, value.shape, extents)
            image.append(found.reshape(-1))
        images.append(numpy.concatenate(image))
    numpy.save(os.path.join(FOLDER, name + "_tensors.npy"), numpy.stack(images))
    print(f"  {name}: {len(tensors)} tensors, {images[0].size} values of each of {IMAGES} images")


def main():
    for name in NAMES:
        record(name)


if __name__ == "__main__":
    main()
