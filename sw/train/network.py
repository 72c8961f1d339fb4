"""The digit network for training: four convolutions, a residual add, a pool.

    input [N,1,8,8] -> conv1 [16,8,8] -> conv2 stride 2 [32,4,4]
      -> conv3 [32,4,4] + conv2 -> ReLU -> conv4 stride 2 [64,2,2]
      -> global average pool [64] -> gemm [10]
"""

import torch
import torch.nn.functional as functional

from level_quantizers import (ApotWeight, BinaryWeight, Int4Weight, PaletteWeight, ShiftWeight,
                              TwoScaleTernaryWeight)
from quantizers import ActivationQuantizer, FloatWeight, Int8Weight, TernaryWeight

WIDTHS = (16, 32, 64)
STRIDES = {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2}
# Quantized activations in graph order, and whether each can be negative.
ACTIVATIONS = {"input": False, "conv1_output": False, "conv2_output": False,
               "conv3_output": True, "add_output": False, "conv4_output": False,
               "pool_output": False, "gemm_output": True}


# The weight quantizer of each kind of network, made for a number of output channels.
WEIGHT_QUANTIZERS = {
    "float": lambda channels: FloatWeight(),
    "int8": lambda channels: Int8Weight(),
    "int4": lambda channels: Int4Weight(),
    "shift": lambda channels: ShiftWeight(),
    "apot": lambda channels: ApotWeight(),
    "palette": lambda channels: PaletteWeight(),
    "ttq": lambda channels: TwoScaleTernaryWeight(),
    "ternary": TernaryWeight,
    "binary": BinaryWeight,
}


def activation_style(kind, signed):
    """Quantizer style; the int8 network uses uint8, all others int8."""
    if kind == "int8":
        return "uint8"
    return "int8_symmetric" if signed else "int8_positive"


class NormalizedConvolution(torch.nn.Module):
    """3x3 convolution, padding 1, without bias, then batch normalization."""

    def __init__(self, kind, inputs, outputs, stride):
        super().__init__()
        self.stride = stride
        self.weight = torch.nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        torch.nn.init.kaiming_normal_(self.weight)
        self.quantizer = WEIGHT_QUANTIZERS[kind](outputs)
        self.normalization = torch.nn.BatchNorm2d(outputs)

    def forward(self, values):
        weight = self.quantizer(self.weight)
        product = functional.conv2d(values, weight, stride=self.stride, padding=1)
        return self.normalization(product)


class DigitNetwork(torch.nn.Module):
    """kind: a key of WEIGHT_QUANTIZERS; widths: channels of conv1, conv2/3, conv4."""

    def __init__(self, kind, widths=WIDTHS):
        super().__init__()
        first, middle, last = widths
        self.conv1 = NormalizedConvolution(kind, 1, first, STRIDES["conv1"])
        self.conv2 = NormalizedConvolution(kind, first, middle, STRIDES["conv2"])
        self.conv3 = NormalizedConvolution(kind, middle, middle, STRIDES["conv3"])
        self.conv4 = NormalizedConvolution(kind, middle, last, STRIDES["conv4"])
        self.gemm = torch.nn.Linear(last, 10)
        self.gemm_quantizer = WEIGHT_QUANTIZERS[kind](10)
        self.activations = torch.nn.ModuleDict({
            name: ActivationQuantizer(activation_style(kind, signed))
            for name, signed in ACTIVATIONS.items()})

    def forward(self, images):
        """images: float [N,1,8,8], 0..16; returns logits [N,10]."""
        quantize = self.activations
        values = quantize["input"](images)
        values = quantize["conv1_output"](functional.relu(self.conv1(values)))
        skip = quantize["conv2_output"](functional.relu(self.conv2(values)))
        values = quantize["conv3_output"](self.conv3(skip))
        values = quantize["add_output"](functional.relu(values + skip))
        values = quantize["conv4_output"](functional.relu(self.conv4(values)))
        values = quantize["pool_output"](values.mean((2, 3)))
        weight = self.gemm_quantizer(self.gemm.weight)
        return quantize["gemm_output"](
            functional.linear(values, weight, self.gemm.bias))

    def convolutions(self):
        """(name, module) of the convolutions in graph order."""
        return [(name, getattr(self, name)) for name in STRIDES]

    def start_from(self, float_network):
        """Copy a trained float network of the same widths, then set the scales."""
        self.load_state_dict(float_network.state_dict(), strict=False)
        for _, convolution in self.convolutions():
            convolution.quantizer.start_from(convolution.weight)
        self.gemm_quantizer.start_from(self.gemm.weight)

    def set_activations(self, observing, active):
        """Switch range observation and quantization of all activations."""
        for quantizer in self.activations.values():
            quantizer.observing, quantizer.active = observing, active

    def train_with_fixed_statistics(self):
        """Training mode, but normalization uses its running statistics and palettes stand."""
        self.train()
        for module in self.modules():
            if isinstance(module, PaletteWeight):
                module.frozen = True
        for _, convolution in self.convolutions():
            convolution.normalization.eval()
