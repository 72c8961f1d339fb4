#pragma once
// Weights to quantize: random numbers with tails, the same every time.

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "sw/quantize/weights.hpp"

namespace napier::test {

// Differences of exponentials of mean 1 (a Laplace distribution), rounded to float32.
inline std::vector<float> laplace(size_t count, uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto exponential = [&] { return -std::log((static_cast<double>(random() >> 11) + 0.5) * 0x1p-53); };
    std::vector<float> values;
    for (size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(exponential() - exponential()));
    }
    return values;
}

inline quantize::FloatWeights random_weights(size_t channels, size_t per_channel, uint64_t seed) {
    return {channels, per_channel, laplace(channels * per_channel, seed)};
}

}  // namespace napier::test
