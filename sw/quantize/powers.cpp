#include "sw/quantize/powers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

namespace napier::quantize {

namespace {

double log2_rounded(double magnitude) { return std::nearbyint(std::log2(magnitude)); }

int power_of(double quotient) {
    if (std::abs(quotient) < 0.5) {
        return 0;
    }
    const int exponent = static_cast<int>(std::clamp(log2_rounded(std::abs(quotient)), 0.0, double{greatest_exponent}));
    return (quotient < 0.0 ? -1 : 1) * (1 << exponent);
}

float power_scale(std::span<const float> values) {
    double greatest = 0.0;
    for (const float value : values) {
        greatest = std::max(greatest, std::abs(static_cast<double>(value)));
    }
    if (greatest == 0.0) {
        return 1.0f;
    }
    const int exponent = static_cast<int>(log2_rounded(greatest)) - greatest_exponent;
    return std::max(std::ldexp(1.0f, exponent), std::numeric_limits<float>::min());
}

std::vector<int> make_levels() {
    std::set<int> sums = {0};
    for (int i = 0; i <= greatest_exponent; ++i) {
        sums.insert(1 << i);
        for (int j = 0; j < i; ++j) {
            sums.insert((1 << i) + (1 << j));
        }
    }
    return {sums.begin(), sums.end()};
}

int nearest_level(double quotient) {
    const double magnitude = std::abs(quotient);
    const std::span<const int> levels = two_term_levels();
    int best = levels[0];
    for (const int level : levels) {
        if (std::abs(level - magnitude) < std::abs(best - magnitude)) {
            best = level;
        }
    }
    return quotient < 0.0 ? -best : best;
}

// A channel on a scale: its integers and their squared error.
struct Fit {
    Fit(std::span<const float> values, float scale_of_fit) : scale(scale_of_fit) {
        for (const float value : values) {
            integers.push_back(nearest_level(static_cast<double>(value) / scale));
            const double difference = value - static_cast<double>(scale) * integers.back();
            error += difference * difference;
        }
    }
    // The scale of least squared error for these integers.
    float refined(std::span<const float> values) const {
        double product = 0.0, square = 0.0;
        for (size_t i = 0; i < values.size(); ++i) {
            product += static_cast<double>(values[i]) * integers[i];
            square += static_cast<double>(integers[i]) * integers[i];
        }
        return square == 0.0 ? scale : static_cast<float>(product / square);
    }
    float scale;
    std::vector<int> integers;
    double error = 0.0;
};

Fit fit_channel(std::span<const float> values, float start) {
    Fit best(values, start);
    while (true) {
        const float scale = best.refined(values);
        if (!(scale >= std::numeric_limits<float>::min())) {
            return best;
        }
        const Fit next(values, scale);
        if (!(next.error < best.error)) {
            return best;
        }
        best = next;
    }
}

}  // namespace

IntegerWeights quantize_shift(const FloatWeights& weights) {
    require_finite(weights);
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const float scale = power_scale(weights.channel(channel));
        for (const float weight : weights.channel(channel)) {
            result.integers.push_back(static_cast<int8_t>(power_of(static_cast<double>(weight) / scale)));
        }
        result.scales.push_back(scale);
    }
    return result;
}

std::span<const int> two_term_levels() {
    static const std::vector<int> levels = make_levels();
    return levels;
}

IntegerWeights quantize_apot(const FloatWeights& weights) {
    require_finite(weights);
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const std::span<const float> values = weights.channel(channel);
        float greatest = 0.0f;
        for (const float value : values) {
            greatest = std::max(greatest, std::abs(value));
        }
        const Fit fit = fit_channel(values, scale_of(greatest, two_term_levels().back()));
        for (const int integer : fit.integers) {
            result.integers.push_back(static_cast<int8_t>(integer));
        }
        result.scales.push_back(fit.scale);
    }
    return result;
}

}  // namespace napier::quantize
