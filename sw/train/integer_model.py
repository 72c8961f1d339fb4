"""The digit network on integers alone, from the constants of an ONNX file.

Accumulation is int64. Requantization is acc * M, M = s_a * s_w / s_y taken as
an exact fraction and rounded to a 24-bit significand, then rounding half to
even, + zero point, saturation. An accumulator has fewer than 29 bits, so the
product (and the sum of two, in Add) is exact in float64.
"""

import os
from fractions import Fraction

import numpy
import onnx
from onnx import numpy_helper

from parameters import MODEL_FOLDER

STRIDES = {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2}


def significand24(value):
    """Fraction -> nearest number with a 24-bit significand, as a float."""
    exponent = 0
    while value * Fraction(2) ** exponent < 2 ** 23:
        exponent += 1
    while value * Fraction(2) ** exponent >= 2 ** 24:
        exponent -= 1
    return float(round(value * Fraction(2) ** exponent) / Fraction(2) ** exponent)


def multiplier(numerators, denominator):
    """Product of float32 numerators / denominator as a 24-bit significand."""
    product = Fraction(1)
    for numerator in numerators:
        product *= Fraction(float(numerator))
    return significand24(product / Fraction(float(denominator)))


def convolve(values, weight, stride):
    """int64 [N,C,H,W] * [K,C,3,3], padding 1 with zeros -> [N,K,H',W']."""
    padded = numpy.pad(values, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = numpy.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    return numpy.einsum("nchwij,kcij->nkhw", windows[:, :, ::stride, ::stride],
                        weight.astype(numpy.int64))


class IntegerModel:
    """The digit network on integers; reads the constants of an ONNX file."""

    def __init__(self, name):
        model = onnx.load(os.path.join(MODEL_FOLDER, name + ".onnx"))
        self.constants = {entry.name: numpy_helper.to_array(entry)
                          for entry in model.graph.initializer}
        self.epsilon = next((attribute.f for node in model.graph.node
                             for attribute in node.attribute
                             if attribute.name == "epsilon"), 0.0)

    def scale(self, name):
        return self.constants[name + "_scale"]

    def centered(self, name, quantized):
        """Quantized tensor minus its zero point, int64."""
        return quantized.astype(numpy.int64) - int(self.constants[name + "_zero_point"])

    def weights(self, layer, input_name):
        """(integers, scale [outputs], integer bias), BatchNormalization folded."""
        weight = self.constants[layer + "_weight_quantized"].astype(numpy.int64)
        scale = self.scale(layer + "_weight")
        if layer + "_gamma" not in self.constants:
            return weight, scale, self.constants[layer + "_bias_quantized"]
        gamma, beta, mean, variance = (
            self.constants[layer + part].astype(numpy.float64)
            for part in ("_gamma", "_beta", "_mean", "_variance"))
        factor = gamma / numpy.sqrt(variance + self.epsilon)
        weight = weight * numpy.where(factor < 0, -1, 1)[:, None, None, None]
        scale = (scale * numpy.abs(factor)).astype(numpy.float32)
        unit = self.scale(input_name).astype(numpy.float64) * scale.astype(numpy.float64)
        return weight, scale, numpy.rint((beta - mean * factor) / unit).astype(numpy.int64)

    def finish(self, name, real, positive):
        """Real level (before rounding) -> (quantized tensor, real level)."""
        zero_point = self.constants[name + "_zero_point"]
        limits = numpy.iinfo(zero_point.dtype)
        lowest = int(zero_point) if positive else limits.min
        level = numpy.rint(real) + int(zero_point)
        return level.clip(lowest, limits.max).astype(zero_point.dtype), real

    def linear(self, layer, input_name, quantized, positive):
        """Convolution or gemm with requantization to `<layer>_output`."""
        output = layer + "_output"
        weight, scale, bias = self.weights(layer, input_name)
        values = self.centered(input_name, quantized)
        if weight.ndim == 4:
            accumulated = convolve(values, weight, STRIDES[layer])
        else:
            accumulated = values.reshape(len(values), -1) @ weight.T.astype(numpy.int64)
        shape = (1, -1) + (1,) * (weight.ndim - 2)
        accumulated = accumulated + bias.astype(numpy.int64).reshape(shape)
        factors = [multiplier([self.scale(input_name), one], self.scale(output))
                   for one in scale]
        return self.finish(output, accumulated * numpy.reshape(factors, shape), positive)

    def input(self, images):
        """Gray levels uint8 [N,8,8] -> quantized input [N,1,8,8]."""
        level = images[:, None].astype(numpy.float64) / float(self.scale("input"))
        return self.finish("input", level, False)

    def add(self, left, right):
        """Residual addition of conv3 and conv2 outputs, then ReLU."""
        total = 0.0
        for name, quantized in (("conv3_output", left), ("conv2_output", right)):
            factor = multiplier([self.scale(name)], self.scale("add_output"))
            total = total + self.centered(name, quantized) * factor
        return self.finish("add_output", total, True)

    def pool(self, quantized):
        """Global average pool: the sum times s_a / (count * s_y)."""
        values = self.centered("conv4_output", quantized)
        factor = multiplier([self.scale("conv4_output"), 1 / (values.shape[2] * values.shape[3])],
                            self.scale("pool_output"))
        return self.finish("pool_output", values.sum((2, 3), keepdims=True) * factor, False)

    def run(self, images, given=None):
        """All tensors as {name: (quantized, real level)}.

        given: None to run the chain on its own results, or a dictionary of
        quantized tensors (by activation name) to start each layer from.
        """
        results = {}

        def operand(name):
            return results[name][0] if given is None else given[name]

        results["input"] = self.input(images)
        for layer, source, positive in (("conv1", "input", True),
                                        ("conv2", "conv1_output", True),
                                        ("conv3", "conv2_output", False)):
            results[layer + "_output"] = self.linear(layer, source, operand(source), positive)
        results["add_output"] = self.add(operand("conv3_output"), operand("conv2_output"))
        results["conv4_output"] = self.linear("conv4", "add_output",
                                              operand("add_output"), True)
        results["pool_output"] = self.pool(operand("conv4_output"))
        results["gemm_output"] = self.linear("gemm", "pool_output",
                                             operand("pool_output"), False)
        return results
