// Are ranges, grids and errors what the definitions say, and are bad numbers refused?

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "sw/base/error.hpp"
#include "sw/quantize/clip.hpp"
#include "sw/quantize/integer.hpp"
#include "sw/quantize/palette.hpp"
#include "sw/quantize/powers.hpp"
#include "sw/quantize/ternary.hpp"
#include "sw/quantize/vector_scale.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;
using Catch::Matchers::Contains;

TEST_CASE("a value on a grid: ties to even, saturation, exact quotients") {
    CHECK(round_to_grid(2.5f, 1.0f, 7) == 2);
    CHECK(round_to_grid(3.5f, 1.0f, 7) == 4);
    CHECK(round_to_grid(-2.5f, 1.0f, 7) == -2);
    CHECK(round_to_grid(7.6f, 1.0f, 7) == 7);
    CHECK(round_to_grid(-100.0f, 1.0f, 7) == -7);
    CHECK(round_to_grid(0.35f, 0.1f, 7) == 3);  // the two floats' quotient is below 3.5
}

TEST_CASE("the scale of a range") {
    CHECK(scale_of(12.7, 127) == 0.1f);
    CHECK(scale_of(0.0, 127) == 1.0f);
    CHECK(scale_of(1e-40, 127) == std::numeric_limits<float>::min());
}

TEST_CASE("signal to quantization noise") {
    const FloatWeights weights{1, 2, {3.0f, 4.0f}};
    const QuantizationError error = error_of(weights, IntegerWeights{2, {3, 4}, {1.25f}});  // 3.75, 5
    CHECK(error.signal == 25.0);
    CHECK(error.noise == 1.5625);
    CHECK(error.greatest == 1.0);
    CHECK(error.sqnr() == 10.0 * std::log10(16.0));
    CHECK(std::isinf(error_of(weights, IntegerWeights{2, {3, 4}, {1.0f}}).sqnr()));
}

TEST_CASE("every quantizer refuses what is no number, and takes zeros and single weights") {
    const std::vector<std::function<IntegerWeights(const FloatWeights&)>> quantizers = {
        [](const FloatWeights& w) { return quantize_integer(w, 8, Clip::minmax); },
        [](const FloatWeights& w) { return quantize_integer(w, 4, Clip::percentile); },
        [](const FloatWeights& w) { return quantize_integer(w, 4, Clip::mse); },
        [](const FloatWeights& w) { return quantize_adder(w, 0.0, Clip::minmax); },
        [](const FloatWeights& w) { return quantize_ternary(w, Threshold::mean); },
        [](const FloatWeights& w) { return quantize_ternary(w, Threshold::best); },
        [](const FloatWeights& w) { return quantize_two_scales(w, 7); },
        quantize_binary, quantize_shift, quantize_apot, quantize_palette};
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    for (size_t i = 0; i < quantizers.size(); ++i) {
        INFO("quantizer " << i);
        const auto& quantize = quantizers[i];
        CHECK_THROWS_WITH(quantize({1, 2, {1.0f, nan}}), Contains("hold NaN at place 1"));
        CHECK_THROWS_WITH(quantize({1, 2, {-infinity, 0.0f}}), Contains("hold an infinity at place 0"));
        CHECK_THROWS_WITH(quantize({0, 0, {}}), Contains("are empty"));
        CHECK_THROWS_WITH(quantize({2, 2, {1.0f}}), Contains("1 values for 2 channels of 2"));
        const IntegerWeights zeros = quantize({2, 3, std::vector<float>(6, 0.0f)});
        REQUIRE(zeros.integers.size() == 6);
        REQUIRE(zeros.scales.size() == 2);
        for (size_t place = 0; place < 6; ++place) {
            CHECK(std::abs(zeros.real(place)) <= double{std::numeric_limits<float>::min()});
        }
        CHECK(zeros.scales[0] > 0.0f);
        for (const float single : {0.75f, -0.75f}) {  // every format holds one weight but for the scale's rounding
            const IntegerWeights one = quantize({1, 1, {single}});
            CHECK(static_cast<float>(one.real(0)) == (i == 8 ? std::copysign(1.0f, single) : single));
        }
    }
    CHECK_THROWS_WITH(quantize_vectors({1, 1, {nan}}, 4, 4), Contains("NaN"));
}
