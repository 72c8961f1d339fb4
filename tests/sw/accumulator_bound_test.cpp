// Do the proved bounds hold for every activation and every order of summing, and can each be reached?

#include <catch2/catch.hpp>

#include <algorithm>

#include "sw/base/error.hpp"
#include "sw/formats/planes.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/layer.hpp"
#include "tests/support/random_model.hpp"

namespace {

using namespace napier;

Layer dot_layer(std::vector<int8_t> weight, int32_t bias, const std::string& format) {
    Layer layer;
    layer.name = "dot";
    layer.format = format;
    layer.weight = std::move(weight);
    layer.bias = {bias};
    return layer;
}

}  // namespace

TEST_CASE("bits of a two's complement") {
    CHECK(golden::signed_bits(0) == 1);
    CHECK(golden::signed_bits(-1) == 1);
    CHECK(golden::signed_bits(1) == 2);
    CHECK(golden::signed_bits(-2) == 2);
    CHECK(golden::signed_bits(127) == 8);
    CHECK(golden::signed_bits(128) == 9);
    CHECK(golden::signed_bits(-128) == 8);
    CHECK(golden::signed_bits(-129) == 9);
    CHECK(golden::signed_bits(INT64_C(1) << 40) == 42);
}

TEST_CASE("bounds by hand") {
    const auto bound = golden::accumulator_bound(dot_layer({3, -2, 0}, 100, "int8"));
    CHECK(bound.least_partial == -3 * 128 - 2 * 127);
    CHECK(bound.greatest_partial == 3 * 127 + 2 * 128);
    CHECK(bound.least_biased == 100 - 3 * 128 - 2 * 127);
    CHECK(bound.greatest_biased == 100 + 3 * 127 + 2 * 128);
    CHECK(bound.bits == 11);
    CHECK(golden::accumulator_bound(dot_layer({1}, 0, "ternary")).bits == 8);
    CHECK(golden::accumulator_bound(dot_layer({-1}, 0, "ternary")).bits == 9);
    CHECK(golden::accumulator_bound(dot_layer({1}, INT32_MIN, "ternary")).bits == 33);
    CHECK(golden::accumulator_bound(dot_layer({0}, INT32_MIN, "ternary")).bits == 32);
}

TEST_CASE("bounds of planes by hand") {
    // 2 = 3 - 1: after the first plane 1, then 3, and 2 in the end. With -128 the sums are -128, -384 and -256.
    const auto bound = golden::accumulator_bound(dot_layer({2}, 0, "int8"), 2);
    CHECK(bound.least_partial == -384);
    CHECK(bound.greatest_partial == 381);
    CHECK(bound.least_biased == -256);
    CHECK(bound.greatest_biased == 254);
    // 4 = 3 + 1 and -4: no sum on the way is larger than the last one.
    CHECK(golden::accumulator_bound(dot_layer({4, -4}, 0, "int8"), 2).greatest_partial == 4 * 127 + 4 * 128);
    CHECK_THROWS_WITH(golden::require_accumulator(dot_layer({2}, 0, "int8"), 9, 2), Catch::Contains("of 10 bits"));
    CHECK_NOTHROW(golden::require_accumulator(dot_layer({2}, 0, "int8"), 9));
}

TEST_CASE("sums of Horner's rule over planes reach the bounds and none passes them") {
    for (uint64_t seed = 0; seed < 200; ++seed) {
        test::Random random(seed);
        const int most = random.pick<int>({4, 8, 13, 121, 127});
        std::vector<int8_t> weight(static_cast<size_t>(random.number(1, 6)));
        for (int8_t& value : weight) value = static_cast<int8_t>(random.number(-most, most));
        const int planes = std::max(2, formats::plane_count(weight));
        const auto bound = golden::accumulator_bound(dot_layer(weight, 0, "int8"), planes);
        int64_t least = 0, greatest = 0;
        for (int extremes = 0; extremes < 1 << weight.size(); ++extremes) {      // activations: -128 or 127
            for (int early = 0; early < 1 << weight.size(); ++early) {           // terms added first in each plane
                int64_t sum = 0;
                for (int plane = planes - 1; plane >= 0; --plane) {
                    sum *= 3;
                    for (const int turn : {1, 0}) {
                        for (size_t i = 0; i < weight.size(); ++i) {
                            const bool now = (early >> i & 1) == turn;
                            sum += now ? formats::trit(weight[i], plane) * (extremes >> i & 1 ? 127 : -128) : 0;
                        }
                        least = std::min(least, sum);
                        greatest = std::max(greatest, sum);
                    }
                }
            }
        }
        INFO("seed " << seed);
        REQUIRE(bound.least_partial == least);
        REQUIRE(bound.greatest_partial == greatest);
    }
}

TEST_CASE("bounds of distances, which are never positive") {
    const auto bound = golden::accumulator_bound(dot_layer({-128, 0}, 7, "adder"));
    CHECK(bound.least_partial == -255 - 128);
    CHECK(bound.greatest_partial == 0);
    CHECK(bound.least_biased == 7 - 255 - 128);
    CHECK(bound.greatest_biased == 7);
}

TEST_CASE("an accumulator one bit too narrow is refused, the proved width is not") {
    const Layer layer = dot_layer({3, -2, 0}, 100, "int8");
    CHECK_NOTHROW(golden::require_accumulator(layer, 11));
    CHECK_THROWS_WITH(golden::require_accumulator(layer, 10), Catch::Matchers::Contains("Layer dot needs accumulators "
                                                                                        "of 11 bits"));
}

TEST_CASE("sums of extreme activations reach the bounds and no partial sum passes them") {
    for (uint64_t seed = 0; seed < 60; ++seed) {
        test::Random random(seed);
        test::RandomModelOptions options;
        options.layers = 3;
        const Model model = test::random_model(random, options);
        for (const Layer& layer : model.layers) {
            const auto bound = golden::accumulator_bound(layer);
            const size_t terms = layer.greatest ? 1 : layer.weight.size() / layer.bias.size();
            int64_t least = INT64_MAX, greatest = INT64_MIN, least_partial = 0, greatest_partial = 0;
            for (size_t channel = 0; channel < layer.bias.size(); ++channel) {
                int64_t low = 0, high = 0, walk = 0;
                for (size_t i = 0; i < terms; ++i) {
                    const int weight = layer.weight[channel * terms + i];
                    low += weight > 0 ? -128 * weight : 127 * weight;
                    high += weight > 0 ? 127 * weight : -128 * weight;
                    walk += (random.chance(50) ? -128 : 127) * weight;
                    REQUIRE((bound.least_partial <= walk && walk <= bound.greatest_partial));
                }
                least = std::min(least, low + layer.bias[channel]);
                greatest = std::max(greatest, high + layer.bias[channel]);
                least_partial = std::min(least_partial, low);
                greatest_partial = std::max(greatest_partial, high);
            }
            CHECK(bound.least_biased == least);
            CHECK(bound.greatest_biased == greatest);
            CHECK(bound.least_partial == least_partial);
            CHECK(bound.greatest_partial == greatest_partial);
        }
    }
}
