#include "sw/quantize/palette.hpp"

#include <algorithm>
#include <cmath>

#include "sw/quantize/clip.hpp"

namespace napier::quantize {

namespace {

constexpr int largest = 127;

double squared(double value) { return value * value; }

}  // namespace

std::vector<double> quantile_entries(std::span<const double> values, size_t entries) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> result;
    for (size_t i = 0; i < entries; ++i) {
        result.push_back(sorted[(2 * i + 1) * sorted.size() / (2 * entries)]);
    }
    return result;
}

size_t nearest_entry(std::span<const double> entries, double value) {
    size_t best = 0;
    for (size_t i = 1; i < entries.size(); ++i) {
        if (std::abs(entries[i] - value) < std::abs(entries[best] - value)) {
            best = i;
        }
    }
    return best;
}

std::vector<double> lloyd_step(std::span<const double> values, std::span<const double> entries) {
    std::vector<double> sums(entries.size(), 0.0), counts(entries.size(), 0.0);
    for (const double value : values) {
        const size_t place = nearest_entry(entries, value);
        sums[place] += value;
        counts[place] += 1.0;
    }
    std::vector<double> result(entries.begin(), entries.end());
    for (size_t i = 0; i < result.size(); ++i) {
        if (counts[i] > 0.0) {
            result[i] = sums[i] / counts[i];
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

double distance(std::span<const double> values, std::span<const double> entries) {
    double sum = 0.0;
    for (const double value : values) {
        sum += squared(value - entries[nearest_entry(entries, value)]);
    }
    return sum;
}

std::vector<double> find_entries(std::span<const double> values, size_t entries) {
    constexpr int most_steps = 1000;
    std::vector<double> current = quantile_entries(values, entries);
    for (int step = 0; step < most_steps; ++step) {
        const std::vector<double> next = lloyd_step(values, current);
        if (next == current) {
            break;
        }
        current = next;
    }
    return current;
}

IntegerWeights quantize_palette(const FloatWeights& weights) {
    require_finite(weights);
    IntegerWeights result{weights.per_channel, {}, {}};
    std::vector<double> quotients;
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        result.scales.push_back(scale_of(minmax_range(weights.channel(channel)), largest));
        for (const float weight : weights.channel(channel)) {
            quotients.push_back(static_cast<double>(weight) / static_cast<double>(result.scales.back()));
        }
    }
    std::vector<double> table = find_entries(quotients, palette_entries);
    for (double& entry : table) {
        entry = std::nearbyint(std::clamp(entry, -double{largest}, double{largest}));
    }
    for (const double quotient : quotients) {
        result.integers.push_back(static_cast<int8_t>(table[nearest_entry(table, quotient)]));
    }
    return result;
}

}  // namespace napier::quantize
