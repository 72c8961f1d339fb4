"""A digit network of one-bit activations and weights (XNOR-Net, Rastegari et al. 2016), without padding.

    input [N,1,8,8] int8 -> conv1 3x3 int8 [32,6,6] -> signs -> conv2 3x3 [32,4,4] -> signs -> conv3 3x3 [32,2,2]
      -> signs -> conv4 2x2 [64,1,1] -> ReLU, int8 -> gemm int8 [10]
"""

import torch
import torch.nn.functional as functional

from quantizers import ActivationQuantizer, Int8Weight, straight_through

SHAPES = {"conv1": (1, 32, 3), "conv2": (32, 32, 3), "conv3": (32, 32, 3), "conv4": (32, 64, 2)}
ONE_BIT = ("conv2", "conv3", "conv4")
CLASSES = 10


def sign(values):
    """-1 below 0, else +1; gradient 1 within [-1, 1]."""
    hard = torch.where(values < 0, -torch.ones_like(values), torch.ones_like(values))
    return straight_through(hard, values.clamp(-1, 1))


class SignWeight(torch.nn.Module):
    """Weights -1 and +1; the normalization behind holds the scale."""

    def integers(self, weight):
        return torch.where(weight < 0, -torch.ones_like(weight), torch.ones_like(weight))

    def scales(self, weight):
        return torch.ones(len(weight))

    def forward(self, weight):
        return sign(weight)


class NormalizedProduct(torch.nn.Module):
    """A convolution without padding or bias, then batch normalization."""

    def __init__(self, inputs, outputs, kernel, quantizer):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(outputs, inputs, kernel, kernel))
        torch.nn.init.xavier_normal_(self.weight)
        self.quantizer = quantizer
        self.normalization = torch.nn.BatchNorm2d(outputs)

    def forward(self, values):
        return self.normalization(functional.conv2d(values, self.quantizer(self.weight)))


class XnorDigitNetwork(torch.nn.Module):
    """See the module's text; interface as network.DigitNetwork."""

    def __init__(self):
        super().__init__()
        for name, (inputs, outputs, kernel) in SHAPES.items():
            quantizer = SignWeight() if name in ONE_BIT else Int8Weight()
            setattr(self, name, NormalizedProduct(inputs, outputs, kernel, quantizer))
        self.gemm = torch.nn.Linear(SHAPES["conv4"][1], CLASSES)
        self.gemm_quantizer = Int8Weight()
        self.activations = torch.nn.ModuleDict({
            "input": ActivationQuantizer("int8_positive"), "conv4_output": ActivationQuantizer("int8_positive"),
            "gemm_output": ActivationQuantizer("int8_symmetric")})

    def forward(self, images):
        values = sign(self.conv1(self.activations["input"](images)))
        values = sign(self.conv2(values))
        values = sign(self.conv3(values))
        values = self.activations["conv4_output"](functional.relu(self.conv4(values))).flatten(1)
        product = functional.linear(values, self.gemm_quantizer(self.gemm.weight), self.gemm.bias)
        return self.activations["gemm_output"](product)

    def convolutions(self):
        return [(name, getattr(self, name)) for name in SHAPES]

    def set_activations(self, observing, active):
        for quantizer in self.activations.values():
            quantizer.observing, quantizer.active = observing, active

    def train_with_fixed_statistics(self):
        self.train()
        for _, layer in self.convolutions():
            layer.normalization.eval()
