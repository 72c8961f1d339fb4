// Do the ranges minimize what they claim to?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/quantize/clip.hpp"
#include "sw/quantize/integer.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

TEST_CASE("names of clippings") {
    CHECK(find_clip("minmax") == Clip::minmax);
    CHECK(find_clip("percentile") == Clip::percentile);
    CHECK(find_clip("mse") == Clip::mse);
    CHECK_THROWS_AS(find_clip("best"), Error);
}

TEST_CASE("min-max and percentile by hand") {
    const std::vector<float> values = {0.0f, -4.0f, 1.0f, 2.0f, -3.0f, 5.0f, 6.0f, -7.0f, 8.0f, 100.0f};
    CHECK(minmax_range(values) == 100.0);
    CHECK(percentile_range(values, 1.0) == 100.0);
    CHECK(percentile_range(values, 0.9) == 8.0);
    CHECK(percentile_range(values, 0.89) == 8.0);   // rank ceil(8.9)
    CHECK(percentile_range(values, 0.8) == 7.0);
    CHECK(percentile_range(values, 0.01) == 0.0);
    CHECK(clip_range(values, Clip::percentile, 127) == 100.0);
}

TEST_CASE("expected error and the recursion by hand") {
    const std::vector<float> values = {0.0f, 1.0f, -1.0f, 4.0f};
    CHECK(expected_error(values, 4.0, 2) == 3.0 * 16.0 / 48.0 / 4.0);
    CHECK(expected_error(values, 2.0, 2) == (2.0 * 4.0 / 48.0 + 4.0) / 4.0);
    CHECK(octav_range(values, 2) == 4.0 / (2.0 / 48.0 + 1.0));  // 3.84: 4 is beyond it, as assumed
    CHECK(expected_error(values, octav_range(values, 2), 2) < expected_error(values, 4.0, 2));
    CHECK(octav_range(std::vector<float>{0.0f, 0.0f}, 7) == 0.0);
    CHECK(octav_range(std::vector<float>{3.0f}, 7) == std::nextafter(3.0, 0.0));  // a clipped value has no other error
}

TEST_CASE("no range on a fine grid has less expected error than the one found") {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const std::vector<float> values = test::laplace(2000, seed);
        for (const int bits : {3, 4, 8}) {
            const int largest = greatest_integer(bits);
            const double found = expected_error(values, octav_range(values, largest), largest);
            const double end = minmax_range(values);
            for (int i = 1; i <= 1000; ++i) {
                REQUIRE(found <= expected_error(values, end * i / 1000.0, largest));
            }
        }
    }
}

TEST_CASE("with few bits the clipped range is better in truth, too; the order of the ranges") {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        const FloatWeights weights = test::random_weights(1, 4000, seed);
        const auto noise = [&](int bits, Clip clip) {
            return error_of(weights, quantize_integer(weights, bits, clip)).noise;
        };
        CHECK(noise(4, Clip::mse) < noise(4, Clip::percentile));
        CHECK(noise(4, Clip::percentile) < noise(4, Clip::minmax));
        CHECK(noise(3, Clip::mse) < noise(3, Clip::minmax));
    }
}

// The true error of every range on a fine grid: the assumption of evenly spread rounding errors costs little.
TEST_CASE("the range found is within a tenth of a decibel of the best true one") {
    const FloatWeights weights = test::random_weights(1, 4000, 7);
    const int largest = greatest_integer(4);
    double best = HUGE_VAL;
    for (int i = 1; i <= 2000; ++i) {
        const float scale = scale_of(minmax_range(weights.values) * i / 2000.0, largest);
        QuantizationError error;
        for (const float value : weights.values) {
            error.add(value, double{scale} * round_to_grid(value, scale, largest));
        }
        best = std::min(best, error.noise);
    }
    const double found = error_of(weights, quantize_integer(weights, 4, Clip::mse)).noise;
    CHECK(best <= found);
    CHECK(10.0 * std::log10(found / best) < 0.1);  // dB
}
