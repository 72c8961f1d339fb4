// Powers of two and sums of two: levels, nearest ones, scales.

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "sw/quantize/powers.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

using Integers = std::vector<int8_t>;

TEST_CASE("shift by hand: exponents are rounded, not weights") {
    // log2: 0, 0.585 -> 1, 0.485 -> 0, -1 -> -1, -8
    const IntegerWeights quantized = quantize_shift({1, 6, {1.0f, 1.5f, -1.4f, 0.5f, -0.0039f, 0.016f}});
    CHECK(quantized.scales == std::vector<float>{0x1p-5f});   // the greatest p is 1, at e = 6
    CHECK(quantized.integers == Integers{32, 64, -32, 16, 0, 1});  // 0.0039 is under half of 2^-5; 0.016 is 0.512 of it
}

TEST_CASE("shift: every weight is a power of two as near as the exponent can be") {
    const FloatWeights weights = test::random_weights(8, 400, 11);
    const IntegerWeights quantized = quantize_shift(weights);
    for (size_t i = 0; i < weights.values.size(); ++i) {
        const double magnitude = std::abs(double{weights.values[i]}), real = std::abs(quantized.real(i));
        const double scale = quantized.scales[i / weights.per_channel];
        CHECK(std::frexp(quantized.scales[0], std::array<int, 1>{}.data()) == 0.5f);
        if (quantized.integers[i] == 0) {
            REQUIRE(magnitude < scale / 2);
        } else if (std::abs(quantized.integers[i]) == 1) {
            REQUIRE(magnitude >= scale / 2);
            REQUIRE(magnitude * magnitude <= 2 * scale * scale);
        } else {  // 2^(p - 1/2) <= |w| <= 2^(p + 1/2), squared to stay exact
            REQUIRE(magnitude * magnitude >= real * real / 2);
            REQUIRE(magnitude * magnitude <= real * real * 2);
            REQUIRE((quantized.real(i) < 0.0) == (weights.values[i] < 0.0f));
        }
    }
}

TEST_CASE("the levels of two terms are all sums of two powers that int8 holds") {
    std::vector<int> sums;
    for (int first = -1; first <= 6; ++first) {
        for (int second = -1; second <= 6; ++second) {
            sums.push_back((first < 0 ? 0 : 1 << first) + (second < 0 ? 0 : 1 << second));
        }
    }
    std::sort(sums.begin(), sums.end());
    sums.erase(std::unique(sums.begin(), sums.end()), sums.end());
    sums.erase(std::remove(sums.begin(), sums.end(), 128), sums.end());
    const auto levels = two_term_levels();
    CHECK(std::vector<int>(levels.begin(), levels.end()) == sums);
    CHECK(sums.size() == 29);
}

TEST_CASE("apot: nearest level, the lower of two") {
    CHECK(quantize_apot({1, 2, {96.0f, -7.0f}}).integers == Integers{96, -6});  // -7 is as near to -8
    const IntegerWeights exact = quantize_apot({1, 4, {96.0f, -6.0f, 5.0f, -48.0f}});
    CHECK(exact.scales == std::vector<float>{1.0f});
    CHECK(exact.integers == Integers{96, -6, 5, -48});
}

TEST_CASE("apot: every weight is at its nearest level, and no scale nearby is better") {
    const FloatWeights weights = test::random_weights(4, 300, 13);
    const IntegerWeights quantized = quantize_apot(weights);
    const auto levels = two_term_levels();
    for (size_t i = 0; i < weights.values.size(); ++i) {
        const double quotient = double{weights.values[i]} / quantized.scales[i / weights.per_channel];
        for (const int level : levels) {
            for (const int other : {level, -level}) {
                const double here = std::abs(quotient - quantized.integers[i]), there = std::abs(quotient - other);
                REQUIRE((here < there || (here == there && std::abs(quantized.integers[i]) <= level)));
            }
        }
    }
    for (const float factor : {0.999f, 1.001f}) {  // the scale is the best for these integers
        IntegerWeights other = quantized;
        for (float& scale : other.scales) scale *= factor;
        CHECK(error_of(weights, quantized).noise < error_of(weights, other).noise);
    }
    CHECK(error_of(weights, quantized).sqnr() > error_of(weights, quantize_shift(weights)).sqnr());
}
