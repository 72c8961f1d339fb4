"""Quantizers with straight-through gradients: ternary and int8 weights, activations.

Each quantizer computes in training exactly the values that the exported
QuantizeLinear / DequantizeLinear pair gives, up to float32 rounding.
"""

import torch

TERNARY_THRESHOLD = 0.7  # share of mean |w| under which a weight becomes 0


def straight_through(quantized, continuous):
    """Value of `quantized`, gradient of `continuous`."""
    return continuous + (quantized - continuous).detach()


def per_channel(vector, weight):
    """Reshape [channels] so that it broadcasts over weight [channels, ...]."""
    return vector.view(-1, *([1] * (weight.dim() - 1)))


class FloatWeight(torch.nn.Module):
    """No quantization; used by the teacher and by pre-training."""

    def forward(self, weight):
        return weight


class TernaryWeight(torch.nn.Module):
    """Weights -1, 0, +1 times one learned positive scale per output channel."""

    def __init__(self, channels):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(channels))

    def start_from(self, weight):
        """Set the scales to the mean magnitude of the weights that stay."""
        with torch.no_grad():
            kept = self.integers(weight).abs().flatten(1)
            magnitude = weight.abs().flatten(1)
            self.scale.copy_((kept * magnitude).sum(1) / kept.sum(1))

    def integers(self, weight):
        """Ternary values of weight, same shape."""
        mean = per_channel(weight.abs().flatten(1).mean(1), weight)
        return weight.sign() * (weight.abs() > TERNARY_THRESHOLD * mean).float()

    def scales(self, weight):
        """Scale per output channel, [channels]."""
        return self.scale.abs()

    def forward(self, weight):
        mean = per_channel(weight.abs().flatten(1).mean(1), weight).detach()
        ternary = straight_through(self.integers(weight), weight / mean)
        return ternary * per_channel(self.scales(weight), weight)


class Int8Weight(torch.nn.Module):
    """Symmetric int8 weights, -127..127, scale per channel from max |w|."""

    def start_from(self, weight):
        """Nothing to learn: the scale follows the weights."""

    def scales(self, weight):
        """Scale per output channel, [channels]."""
        return (weight.abs().flatten(1).max(1)[0] / 127).detach()

    def integers(self, weight):
        """Integer values of weight, same shape."""
        return torch.round(weight / per_channel(self.scales(weight), weight))

    def forward(self, weight):
        quantized = self.integers(weight) * per_channel(self.scales(weight), weight)
        return straight_through(quantized, weight)


class ActivationQuantizer(torch.nn.Module):
    """Per-tensor quantizer whose range follows the batches, then is frozen.

    style "int8_positive": values >= 0 on -128..127, zero point -128;
    style "int8_symmetric": zero point 0; style "int8_distance": values >= 0 on 0..127;
    style "uint8": 0..255, asymmetric.
    """

    MOMENTUM = 0.02

    def __init__(self, style):
        super().__init__()
        self.style = style
        self.observing, self.active = False, False
        self.register_buffer("low", torch.tensor(0.0))
        self.register_buffer("high", torch.tensor(0.0))

    def scale_and_zero_point(self):
        """Return (scale, zero point, lowest and highest integer)."""
        if self.style == "int8_positive":
            return self.high / 255, -128, -128, 127
        if self.style in ("int8_symmetric", "int8_distance"):
            return torch.maximum(self.high, -self.low) / 127, 0, -128, 127
        scale = (self.high - self.low) / 255
        return scale, int(torch.round(-self.low / scale)), 0, 255

    def observe(self, values):
        """Move the range towards that of this batch; it always contains 0."""
        low, high = values.min().clamp(max=0), values.max().clamp(min=0)
        first = bool(self.high == self.low)
        rate = 1.0 if first else self.MOMENTUM
        self.low += rate * (low - self.low)
        self.high += rate * (high - self.high)

    def forward(self, values):
        if self.observing and self.training:
            self.observe(values.detach())
        if not self.active:
            return values
        scale, zero_point, lowest, highest = self.scale_and_zero_point()
        level = values / scale
        integer = straight_through(torch.round(level), level) + zero_point
        return (integer.clamp(lowest, highest) - zero_point) * scale
