#include "sw/quantize/integer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::quantize {

int greatest_integer(int bits) {
    if (bits < 2 || bits > 8) {
        throw Error(ErrorKind::usage, fmt::format("weights of {} bits are not known; give 2 to 8", bits));
    }
    return (1 << (bits - 1)) - 1;
}

IntegerWeights quantize_integer(const FloatWeights& weights, int bits, Clip clip) {
    require_finite(weights);
    const int largest = greatest_integer(bits);
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const float scale = scale_of(clip_range(weights.channel(channel), clip, largest), largest);
        for (const float weight : weights.channel(channel)) {
            result.integers.push_back(static_cast<int8_t>(round_to_grid(weight, scale, largest)));
        }
        result.scales.push_back(scale);
    }
    return result;
}

IntegerWeights quantize_adder(const FloatWeights& weights, double activation_range, Clip clip) {
    require_finite(weights);
    if (!(activation_range >= 0.0) || !std::isfinite(activation_range)) {
        throw Error(ErrorKind::input, "the range of the activations is not a number of 0 or more; calibrate again");
    }
    const int largest = greatest_integer(8);
    const float scale = scale_of(std::max(clip_range(weights.values, clip, largest), activation_range), largest);
    IntegerWeights result{weights.per_channel, {}, std::vector<float>(weights.channels, scale)};
    for (const float weight : weights.values) {
        result.integers.push_back(static_cast<int8_t>(round_to_grid(weight, scale, largest)));
    }
    return result;
}

IntegerWeights quantize_binary(const FloatWeights& weights) {
    require_finite(weights);
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        double sum = 0.0;
        for (const float weight : weights.channel(channel)) {
            sum += std::abs(static_cast<double>(weight));
            result.integers.push_back(weight < 0.0f ? -1 : 1);
        }
        const float mean = static_cast<float>(sum / static_cast<double>(weights.per_channel));
        result.scales.push_back(std::max(mean, std::numeric_limits<float>::min()));
    }
    return result;
}

}  // namespace napier::quantize
