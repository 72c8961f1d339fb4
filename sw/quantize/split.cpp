#include "sw/quantize/split.hpp"

#include <cmath>
#include <numeric>

#include "sw/base/error.hpp"

namespace napier::quantize {

namespace {

size_t outlier_channel(const FloatWeights& weights, size_t taps) {
    size_t best = 0;
    for (size_t i = 1; i < weights.values.size(); ++i) {
        if (std::abs(weights.values[i]) > std::abs(weights.values[best])) {
            best = i;
        }
    }
    return best % weights.per_channel / taps;
}

// The same weights with a copy of input channel `split` at the end, both halved.
FloatWeights duplicate(const FloatWeights& weights, size_t split, size_t taps) {
    FloatWeights result{weights.channels, weights.per_channel + taps, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        std::vector<float> row(weights.channel(channel).begin(), weights.channel(channel).end());
        for (size_t tap = 0; tap < taps; ++tap) {
            row[split * taps + tap] /= 2.0f;
            row.push_back(row[split * taps + tap]);
        }
        result.values.insert(result.values.end(), row.begin(), row.end());
    }
    return result;
}

}  // namespace

SplitWeights split_outliers(const FloatWeights& weights, size_t in_channels, size_t count) {
    require_finite(weights);
    if (in_channels == 0 || weights.per_channel % in_channels != 0) {
        throw Error(ErrorKind::usage, "the weights of a channel are no multiple of the number of input channels");
    }
    const size_t taps = weights.per_channel / in_channels;
    SplitWeights result{weights, std::vector<size_t>(in_channels)};
    std::iota(result.sources.begin(), result.sources.end(), size_t{0});
    for (size_t i = 0; i < count; ++i) {
        const size_t split = outlier_channel(result.weights, taps);
        result.weights = duplicate(result.weights, split, taps);
        result.sources.push_back(result.sources[split]);
    }
    return result;
}

}  // namespace napier::quantize
