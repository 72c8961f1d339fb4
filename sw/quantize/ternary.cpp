#include "sw/quantize/ternary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "sw/base/error.hpp"

namespace napier::quantize {

namespace {

double magnitude(float value) { return std::abs(static_cast<double>(value)); }

// Places of the values, greatest magnitude first, equal ones in order.
std::vector<size_t> by_magnitude(std::span<const float> values) {
    std::vector<size_t> places(values.size());
    std::iota(places.begin(), places.end(), size_t{0});
    std::stable_sort(places.begin(), places.end(),
                     [&](size_t a, size_t b) { return magnitude(values[a]) > magnitude(values[b]); });
    return places;
}

std::vector<bool> staying(std::span<const float> values, Threshold threshold) {
    std::vector<bool> stays(values.size(), false);
    if (threshold == Threshold::best) {
        const std::vector<size_t> places = by_magnitude(values);
        const size_t count = best_count(values);
        for (size_t i = 0; i < count; ++i) {
            stays[places[i]] = true;
        }
    } else {
        const double least = mean_threshold(values);
        for (size_t i = 0; i < values.size(); ++i) {
            stays[i] = magnitude(values[i]) > least;
        }
    }
    return stays;
}

double mean_of_staying(std::span<const float> values, const std::vector<bool>& stays) {
    double sum = 0.0, count = 0.0;
    for (size_t i = 0; i < values.size(); ++i) {
        if (stays[i]) {
            sum += magnitude(values[i]);
            count += 1.0;
        }
    }
    return count == 0.0 ? 0.0 : sum / count;
}

// One side of a channel: the values of one sign, 0 elsewhere.
struct Side {
    Side(std::span<const float> channel, float sign) {
        for (const float value : channel) {
            values.push_back(value * sign > 0.0f ? value * sign : 0.0f);
        }
        stays = staying(values, Threshold::best);
        mean = mean_of_staying(values, stays);
    }
    int integer(float scale, int largest) const {
        return mean == 0.0 ? 0 : std::max(1, round_to_grid(static_cast<float>(mean), scale, largest));
    }
    std::vector<float> values;
    std::vector<bool> stays;
    double mean = 0.0;
};

}  // namespace

double mean_threshold(std::span<const float> values) {
    double sum = 0.0;
    for (const float value : values) {
        sum += magnitude(value);
    }
    return 0.7 * sum / static_cast<double>(values.size());
}

size_t best_count(std::span<const float> values) {
    double sum = 0.0, best = 0.0;
    size_t count = 0, result = 0;
    for (const size_t place : by_magnitude(values)) {
        sum += magnitude(values[place]);
        ++count;
        const double gain = sum * sum / static_cast<double>(count);
        if (gain > best) {
            best = gain;
            result = count;
        }
    }
    return result;
}

IntegerWeights quantize_ternary(const FloatWeights& weights, Threshold threshold) {
    require_finite(weights);
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const std::span<const float> values = weights.channel(channel);
        const std::vector<bool> stays = staying(values, threshold);
        for (size_t i = 0; i < values.size(); ++i) {
            result.integers.push_back(stays[i] ? (values[i] < 0.0f ? -1 : 1) : 0);
        }
        result.scales.push_back(scale_of(mean_of_staying(values, stays), 1));
    }
    return result;
}

IntegerWeights quantize_two_scales(const FloatWeights& weights, int largest) {
    require_finite(weights);
    if (largest < 1 || largest > 127) {
        throw Error(ErrorKind::usage, "the greatest integer of two scales must be 1 to 127");
    }
    IntegerWeights result{weights.per_channel, {}, {}};
    for (size_t channel = 0; channel < weights.channels; ++channel) {
        const std::span<const float> values = weights.channel(channel);
        const Side negative(values, -1.0f), positive(values, 1.0f);
        const float scale = scale_of(std::max(negative.mean, positive.mean), largest);
        const int n = negative.integer(scale, largest), p = positive.integer(scale, largest);
        for (size_t i = 0; i < values.size(); ++i) {
            result.integers.push_back(static_cast<int8_t>(positive.stays[i] ? p : negative.stays[i] ? -n : 0));
        }
        result.scales.push_back(scale);
    }
    return result;
}

}  // namespace napier::quantize
