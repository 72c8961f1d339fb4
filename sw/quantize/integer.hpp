#pragma once
// Weights as integers of 2 to 8 bits, symmetric, one scale an output channel, and with one scale for all (AdderNet).

#include "sw/quantize/clip.hpp"
#include "sw/quantize/weights.hpp"

namespace napier::quantize {

// 2^(bits-1) - 1, the greatest magnitude of a symmetric integer; bits: 2..8.
int greatest_integer(int bits);

// integer = rhe(weight / scale), ties to even, saturated to -L..L, scale = range / L, L = greatest_integer(bits).
// The range of each channel is by `clip`. Error (input): as require_finite.
IntegerWeights quantize_integer(const FloatWeights& weights, int bits, Clip clip);

// AdderNet (Chen et al., CVPR 2020): |a - w| needs both on one grid. One scale for the layer's weights and its
// activations, the greater of the two ranges / 127 (Wang et al., "AdderNet and its Minimalist Hardware Design", 2021).
// activation_range: greatest magnitude of the activations, 0 or more. All scales are equal.
IntegerWeights quantize_adder(const FloatWeights& weights, double activation_range, Clip clip);

// One sign a weight and the mean magnitude of the channel, which is the best scale (XNOR-Net, Rastegari et al., ECCV
// 2016): integer = weight < 0 ? -1 : +1, zero is +1. A channel of zeros takes the least normal float as scale.
IntegerWeights quantize_binary(const FloatWeights& weights);

}  // namespace napier::quantize
