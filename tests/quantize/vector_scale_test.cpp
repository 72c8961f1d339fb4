// Two-level scales and split channels.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/quantize/clip.hpp"
#include "sw/quantize/integer.hpp"
#include "sw/quantize/split.hpp"
#include "sw/quantize/vector_scale.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

TEST_CASE("vectors by hand: a full one and a short one") {
    FloatWeights weights{1, 18, std::vector<float>(18, 0.0f)};
    weights.values[0] = 105.0f;   // s = 15 of 7, the channel's greatest: scale 15 / 15
    weights.values[1] = -40.0f;   // 2.67
    weights.values[16] = 14.0f;   // s = 2
    weights.values[17] = -5.0f;   // -2.5, to even
    const VectorScaledWeights quantized = quantize_vectors(weights, 4, 4);
    CHECK(quantized.vectors() == 2);
    CHECK(quantized.scales == std::vector<float>{1.0f});
    CHECK(quantized.vector_scales == std::vector<uint8_t>{15, 2});
    CHECK(quantized.integers[0] == 7);
    CHECK(quantized.integers[1] == -3);
    CHECK(quantized.integers[16] == 7);
    CHECK(quantized.integers[17] == -2);
    CHECK(quantized.real(1) == -45.0);
    CHECK(quantized.real(17) == -4.0);
}

TEST_CASE("a vector far below the channel's greatest becomes 0; zeros stay") {
    FloatWeights weights{2, 32, std::vector<float>(64, 0.0f)};
    weights.values[0] = 1.0f;
    weights.values[20] = 0.01f;
    const VectorScaledWeights quantized = quantize_vectors(weights, 4, 4);
    CHECK(quantized.vector_scales == std::vector<uint8_t>{15, 0, 0, 0});
    CHECK(quantized.real(20) == 0.0);
    CHECK(quantized.scales[1] == 1.0f);
    CHECK_THROWS_AS(quantize_vectors(weights, 4, 9), Error);
    CHECK_THROWS_AS(quantize_vectors(weights, 9, 4), Error);
}

TEST_CASE("two levels are better than one, and more bits of the scale better still") {
    const FloatWeights weights = test::random_weights(8, 160, 19);
    const double one = error_of(weights, quantize_integer(weights, 4, Clip::minmax)).sqnr();
    const double coarse = error_of(weights, quantize_vectors(weights, 4, 4)).sqnr();
    const double fine = error_of(weights, quantize_vectors(weights, 4, 8)).sqnr();
    CHECK(one < coarse);
    CHECK(coarse < fine);
}

TEST_CASE("every integer is the nearest for the scale that it has") {
    const FloatWeights weights = test::random_weights(4, 90, 23);
    const VectorScaledWeights quantized = quantize_vectors(weights, 4, 6);
    for (size_t i = 0; i < weights.values.size(); ++i) {
        const size_t vector = i / 90 * 6 + i % 90 / 16;
        const double step = double{quantized.scales[i / 90]} * quantized.vector_scales[vector];
        for (int other = -7; other <= 7; ++other) {
            REQUIRE(std::abs(weights.values[i] - quantized.real(i)) <= std::abs(weights.values[i] - other * step));
        }
    }
}

TEST_CASE("weights of vsq are vectors of the input channels of one tap, each held by the format") {
    const size_t inputs = 40, taps = 9;
    FloatWeights weights = test::random_weights(6, inputs * taps, 37);
    weights.taps = taps;
    const IntegerWeights quantized = quantize_vsq(weights);
    const spec::Format& vsq = spec::find_format("vsq");
    int scaled = 0;
    for (size_t o = 0; o < 6; ++o) {
        for (size_t tap = 0; tap < taps; ++tap) {
            std::vector<int8_t> row;
            for (size_t i = 0; i < inputs; ++i) {
                row.push_back(quantized.integers[o * inputs * taps + i * taps + tap]);
            }
            REQUIRE(formats::holds(vsq, row, inputs));
            scaled += formats::vector_scale(vsq, std::span(row).first(16)).value() > 1;
        }
    }
    CHECK(scaled > 30);
    CHECK(*std::max_element(quantized.integers.begin(), quantized.integers.end()) <= 105);
    CHECK(error_of(weights, quantized).sqnr() > error_of(weights, quantize_integer(weights, 4, Clip::minmax)).sqnr());
}

TEST_CASE("splitting halves the outlier's channel and leaves the function as it was") {
    const FloatWeights weights{2, 4, {1.0f, 2.0f, -9.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f}};  // two channels of two taps
    const SplitWeights split = split_outliers(weights, 2, 1);
    CHECK(split.sources == std::vector<size_t>{0, 1, 1});
    CHECK(split.weights.values ==
          std::vector<float>{1.0f, 2.0f, -4.5f, 1.5f, -4.5f, 1.5f, 4.0f, 5.0f, 3.0f, 3.5f, 3.0f, 3.5f});
    const SplitWeights twice = split_outliers(weights, 2, 3);
    CHECK(twice.sources == std::vector<size_t>{0, 1, 1, 0, 1});
    CHECK_THROWS_AS(split_outliers(weights, 3, 1), Error);
}

TEST_CASE("split weights give every output exactly, whatever the activations") {
    const size_t in_channels = 6, taps = 3, count = 4;
    const FloatWeights weights = test::random_weights(5, in_channels * taps, 29);
    const std::vector<float> activations = test::laplace(in_channels * taps, 31);
    const SplitWeights split = split_outliers(weights, in_channels, count);
    REQUIRE(split.sources.size() == in_channels + count);
    CHECK(minmax_range(split.weights.values) < minmax_range(weights.values));
    for (size_t channel = 0; channel < 5; ++channel) {
        for (size_t place = 0; place < in_channels * taps; ++place) {  // the copies of a weight add up to it
            float sum = 0.0f;
            for (size_t copy = 0; copy < split.sources.size(); ++copy) {
                if (split.sources[copy] == place / taps) {
                    sum += split.weights.channel(channel)[copy * taps + place % taps];
                }
            }
            REQUIRE(sum * activations[place] == weights.channel(channel)[place] * activations[place]);
        }
    }
}
