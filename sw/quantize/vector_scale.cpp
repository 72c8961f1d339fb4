#include "sw/quantize/vector_scale.hpp"

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/quantize/clip.hpp"
#include "sw/quantize/integer.hpp"

namespace napier::quantize {

namespace {

std::vector<std::span<const float>> vectors_of(std::span<const float> channel) {
    std::vector<std::span<const float>> result;
    for (size_t first = 0; first < channel.size(); first += scale_vector) {
        result.push_back(channel.subspan(first, std::min(scale_vector, channel.size() - first)));
    }
    return result;
}

}  // namespace

double VectorScaledWeights::real(size_t index) const {
    const size_t channel = index / per_channel, place = index % per_channel;
    return static_cast<double>(integers[index]) * vector_scales[channel * vectors() + place / scale_vector] *
           static_cast<double>(scales[channel]);
}

VectorScaledWeights quantize_vectors(const FloatWeights& weights, int bits, int scale_bits) {
    require_finite(weights);
    const int largest = greatest_integer(bits);
    if (scale_bits < 1 || scale_bits > 8) {
        throw Error(ErrorKind::usage, "the scales of vectors must have 1 to 8 bits");
    }
    const int greatest_scale = (1 << scale_bits) - 1;
    VectorScaledWeights result{weights.per_channel, {}, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const double range = minmax_range(weights.channel(channel));
        const float scale = scale_of(range / largest, greatest_scale);
        for (const std::span<const float> vector : vectors_of(weights.channel(channel))) {
            const float own = static_cast<float>(minmax_range(vector) / largest);
            const int vector_scale = round_to_grid(own, scale, greatest_scale);
            for (const float weight : vector) {
                const double step = static_cast<double>(scale) * vector_scale;
                const double quotient = vector_scale == 0 ? 0.0 : static_cast<double>(weight) / step;
                const double limit = largest;
                result.integers.push_back(
                    static_cast<int8_t>(std::nearbyint(std::clamp(quotient, -limit, limit))));
            }
            result.vector_scales.push_back(static_cast<uint8_t>(vector_scale));
        }
        result.scales.push_back(scale);
    }
    return result;
}

IntegerWeights quantize_vsq(const FloatWeights& weights) {
    constexpr int bits = 4;
    const size_t inputs = weights.per_channel / weights.taps;
    const size_t filled = (inputs + scale_vector - 1) / scale_vector * scale_vector;  // zeros to whole vectors
    const auto place = [&](size_t index) {
        const size_t within = index % weights.per_channel, channel = index / weights.per_channel;
        return (channel * weights.taps + within % weights.taps) * filled + within / weights.taps;
    };
    FloatWeights vectors{weights.channels, weights.taps * filled, {}};
    vectors.values.assign(vectors.channels * vectors.per_channel, 0.0f);
    for (size_t i = 0; i < weights.values.size(); ++i) {
        vectors.values[place(i)] = weights.values[i];
    }
    const VectorScaledWeights quantized = quantize_vectors(vectors, bits, bits);
    IntegerWeights result{weights.per_channel, {}, quantized.scales};
    for (size_t i = 0; i < weights.values.size(); ++i) {
        const size_t from = place(i);
        result.integers.push_back(
            static_cast<int8_t>(quantized.integers[from] * quantized.vector_scales[from / scale_vector]));
    }
    return result;
}

QuantizationError error_of(const FloatWeights& weights, const VectorScaledWeights& quantized) {
    QuantizationError error;
    for (size_t i = 0; i < weights.values.size(); ++i) {
        error.add(weights.values[i], quantized.real(i));
    }
    return error;
}

}  // namespace napier::quantize
