#include "sw/quantize/clip.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::quantize {

namespace {

// Variance of rounding to a step of 1 / largest of the range, as a share of the range's square.
double rounding_variance(int largest) { return 1.0 / (12.0 * largest * largest); }

// Magnitudes that are not 0, greatest first.
std::vector<double> falling_magnitudes(std::span<const float> values) {
    std::vector<double> magnitudes;
    for (const float value : values) {
        if (value != 0.0f) {
            magnitudes.push_back(std::abs(static_cast<double>(value)));
        }
    }
    std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>());
    return magnitudes;
}

}  // namespace

Clip find_clip(std::string_view name) {
    if (name == "minmax") return Clip::minmax;
    if (name == "percentile") return Clip::percentile;
    if (name == "mse") return Clip::mse;
    throw Error(ErrorKind::usage, fmt::format("there is no clipping '{}'; give minmax, percentile or mse", name));
}

double minmax_range(std::span<const float> values) {
    float greatest = 0.0f;
    for (const float value : values) {
        greatest = std::max(greatest, std::abs(value));
    }
    return greatest;
}

double percentile_range(std::span<const float> values, double share) {
    std::vector<float> magnitudes;
    for (const float value : values) {
        magnitudes.push_back(std::abs(value));
    }
    std::sort(magnitudes.begin(), magnitudes.end());
    const double rank = std::ceil(share * static_cast<double>(magnitudes.size()));
    return magnitudes[static_cast<size_t>(std::max(rank, 1.0)) - 1];
}

double expected_error(std::span<const float> values, double range, int largest) {
    double sum = 0.0;
    for (const float value : values) {
        const double magnitude = std::abs(static_cast<double>(value));
        if (magnitude > range) {
            sum += (magnitude - range) * (magnitude - range);
        } else if (magnitude > 0.0) {
            sum += range * range * rounding_variance(largest);
        }
    }
    return sum / static_cast<double>(values.size());
}

double octav_range(std::span<const float> values, int largest) {
    const std::vector<double> magnitudes = falling_magnitudes(values);
    const double count = static_cast<double>(magnitudes.size()), variance = rounding_variance(largest);
    double best = minmax_range(values), best_error = best * best * variance * count;
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < magnitudes.size(); ++i) {
        const double beyond = static_cast<double>(i + 1);
        sum += magnitudes[i];
        squares += magnitudes[i] * magnitudes[i];
        const double next = i + 1 < magnitudes.size() ? magnitudes[i + 1] : 0.0;
        if (next == magnitudes[i]) {
            continue;
        }
        const double weight = (count - beyond) * variance + beyond;
        const double range = std::clamp(sum / weight, next, std::nextafter(magnitudes[i], 0.0));
        const double error = squares + range * (range * weight - 2.0 * sum);
        if (error < best_error) {
            best = range;
            best_error = error;
        }
    }
    return best;
}

double clip_range(std::span<const float> values, Clip clip, int largest) {
    switch (clip) {
        case Clip::minmax: return minmax_range(values);
        case Clip::percentile: return percentile_range(values);
        case Clip::mse: return octav_range(values, largest);
    }
    return 0.0;
}

}  // namespace napier::quantize
