"""The digit network with distances for products (AdderNet, Chen et al. 2020) in conv2, conv3 and conv4.

First convolution and last layer stay products of int8, as in the paper. Input and weights of an adder layer are
integers of one scale, that of its input, with zero point 0.
"""

import torch
import torch.nn.functional as functional

from network import DigitNetwork
from quantizers import ActivationQuantizer, straight_through

INPUT_OF = {"conv2": "conv1_output", "conv3": "conv2_output", "conv4": "add_output"}
LEAST_FACTOR = 0.05  # of the normalization, which must not turn distances around


class WeightGradient(torch.autograd.Function):
    """Value 0; gradient to the weights x - w instead of its sign, as in the paper."""

    @staticmethod
    def forward(context, values, weight):
        context.save_for_backward(values, weight)
        return values.new_zeros(len(values), len(weight))

    @staticmethod
    def backward(context, gradient):
        values, weight = context.saved_tensors
        return None, gradient.t() @ values - gradient.sum(0)[:, None] * weight


class AdderConvolution(torch.nn.Module):
    """3x3, padding 1: y = -sum |x - w|, then batch normalization with positive factors."""

    def __init__(self, inputs, outputs, stride, input_quantizer):
        super().__init__()
        self.stride = stride
        self.weight = torch.nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.normalization = torch.nn.BatchNorm2d(outputs)
        self.input_quantizer = (input_quantizer,)  # a tuple, so that it is not registered twice

    @property
    def quantizer(self):
        """What save_parameters asks for integers and scales."""
        return self

    def scales(self, weight):
        """The input's scale for every channel, [outputs]."""
        return self.input_quantizer[0].scale_and_zero_point()[0].expand(len(weight))

    def integers(self, weight):
        """Integer values of weight, same shape."""
        return torch.round(weight / self.scales(weight)[0]).clamp(-128, 127)

    def forward(self, values):
        with torch.no_grad():
            self.normalization.weight.clamp_(min=LEAST_FACTOR)
        weight = self.weight
        if self.input_quantizer[0].active:
            weight = straight_through(self.integers(weight) * self.scales(weight)[0], weight)
        outputs, height, width = len(weight), values.shape[2] // self.stride, values.shape[3] // self.stride
        columns = functional.unfold(values, 3, padding=1, stride=self.stride)
        rows = columns.transpose(1, 2).reshape(-1, columns.shape[1])
        flat = weight.flatten(1)
        distance = torch.cdist(rows, flat.detach(), p=1) - WeightGradient.apply(rows.detach(), flat)
        product = -distance.view(len(values), -1, outputs).transpose(1, 2).reshape(-1, outputs, height, width)
        return self.normalization(product)


class AdderDigitNetwork(DigitNetwork):
    """DigitNetwork with three adder layers; int8 elsewhere."""

    def __init__(self):
        super().__init__("int8")
        for name, quantizer in list(self.activations.items()):
            style = "int8_distance" if name in INPUT_OF.values() else \
                "int8_symmetric" if quantizer.style == "uint8" and name in ("conv3_output", "gemm_output") \
                else "int8_positive"
            self.activations[name] = ActivationQuantizer(style)
        for name, source in INPUT_OF.items():
            old = getattr(self, name)
            outputs, inputs = old.weight.shape[:2]
            setattr(self, name, AdderConvolution(inputs, outputs, old.stride, self.activations[source]))
