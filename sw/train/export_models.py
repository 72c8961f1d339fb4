"""Writes the ONNX models of sw/models from the trained parameters."""

import os

import numpy
import onnx

from graph import GraphBuilder
from parameters import (CONVOLUTIONS, EPSILON, FLOAT_MODEL, MODEL_FOLDER, MODELS, fold_normalization,
                        load_parameters, normalization_on_grid, round_bias)

STRIDES = {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2}
INPUT_OF = {"conv1": "input", "conv2": "conv1_output", "conv3": "conv2_output",
            "conv4": "add_output"}


class DigitModel:
    """Builds the graph of one model; folded tells whether BatchNormalization
    is folded into weight scale and bias or kept as a node."""

    def __init__(self, name, parameters, folded):
        self.name = name
        self.parameters = parameters
        self.folded = folded
        self.graph = GraphBuilder(name)

    def quantize(self, name, output=None):
        """Q/DQ with the trained scale and zero point of activation `name`."""
        return self.graph.activation(name, self.parameters[name + "_scale"],
                                     self.parameters[name + "_zero_point"], output)

    def convolution(self, layer, values, activated=True):
        """Convolution (+ normalization) (+ ReLU); returns `<layer>_output`."""
        output = layer + "_output"
        accumulated = layer + "_accumulated" if activated else output
        if self.folded:
            self.folded_convolution(layer, values, accumulated)
        else:
            self.normalized_convolution(layer, values, accumulated)
        if activated:
            self.graph.node("Relu", layer + "_relu", [accumulated], output)
        return self.quantize(output)

    def convolution_node(self, layer, inputs, output):
        stride = STRIDES[layer]
        self.graph.node("Conv", layer, inputs, output, dilations=[1, 1], group=1,
                        kernel_shape=[3, 3], pads=[1, 1, 1, 1],
                        strides=[stride, stride])

    def folded_convolution(self, layer, values, output):
        input_scale = self.parameters[INPUT_OF[layer] + "_scale"]
        weight, scale, bias = fold_normalization(self.parameters, layer, input_scale)
        inputs = [values,
                  self.graph.parameter(layer + "_weight", weight, scale),
                  self.graph.parameter(layer + "_bias", bias, input_scale * scale)]
        self.convolution_node(layer, inputs, output)

    def weight(self, layer):
        """The weights of a layer as trained, dequantized."""
        return self.graph.parameter(layer + "_weight", self.parameters[layer + "_weight"],
                                    self.parameters[layer + "_weight_scale"])

    def beta(self, layer):
        """The offset of a layer's normalization, float32 [outputs]."""
        return normalization_on_grid(self.parameters, layer, self.parameters[INPUT_OF[layer] + "_scale"])

    def gemm_bias(self):
        """The bias of the last layer, dequantized."""
        scale, input_scale = self.parameters["gemm_weight_scale"], self.parameters["pool_output_scale"]
        bias = round_bias(self.parameters["gemm_bias"], input_scale, scale)
        return self.graph.parameter("gemm_bias", bias, input_scale * scale)

    def normalized_convolution(self, layer, values, output):
        stored = self.parameters
        self.convolution_node(layer, [values, self.weight(layer)], layer + "_convolved")
        beta = self.beta(layer)
        inputs = [layer + "_convolved",
                  self.graph.constant(layer + "_gamma", stored[layer + "_gamma"]),
                  self.graph.constant(layer + "_beta", beta),
                  self.graph.constant(layer + "_mean", stored[layer + "_mean"]),
                  self.graph.constant(layer + "_variance", stored[layer + "_variance"])]
        self.graph.node("BatchNormalization", layer + "_normalization", inputs, output,
                        epsilon=EPSILON)

    def classifier(self, values):
        """Pool, flatten, fully connected layer; returns `logits`."""
        self.graph.node("GlobalAveragePool", "pool", [values], "pool_output")
        pooled = self.quantize("pool_output")
        flat = self.graph.node("Flatten", "flatten", [pooled], "flatten_output", axis=1)
        inputs = [flat, self.weight("gemm"), self.gemm_bias()]
        self.graph.node("Gemm", "gemm", inputs, "gemm_output", alpha=1.0, beta=1.0,
                        transA=0, transB=1)
        return self.quantize("gemm_output", "logits")

    def build(self, documentation):
        """Return the finished ModelProto."""
        values = self.quantize("input")
        values = self.convolution("conv1", values)
        skip = self.convolution("conv2", values)
        values = self.convolution("conv3", skip, activated=False)
        self.graph.node("Add", "add", [values, skip], "add_sum")
        self.graph.node("Relu", "add_relu", ["add_sum"], "add_output")
        values = self.quantize("add_output")
        values = self.convolution("conv4", values)
        logits = self.classifier(values)
        return self.graph.model(["N", 1, 8, 8], logits, ["N", 10], documentation)


class FloatDigitModel(DigitModel):
    """The float32 network: no quantizers, BatchNormalization nodes, to be quantized after training."""

    def quantize(self, name, output=None):
        return self.graph.node("Identity", name + "_identity", [name], output) if output else name

    def weight(self, layer):
        return self.graph.constant(layer + "_weight", self.parameters[layer + "_weight"])

    def beta(self, layer):
        return self.parameters[layer + "_beta"]

    def gemm_bias(self):
        return self.graph.constant("gemm_bias", self.parameters["gemm_bias"])


LEVELS = {
    "ternary": {-1, 0, 1}, "binary": {-1, 1}, "int4": set(range(-7, 8)),
    "shift": {0} | {sign * 2 ** e for sign in (-1, 1) for e in range(7)},
    "apot": {0} | {sign * (2 ** e + other) for sign in (-1, 1) for e in range(7)
                   for other in (0, *(2 ** f for f in range(e)))},
}
MOST_LEVELS = {"ttq": 3, "palette": 16}


def check_levels(kind, parameters):
    """Every weight must be one of its format's, or a tensor's weights few enough."""
    for layer in CONVOLUTIONS + ("gemm",):
        levels = set(numpy.unique(parameters[layer + "_weight"]).tolist())
        assert levels <= LEVELS.get(kind, levels), (kind, layer)
        assert len(levels) <= MOST_LEVELS.get(kind, 256), (kind, layer)


def build(name):
    """The ModelProto of one entry of MODELS or FLOAT_MODEL."""
    if name == FLOAT_MODEL:
        return FloatDigitModel(name, load_parameters("float"), False).build("8x8 digits, float32")
    kind = name.split("_")[1]
    parameters = load_parameters(kind)
    check_levels(kind, parameters)
    if name.endswith("_bn"):
        documentation = f"8x8 digits, {kind} weights, batch normalization not folded"
        return DigitModel(name, parameters, False).build(documentation)
    return DigitModel(name, parameters, True).build(f"8x8 digits, {kind} weights")


def main():
    os.makedirs(MODEL_FOLDER, exist_ok=True)
    for name in MODELS + (FLOAT_MODEL,):
        model = build(name)
        path = os.path.join(MODEL_FOLDER, name + ".onnx")
        onnx.save(model, path)
        print(f"  {name}.onnx: {len(model.graph.node)} nodes, "
              f"{os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
