"""Weight quantizers of the formats with few levels: int4, shift, apot, binary, ternary with two scales, palette.

All compute integer * scale per output channel in training, with straight-through gradients, as the exported
DequantizeLinear does. weight: float [outputs, ...]; integers(weight): the same shape; scales(weight): [outputs].
"""

import torch

from quantizers import per_channel, straight_through

SHIFT_LARGEST = 64.0
TTQ_LARGEST = 127.0
TTQ_THRESHOLD = 0.05  # share of max |w| under which a weight becomes 0
PALETTE_LARGEST = 127.0
PALETTE_ENTRIES = 16


def nearest(levels, values):
    """Nearest of the rising levels [count] to each value; ties go to the lower."""
    return levels[torch.bucketize(values, (levels[1:] + levels[:-1]) / 2)]


class ChannelRange(torch.nn.Module):
    """Integers whose scale per channel is max |w| / largest; a subclass rounds."""

    largest = 1.0

    def start_from(self, weight):
        """Nothing to learn: the scale follows the weights."""

    def scales(self, weight):
        return (weight.abs().flatten(1).max(1)[0] / self.largest).detach()

    def levels(self, weight):
        """weight in units of its channel's scale."""
        return weight / per_channel(self.scales(weight), weight)

    def integers(self, weight):
        return self.rounded(self.levels(weight))

    def forward(self, weight):
        quantized = self.integers(weight) * per_channel(self.scales(weight), weight)
        return straight_through(quantized, weight)


class Int4Weight(ChannelRange):
    """Integers -7..7."""

    largest = 7.0

    def rounded(self, levels):
        return torch.round(levels)


class ShiftWeight(ChannelRange):
    """0 and +-2^e, e = 0..6, the exponent rounded as in DeepShift-Q (Elhoushi et al. 2021)."""

    largest = SHIFT_LARGEST

    def rounded(self, levels):
        magnitude = levels.abs()
        exponent = torch.round(torch.log2(magnitude.clamp(min=0.5))).clamp(0, 6)
        return torch.where(magnitude < 0.5, torch.zeros_like(levels), levels.sign() * 2.0 ** exponent)


class ApotWeight(ChannelRange):
    """0 and +-(2^i + 2^j) or +-2^i, i, j = 0..6, at most 96 (additive powers of two, Li et al. 2020)."""

    def __init__(self):
        super().__init__()
        terms = [0] + [2 ** e for e in range(7)]
        sums = {first + second for first in terms for second in terms if first + second < 128}
        self.register_buffer("magnitudes", torch.tensor(sorted(sums), dtype=torch.float32))
        self.largest = float(max(sums))

    def rounded(self, levels):
        return levels.sign() * nearest(self.magnitudes, levels.abs())


class BinaryWeight(torch.nn.Module):
    """-1 and +1 times one learned positive scale per output channel (Rastegari et al. 2016)."""

    def __init__(self, channels):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(channels))

    def start_from(self, weight):
        """Start with the mean magnitude, which is optimal for fixed weights."""
        with torch.no_grad():
            self.scale.copy_(weight.abs().flatten(1).mean(1))

    def integers(self, weight):
        return torch.where(weight < 0, -torch.ones_like(weight), torch.ones_like(weight))

    def scales(self, weight):
        return self.scale.abs()

    def forward(self, weight):
        mean = per_channel(weight.abs().flatten(1).mean(1), weight).detach()
        return straight_through(self.integers(weight), weight / mean) * per_channel(self.scales(weight), weight)


class TwoScaleTernaryWeight(torch.nn.Module):
    """-n, 0, +p: trained ternary quantization (Zhu et al. 2017), the two learned scales of a layer as integers.

    The larger of the two stands for TTQ_LARGEST, the other is rounded to the same grid.
    """

    def __init__(self):
        super().__init__()
        self.positive = torch.nn.Parameter(torch.ones(()))
        self.negative = torch.nn.Parameter(torch.ones(()))

    def signs(self, weight):
        return weight.sign() * (weight.abs() > TTQ_THRESHOLD * weight.abs().max()).float()

    def start_from(self, weight):
        """Start with the means of the weights that stay."""
        with torch.no_grad():
            signs = self.signs(weight)
            self.positive.copy_(weight[signs > 0].mean())
            self.negative.copy_(-weight[signs < 0].mean())

    def step(self):
        return (torch.maximum(self.positive.abs(), self.negative.abs()) / TTQ_LARGEST).detach()

    def magnitudes(self):
        """The two scales on the grid, with their gradients."""
        step = self.step()
        return [straight_through(torch.round(scale / step) * step, scale)
                for scale in (self.positive.abs(), self.negative.abs())]

    def integers(self, weight):
        positive, negative = (torch.round(scale.abs() / self.step()) for scale in (self.positive, self.negative))
        signs = self.signs(weight)
        return torch.where(signs > 0, positive, torch.where(signs < 0, -negative, torch.zeros_like(weight)))

    def scales(self, weight):
        return self.step().expand(len(weight))

    def forward(self, weight):
        positive, negative = self.magnitudes()
        signs = self.signs(weight)
        value = (signs > 0).float() * positive - (signs < 0).float() * negative
        mean = weight.abs().mean().detach()
        slope = torch.where(signs > 0, positive, torch.where(signs < 0, negative, mean)).detach() / mean
        return value + (weight - weight.detach()) * slope


class PaletteWeight(ChannelRange):
    """16 int8 values for a whole tensor, found by k-means while training (Han et al. 2016).

    Every training step moves each entry towards the mean of the weights nearest to it, until `frozen`.
    """

    largest = PALETTE_LARGEST
    MOMENTUM = 0.1

    def __init__(self):
        super().__init__()
        self.frozen = False
        start = torch.linspace(-1, 1, PALETTE_ENTRIES)
        self.register_buffer("entries", PALETTE_LARGEST * start * start.abs().sqrt())

    def table(self):
        """The entries as integers, rising."""
        return torch.round(self.entries)

    def move(self, levels):
        """One step of Lloyd's iteration; an entry without weights stays."""
        places = torch.bucketize(levels.flatten(), (self.entries[1:] + self.entries[:-1]) / 2)
        sums = torch.zeros(PALETTE_ENTRIES).index_add(0, places, levels.flatten())
        counts = torch.bincount(places, minlength=PALETTE_ENTRIES)
        means = torch.where(counts > 0, sums / counts.clamp(min=1), self.entries)
        self.entries += self.MOMENTUM * (means - self.entries)

    def rounded(self, levels):
        return nearest(self.table(), levels)

    def forward(self, weight):
        if self.training and not self.frozen:
            self.move(self.levels(weight).detach())
        return super().forward(weight)
