"""Writes the ONNX models with operators beyond ONNX (distances, signs, microscaling blocks) and the float32 chain.

onnxruntime cannot run the former; custom_oracle.py computes their labels and logits.
"""

import os

import numpy
import onnx
import torch

import mx_network
import xnor_network
from adder_network import INPUT_OF
from export_models import DigitModel
from graph import GraphBuilder
from parameters import CHAIN_MODEL, CUSTOM_MODELS, MODEL_FOLDER, WORK_FOLDER, load_parameters, round_bias

DOMAIN = "napier"
QONNX = "qonnx.custom_op.general"


class AdderModel(DigitModel):
    """digits_adder: AdderConv nodes with one scale for input and weights, BatchNormalization behind."""

    def convolution(self, layer, values, activated=True):
        self.folded = layer not in INPUT_OF
        return super().convolution(layer, values, activated)

    def weight(self, layer):
        if layer not in INPUT_OF:
            return super().weight(layer)
        return self.graph.parameter(layer + "_weight", self.parameters[layer + "_weight"],
                                    self.parameters[INPUT_OF[layer] + "_scale"])

    def beta(self, layer):
        return self.parameters[layer + "_beta"]

    def convolution_node(self, layer, inputs, output):
        super().convolution_node(layer, inputs, output)
        if layer in INPUT_OF:
            self.graph.nodes[-1].op_type = "AdderConv"
            self.graph.nodes[-1].domain = DOMAIN


class XnorModel:
    """digits_xnor: BipolarQuant on activations and weights of the middle convolutions."""

    def __init__(self, name, parameters):
        self.parameters = parameters
        self.graph = GraphBuilder(name)

    def bipolar(self, name):
        scale = self.graph.constant(name + "_sign_scale", numpy.float32(1))
        return self.graph.node("BipolarQuant", name + "_signs", [name, scale], name + "_sign", domain=QONNX)

    def quantize(self, name, output=None):
        return self.graph.activation(name, self.parameters[name + "_scale"], self.parameters[name + "_zero_point"],
                                     output)

    def convolution(self, layer, values):
        stored, graph = self.parameters, self.graph
        if layer in xnor_network.ONE_BIT:
            graph.constant(layer + "_weight", stored[layer + "_weight"].astype(numpy.float32))
            weight = self.bipolar(layer + "_weight")
        else:
            weight = graph.parameter(layer + "_weight", stored[layer + "_weight"], stored[layer + "_weight_scale"])
        kernel = xnor_network.SHAPES[layer][2]
        graph.node("Conv", layer, [values, weight], layer + "_convolved", kernel_shape=[kernel, kernel])
        constants = [graph.constant(f"{layer}_{part}", stored[f"{layer}_{part}"])
                     for part in ("gamma", "beta", "mean", "variance")]
        return graph.node("BatchNormalization", layer + "_normalization", [layer + "_convolved"] + constants,
                          layer + "_output" if layer != "conv4" else "conv4_normalized", epsilon=1e-5)

    def build(self, documentation):
        values = self.quantize("input")
        for layer in ("conv1", "conv2", "conv3"):
            values = self.bipolar(self.convolution(layer, values))
        self.convolution("conv4", values)
        self.graph.node("Relu", "conv4_relu", ["conv4_normalized"], "conv4_output")
        flat = self.graph.node("Flatten", "flatten", [self.quantize("conv4_output")], "flatten_output", axis=1)
        stored = self.parameters
        scale, input_scale = stored["gemm_weight_scale"], stored["conv4_output_scale"]
        inputs = [flat, self.graph.parameter("gemm_weight", stored["gemm_weight"], scale),
                  self.graph.parameter("gemm_bias", round_bias(stored["gemm_bias"], input_scale, scale),
                                       input_scale * scale)]
        self.graph.node("Gemm", "gemm", inputs, "gemm_output", transB=1)
        return self.graph.model(["N", 1, 8, 8], self.quantize("gemm_output", "logits"), ["N", 10], documentation)


class ChainModel:
    """digits_chain: float32 convolutions and a product, one behind the other."""

    def __init__(self, name, state):
        self.state = state
        self.graph = GraphBuilder(name)

    def blocks(self, name):
        """What a layer reads in place of the value of that name."""
        return name

    def parameters(self, layer):
        weight = self.graph.constant(layer + "_weight", self.state[layer + ".weight"].numpy())
        return [self.blocks(weight), self.graph.constant(layer + "_bias", self.state[layer + ".bias"].numpy())]

    def build(self, documentation):
        graph, values = self.graph, self.blocks("input")
        for layer, (_, _, kernel, stride, padding) in mx_network.LAYERS.items():
            graph.node("Conv", layer, [values] + self.parameters(layer), layer + "_sum", kernel_shape=[kernel, kernel],
                       strides=[stride, stride], pads=[padding] * 4)
            graph.node("Relu", layer + "_relu", [layer + "_sum"], layer + "_output")
            values = self.blocks(layer + "_output")
        flat = graph.node("Flatten", "flatten", [values], "flatten_output", axis=1)
        graph.node("Gemm", "gemm", [flat] + self.parameters("gemm"), "logits", transB=1)
        return graph.model(["N", 1, 8, 8], "logits", ["N", 10], documentation)


class MxModel(ChainModel):
    """digits_mxfp4: MXQuantize on every layer's input and weights."""

    def blocks(self, name):
        return self.graph.node("MXQuantize", name + "_quantize", [name], name + "_blocks", domain=DOMAIN,
                               element_format="mxfp4", axis=1, scale_rule="floor")


def build(name):
    """The ModelProto of CHAIN_MODEL or one entry of CUSTOM_MODELS."""
    kind = name.split("_")[1]
    if name == CHAIN_MODEL:
        return ChainModel(name, torch.load(os.path.join(WORK_FOLDER, "chain.pt"))).build("8x8 digits, float32")
    if kind == "mxfp4":
        return MxModel(name, torch.load(os.path.join(WORK_FOLDER, "mxfp4.pt"))).build("8x8 digits, MXFP4 blocks")
    parameters = load_parameters(kind)
    if kind == "adder":
        return AdderModel(name, parameters, True).build("8x8 digits, distances in place of products")
    return XnorModel(name, parameters).build("8x8 digits, one-bit activations and weights")


def main():
    for name in CUSTOM_MODELS + (CHAIN_MODEL,):
        model = build(name)
        path = os.path.join(MODEL_FOLDER, name + ".onnx")
        onnx.save(model, path)
        print(f"  {name}.onnx: {len(model.graph.node)} nodes, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
