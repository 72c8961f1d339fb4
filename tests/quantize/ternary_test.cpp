// Ternary weights with one scale and with two: against the formulas and against trying everything.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "sw/base/error.hpp"
#include "sw/quantize/ternary.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

using Integers = std::vector<int8_t>;

namespace {

// Least squared error of all 3^n ternary vectors, each with its best scale: sum w^2 - (w . t)^2 / (t . t).
double least_error(const std::vector<float>& values) {
    double square = 0.0, best_gain = 0.0;
    for (const float value : values) square += double{value} * value;
    int vectors = 1;
    for (size_t i = 0; i < values.size(); ++i) vectors *= 3;
    for (int code = 0; code < vectors; ++code) {
        double product = 0.0, count = 0.0;
        int rest = code;
        for (const float value : values) {
            const int digit = rest % 3 - 1;
            rest /= 3;
            product += digit * double{value};
            count += digit * digit;
        }
        if (count > 0.0) best_gain = std::max(best_gain, product * product / count);
    }
    return square - best_gain;
}

// Least error of one sign's values when some stay at one common level and the others become 0.
double least_one_sided(const std::vector<float>& values, float sign) {
    double square = 0.0, best_gain = 0.0;
    for (const float value : values) square += value * sign > 0.0f ? double{value} * value : 0.0;
    for (int kept = 1; kept < 1 << values.size(); ++kept) {
        double sum = 0.0, count = 0.0;
        for (size_t i = 0; i < values.size(); ++i) {
            if (kept >> i & 1 && values[i] * sign > 0.0f) {
                sum += std::abs(double{values[i]});
                count += 1.0;
            }
        }
        if (count > 0.0) best_gain = std::max(best_gain, sum * sum / count);
    }
    return square - best_gain;
}

}  // namespace

TEST_CASE("the mean threshold by hand") {
    const FloatWeights weights{1, 4, {1.0f, -2.0f, 0.5f, 0.0f}};  // mean 0.875, threshold 0.6125
    CHECK(mean_threshold(weights.values) == Approx(0.6125).epsilon(1e-15));
    const IntegerWeights quantized = quantize_ternary(weights, Threshold::mean);
    CHECK(quantized.integers == Integers{1, -1, 0, 0});
    CHECK(quantized.scales == std::vector<float>{1.5f});
}

TEST_CASE("the best count by hand") {
    // Gains: 4; 9/2; 12.25/3; the second is greatest.
    CHECK(best_count(std::vector<float>{1.0f, -2.0f, 0.5f, 0.0f}) == 2);
    CHECK(best_count(std::vector<float>{3.0f, 1.0f}) == 1);  // 9, 16/2
    CHECK(best_count(std::vector<float>{0.0f, 0.0f}) == 0);
    CHECK(best_count(std::vector<float>{2.0f, 2.0f, 2.0f}) == 3);
}

TEST_CASE("no ternary vector with any scale is nearer than the best threshold's") {
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        const size_t count = 1 + seed % 8;
        const FloatWeights weights = test::random_weights(1, count, seed);
        const double square = error_of(weights, IntegerWeights{count, Integers(count, 0), {1.0f}}).noise;
        const double found = error_of(weights, quantize_ternary(weights, Threshold::best)).noise;
        const double mean = error_of(weights, quantize_ternary(weights, Threshold::mean)).noise;
        const double rounding = square * 1e-6;  // of the scale to float32 and of the sums
        CHECK(found <= least_error(weights.values) + rounding);
        CHECK(found <= mean + rounding);
    }
}

TEST_CASE("two scales by hand") {
    // Positive: 4; 49/2; the mean 3.5 of both stays; negative: -1 alone, so n = 1.
    const IntegerWeights quantized = quantize_two_scales({1, 4, {4.0f, -1.0f, 3.0f, 0.0f}}, 7);
    CHECK(quantized.scales == std::vector<float>{0.5f});
    CHECK(quantized.integers == Integers{7, -2, 7, 0});
    const IntegerWeights tiny = quantize_two_scales({1, 2, {100.0f, -1.0f}}, 7);
    CHECK(tiny.integers == Integers{7, -1});  // 0.07 of a step stays 1, so that the sign is not lost
    CHECK_THROWS_AS(quantize_two_scales({1, 1, {1.0f}}, 0), Error);
    CHECK_THROWS_AS(quantize_two_scales({1, 1, {1.0f}}, 128), Error);
}

TEST_CASE("each side of two scales is the best of its own, but for the integers' rounding") {
    for (uint64_t seed = 1; seed <= 100; ++seed) {
        const size_t count = 2 + seed % 9;
        const FloatWeights weights = test::random_weights(1, count, seed + 1000);
        const IntegerWeights quantized = quantize_two_scales(weights, 127);
        for (const float sign : {1.0f, -1.0f}) {
            double sum = 0.0, kept = 0.0, square = 0.0;
            for (size_t i = 0; i < count; ++i) {
                if (weights.values[i] * sign > 0.0f) square += double{weights.values[i]} * weights.values[i];
                if (quantized.integers[i] * sign > 0.0f) {
                    sum += std::abs(double{weights.values[i]});
                    kept += 1.0;
                }
            }
            const double error = kept == 0.0 ? square : square - sum * sum / kept;
            CHECK(error <= least_one_sided(weights.values, sign) + square * 1e-12);
        }
        const std::set<int8_t> values(quantized.integers.begin(), quantized.integers.end());
        CHECK(values.size() <= 3);
        CHECK(std::max(*values.rbegin(), static_cast<int8_t>(-*values.begin())) == 127);
    }
}
