#include "sw/quantize/weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::quantize {

void require_finite(std::span<const float> values, const std::string& name) {
    if (values.empty()) {
        throw Error(ErrorKind::input, name + " are empty; there is nothing to quantize, so remove the layer");
    }
    for (size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw Error(ErrorKind::input,
                        fmt::format("{} hold {} at place {}; only finite numbers can be quantized, so repair the model",
                                    name, std::isnan(values[i]) ? "NaN" : "an infinity", i));
        }
    }
}

void require_finite(const FloatWeights& weights, const std::string& name) {
    require_finite(weights.values, name);
    if (weights.values.size() != weights.channels * weights.per_channel) {
        throw Error(ErrorKind::input, fmt::format("{} are {} values for {} channels of {}; give one for each", name,
                                                  weights.values.size(), weights.channels, weights.per_channel));
    }
}

float scale_of(double range, int largest) {
    if (range == 0.0) {
        return 1.0f;
    }
    const float scale = static_cast<float>(range / largest);
    return std::max(scale, std::numeric_limits<float>::min());
}

int round_to_grid(float value, float scale, int largest) {
    const double quotient = static_cast<double>(value) / static_cast<double>(scale);
    const double limit = largest;
    return static_cast<int>(std::nearbyint(std::clamp(quotient, -limit, limit)));
}

double QuantizationError::sqnr() const {
    return noise == 0.0 ? std::numeric_limits<double>::infinity() : 10.0 * std::log10(signal / noise);
}

void QuantizationError::add(double weight, double quantized) {
    const double difference = weight - quantized;
    signal += weight * weight;
    noise += difference * difference;
    greatest = std::max(greatest, std::abs(difference));
}

void QuantizationError::add(const QuantizationError& other) {
    signal += other.signal;
    noise += other.noise;
    greatest = std::max(greatest, other.greatest);
}

QuantizationError error_of(const FloatWeights& weights, const IntegerWeights& quantized) {
    QuantizationError error;
    for (size_t i = 0; i < weights.values.size(); ++i) {
        error.add(weights.values[i], quantized.real(i));
    }
    return error;
}

}  // namespace napier::quantize
