"""Labels and logits of the models onnxruntime cannot run, from an emulation in exact integers and blocks.

Writes sw/models/<model>_labels.npy and _logits.npy for CUSTOM_MODELS, as oracle.py does for the others. Written from
docs/numerics.md and docs/microscaling.md, without the C++ code.
"""

import json
import os
from fractions import Fraction

import numpy
import torch

import mx_network
import xnor_network
from adder_network import INPUT_OF
from data import load_split
from integer_model import IntegerModel, STRIDES, significand24
from oracle import save
from parameters import CUSTOM_MODELS, WORK_FOLDER


def windows_of(values, kernel, stride, padding):
    """[N,C,H,W] -> [N,C,H',W',kernel,kernel], zeros outside."""
    padded = numpy.pad(values, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = numpy.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (2, 3))
    return windows[:, :, ::stride, ::stride]


def logits_of(model, quantized):
    """Integers of gemm_output -> float32 logits, one rounded product each."""
    return model.centered("gemm_output", quantized).astype(numpy.float32) * model.scale("gemm_output")


class AdderIntegerModel(IntegerModel):
    """digits_adder: the accumulator of an adder layer is -sum |a - w|."""

    def linear(self, layer, input_name, quantized, positive):
        if layer not in INPUT_OF:
            return super().linear(layer, input_name, quantized, positive)
        assert int(self.constants[input_name + "_zero_point"]) == 0
        weight = self.constants[layer + "_weight_quantized"].astype(numpy.int64)
        windows = windows_of(quantized.astype(numpy.int64), 3, STRIDES[layer], 1)
        sums = [-numpy.abs(windows - kernel[None, :, None, None]).sum((1, 4, 5)) for kernel in weight]
        accumulated = numpy.stack(sums, 1)
        gamma, beta, mean, variance = (self.constants[f"{layer}_{part}"].astype(numpy.float64)
                                       for part in ("gamma", "beta", "mean", "variance"))
        factor = gamma / numpy.sqrt(variance + numpy.float64(numpy.float32(self.epsilon)))
        step = float(self.scale(input_name)) * factor
        bias = numpy.rint((beta - mean * factor) / step).astype(numpy.int64)
        target = float(self.scale(layer + "_output"))
        factors = [significand24(Fraction(one / target)) for one in step]
        accumulated = accumulated + bias[None, :, None, None]
        return self.finish(layer + "_output", accumulated * numpy.reshape(factors, (1, -1, 1, 1)), positive)


def adder_logits(images):
    model = AdderIntegerModel("digits_adder")
    return logits_of(model, model.run(images)["gemm_output"][0])


class XnorIntegerModel(IntegerModel):
    """digits_xnor: signs between the convolutions."""

    def normalized(self, layer, values):
        """(integer sums, real step and real bias of each channel) of a convolution and its normalization."""
        weight = (self.constants[layer + "_weight"] if layer in xnor_network.ONE_BIT
                  else self.constants[layer + "_weight_quantized"]).astype(numpy.int64)
        windows = windows_of(values, weight.shape[2], 1, 0)
        sums = numpy.einsum("nchwij,kcij->nkhw", windows, weight)
        gamma, beta, mean, variance = (self.constants[f"{layer}_{part}"].astype(numpy.float64)
                                       for part in ("gamma", "beta", "mean", "variance"))
        factor = gamma / numpy.sqrt(variance + numpy.float64(numpy.float32(self.epsilon)))
        scale = numpy.ones(len(weight))
        if layer not in xnor_network.ONE_BIT:
            scale = float(self.scale("input")) * self.scale(layer + "_weight").astype(numpy.float64)
        step = scale * factor
        return sums, step, beta - mean * factor

    def run(self, images, given=None):
        values = self.centered("input", self.input(images)[0])
        for layer in ("conv1", "conv2", "conv3"):
            sums, step, bias = self.normalized(layer, values)
            real = sums * step[None, :, None, None] + bias[None, :, None, None]
            values = numpy.where(real < 0, -1, 1)
        sums, step, bias = self.normalized("conv4", values)
        target = float(self.scale("conv4_output"))
        whole = numpy.rint(bias / numpy.abs(step)).astype(numpy.int64) * numpy.where(step < 0, -1, 1)
        factors = numpy.array([significand24(Fraction(abs(one) / target)) * (-1 if one < 0 else 1) for one in step])
        accumulated = (sums + whole[None, :, None, None]) * factors[None, :, None, None]
        quantized = self.finish("conv4_output", accumulated, True)[0]
        return {"gemm_output": self.linear("gemm", "conv4_output", quantized, False)}


def xnor_logits(images):
    model = XnorIntegerModel("digits_xnor")
    return logits_of(model, model.run(images)["gemm_output"][0])


def block_sum(values, weight, bias, kernel, stride, padding):
    """Block dot products of float32 [N,C,H,W] and [K,C,k,k] that stand for blocks; one float32 rounding a block."""
    windows = windows_of(values, kernel, stride, padding).astype(numpy.float64)
    total = numpy.zeros((len(values), len(weight), *windows.shape[2:4]), numpy.float32)
    for y in range(kernel):
        for x in range(kernel):
            for first in range(0, weight.shape[1], mx_network.BLOCK):
                block = slice(first, first + mx_network.BLOCK)
                dot = numpy.einsum("nchw,kc->nkhw", windows[:, block, :, :, y, x],
                                   weight[:, block, y, x].astype(numpy.float64))
                total = (total.astype(numpy.float64) + dot).astype(numpy.float32)
    return (total.astype(numpy.float64) + bias.astype(numpy.float64)[None, :, None, None]).astype(numpy.float32)


def mxfp4_logits(images):
    state = torch.load(os.path.join(WORK_FOLDER, "mxfp4.pt"))

    def blocks(values):
        return mx_network.to_blocks(torch.from_numpy(values)).numpy()

    values = images.astype(numpy.float32)[:, None]
    for layer, (_, _, kernel, stride, padding) in mx_network.LAYERS.items():
        weight, bias = state[layer + ".weight"].numpy(), state[layer + ".bias"].numpy()
        values = numpy.maximum(block_sum(blocks(values), blocks(weight), bias, kernel, stride, padding), 0)
    weight, bias = state["gemm.weight"].numpy(), state["gemm.bias"].numpy()
    return block_sum(blocks(values), blocks(weight)[:, :, None, None], bias, 1, 1, 0)[:, :, 0, 0]


LOGITS = {"digits_adder": adder_logits, "digits_xnor": xnor_logits, "digits_mxfp4": mxfp4_logits}


def main():
    _, _, images, labels = load_split()
    path = os.path.join(WORK_FOLDER, "accuracy.json")
    with open(path, encoding="ascii") as file:
        accuracies = json.load(file)
    for name in CUSTOM_MODELS:
        logits = LOGITS[name](images)
        predicted = logits.argmax(1).astype(numpy.uint8)
        save(name + "_labels", predicted)
        save(name + "_logits", logits.astype(numpy.float32))
        accuracies[name] = float(numpy.mean(predicted == labels))
        print(f"  {name}: accuracy on {len(labels)} test images {100 * accuracies[name]:.2f} %")
    with open(path, "w", encoding="ascii") as file:
        json.dump(accuracies, file, indent=1)


if __name__ == "__main__":
    main()
