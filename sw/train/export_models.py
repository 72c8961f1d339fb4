"""Writes the three ONNX models of sw/models from the trained parameters."""

import os

import numpy
import onnx

from graph import GraphBuilder
from parameters import (CONVOLUTIONS, EPSILON, MODEL_FOLDER, fold_normalization,
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

    def normalized_convolution(self, layer, values, output):
        stored = self.parameters
        weight = self.graph.parameter(layer + "_weight", stored[layer + "_weight"],
                                      stored[layer + "_weight_scale"])
        self.convolution_node(layer, [values, weight], layer + "_convolved")
        beta = normalization_on_grid(stored, layer, stored[INPUT_OF[layer] + "_scale"])
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
        scale = self.parameters["gemm_weight_scale"]
        input_scale = self.parameters["pool_output_scale"]
        bias = round_bias(self.parameters["gemm_bias"], input_scale, scale)
        inputs = [flat,
                  self.graph.parameter("gemm_weight", self.parameters["gemm_weight"], scale),
                  self.graph.parameter("gemm_bias", bias, input_scale * scale)]
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


def check_ternary(parameters):
    """Every weight of the ternary network must be -1, 0 or +1."""
    for layer in CONVOLUTIONS + ("gemm",):
        assert set(numpy.unique(parameters[layer + "_weight"])) <= {-1, 0, 1}, layer


def main():
    ternary, int8 = load_parameters("ternary"), load_parameters("int8")
    check_ternary(ternary)
    os.makedirs(MODEL_FOLDER, exist_ok=True)
    models = [("digits_ternary", ternary, True, "8x8 digits, ternary weights"),
              ("digits_int8", int8, True, "8x8 digits, int8 weights"),
              ("digits_ternary_bn", ternary, False,
               "8x8 digits, ternary weights, batch normalization not folded")]
    for name, parameters, folded, documentation in models:
        model = DigitModel(name, parameters, folded).build(documentation)
        path = os.path.join(MODEL_FOLDER, name + ".onnx")
        onnx.save(model, path)
        print(f"  {name}.onnx: {len(model.graph.node)} nodes, "
              f"{os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
