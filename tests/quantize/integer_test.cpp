// Integers of few bits, one scale for both sides, one sign: by hand.

#include <catch2/catch.hpp>

#include <cmath>

#include "sw/base/error.hpp"
#include "sw/quantize/integer.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

using Integers = std::vector<int8_t>;

TEST_CASE("int8 and int4, a scale for each channel") {
    const FloatWeights weights{2, 3, {1.27f, -0.635f, 0.02f, 7.0f, 2.5f, -3.5f}};
    const IntegerWeights eight = quantize_integer(weights, 8, Clip::minmax);
    CHECK(eight.scales == std::vector<float>{static_cast<float>(double{1.27f} / 127), 7.0f / 127});
    CHECK(eight.integers[0] == 127);
    CHECK(eight.integers[3] == 127);
    const IntegerWeights four = quantize_integer(weights, 4, Clip::minmax);
    CHECK(four.scales[1] == 1.0f);
    CHECK(Integers(four.integers.begin() + 3, four.integers.end()) == Integers{7, 2, -4});
    CHECK_THROWS_AS(quantize_integer(weights, 1, Clip::minmax), Error);
    CHECK_THROWS_AS(quantize_integer(weights, 9, Clip::minmax), Error);
}

TEST_CASE("rounding is to the nearest step of the channel") {
    const FloatWeights weights = test::random_weights(4, 500, 3);
    for (const int bits : {2, 4, 8}) {
        const IntegerWeights quantized = quantize_integer(weights, bits, Clip::minmax);
        for (size_t i = 0; i < weights.values.size(); ++i) {
            REQUIRE(std::abs(quantized.integers[i]) <= greatest_integer(bits));
            const double scale = quantized.scales[i / weights.per_channel];
            for (const int other : {quantized.integers[i] - 1, quantized.integers[i] + 1}) {
                const double here = std::abs(weights.values[i] - quantized.real(i));
                const double there = std::abs(weights.values[i] - other * scale);
                REQUIRE((std::abs(other) > greatest_integer(bits) || here <= there));
            }
        }
    }
}

TEST_CASE("adder: one scale for the weights of all channels and the activations") {
    const FloatWeights weights{2, 2, {1.0f, -2.0f, 12.7f, 0.25f}};
    const IntegerWeights by_weights = quantize_adder(weights, 3.0, Clip::minmax);
    CHECK(by_weights.scales == std::vector<float>(2, 0.1f));
    CHECK(by_weights.integers == Integers{10, -20, 127, 2});
    const IntegerWeights by_activations = quantize_adder(weights, 25.4, Clip::minmax);
    CHECK(by_activations.scales == std::vector<float>(2, 0.2f));
    CHECK(by_activations.integers == Integers{5, -10, 63, 1});  // 63.499..., 1.25
    CHECK_THROWS_AS(quantize_adder(weights, NAN, Clip::minmax), Error);
    CHECK_THROWS_AS(quantize_adder(weights, -1.0, Clip::minmax), Error);
}

TEST_CASE("binary: signs and the mean magnitude, which no scale beats") {
    const IntegerWeights hand = quantize_binary({1, 4, {0.5f, -1.5f, 0.0f, 2.0f}});
    CHECK(hand.integers == Integers{1, -1, 1, 1});
    CHECK(hand.scales == std::vector<float>{1.0f});
    const FloatWeights weights = test::random_weights(1, 300, 5);
    const IntegerWeights best = quantize_binary(weights);
    for (int i = 1; i < 400; ++i) {
        IntegerWeights other = best;
        other.scales[0] = static_cast<float>(i) / 100.0f;
        REQUIRE(error_of(weights, best).noise <= error_of(weights, other).noise);
    }
}
