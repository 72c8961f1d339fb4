#pragma once
// Outlier channel splitting (Zhao et al., ICML 2019): an input channel with outliers is fed twice, its weights halved.

#include <cstddef>
#include <vector>

#include "sw/quantize/weights.hpp"

namespace napier::quantize {

// Weights with more input channels: input channel i of the result reads channel sources[i] of the original.
struct SplitWeights {
    FloatWeights weights;
    std::vector<size_t> sources;  // the original channels in order, then the duplicated ones
};

// Splits `count` times the input channel that holds the greatest magnitude (the first of equal ones). weights: rows
// [in_channels][taps], taps = per_channel / in_channels. Both copies get the halved weights, which is exact in float32
// above the subnormals, and twice half the sum is the sum: the function stays the same while the range shrinks.
// Error (usage): in_channels does not divide per_channel.
SplitWeights split_outliers(const FloatWeights& weights, size_t in_channels, size_t count);

}  // namespace napier::quantize
