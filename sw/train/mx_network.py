"""A digit network in microscaling blocks (OCP MX v1.0): activations and weights MXFP4, sums in float32.

    input [N,1,8,8] -> conv1 3x3 pad 1 [32,8,8] -> conv2 3x3 stride 2 pad 1 [32,4,4] -> conv3 the same [32,2,2]
      -> conv4 2x2 [64,1,1] -> gemm [10]; ReLU and blocks of 32 channels behind every convolution
There is no normalization: what a layer of blocks adds behind its sum is a bias.
ChainDigitNetwork is the same in float32.
"""

import torch
import torch.nn.functional as functional

from quantizers import straight_through

BLOCK = 32
LARGEST = 6.0
LARGEST_EXPONENT = 2  # of LARGEST: floor(log2(6))
LEVELS = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
# Halfway between levels; a tie goes to the level with the even code, so to the higher one behind an odd code.
CUTS = torch.tensor([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0])
LAYERS = {"conv1": (1, 32, 3, 1, 1), "conv2": (32, 32, 3, 2, 1), "conv3": (32, 32, 3, 2, 1), "conv4": (32, 64, 2, 1, 0)}
CLASSES = 10


def encode(magnitude):
    """Nearest level of MXFP4 for magnitudes >= 0, ties to the even code, the largest for all above."""
    magnitude = magnitude.contiguous()
    below = torch.bucketize(magnitude, CUTS)             # a tie counts as below its cut
    above = torch.bucketize(magnitude, CUTS, right=True)  # a tie counts as above
    return LEVELS[torch.where(below % 2 == 0, below, above)]


def to_blocks(values):
    """Values along axis 1 in blocks of 32 as MXFP4 by the scale rule `floor`, as float32; same shape."""
    channels = values.shape[1]
    filled = functional.pad(values.transpose(1, -1), (0, -channels % BLOCK))
    blocks = filled.reshape(*filled.shape[:-1], -1, BLOCK)
    greatest = blocks.abs().amax(-1, keepdim=True)
    exponent = torch.frexp(greatest)[1] - 1 - LARGEST_EXPONENT
    scale = torch.ldexp(torch.ones_like(greatest), exponent.clamp(-127, 127))
    scale = torch.where(greatest == 0, torch.ones_like(scale), scale)
    quantized = blocks.sign() * encode(blocks.abs() / scale) * scale
    return quantized.reshape(filled.shape)[..., :channels].transpose(1, -1)


def through_blocks(values):
    """to_blocks with a straight-through gradient."""
    return straight_through(to_blocks(values.detach()), values)


class MxDigitNetwork(torch.nn.Module):
    """See the module's text."""

    def __init__(self):
        super().__init__()
        for name, (inputs, outputs, kernel, stride, padding) in LAYERS.items():
            setattr(self, name, torch.nn.Conv2d(inputs, outputs, kernel, stride, padding))
            torch.nn.init.kaiming_normal_(getattr(self, name).weight)
        self.gemm = torch.nn.Linear(LAYERS["conv4"][1], CLASSES)
        self.active = False

    def blocks(self, values):
        return through_blocks(values) if self.active else values

    def forward(self, images):
        values = images
        for name, (_, _, _, stride, padding) in LAYERS.items():
            layer = getattr(self, name)
            values = functional.relu(functional.conv2d(self.blocks(values), self.blocks(layer.weight), layer.bias,
                                                       stride, padding))
        return functional.linear(self.blocks(values.flatten(1)), self.blocks(self.gemm.weight), self.gemm.bias)

    def set_activations(self, observing, active):
        """Blocks after the first epochs; there are no ranges to observe."""
        self.active = active

    def train_with_fixed_statistics(self):
        self.train()


class ChainDigitNetwork(MxDigitNetwork):
    """The same chain of layers without blocks, for conversion after training."""

    def blocks(self, values):
        return values
