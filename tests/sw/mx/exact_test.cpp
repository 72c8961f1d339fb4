// Is the sum exact, and rounded once? The processor's own float32 addition is the oracle.

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sw/formats/bfloat16.hpp"
#include "sw/golden/mx/exact.hpp"
#include "sw/golden/mx/output.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using golden::mx::Exact;

uint32_t bits(float value) {
    return std::bit_cast<uint32_t>(value);
}

float from_bits(uint32_t pattern) {
    return std::bit_cast<float>(pattern);
}

// IEEE 754's sum, but every NaN is 0x7FC00000 and a sum of zeros is +0.
uint32_t expected_sum(float a, float b) {
    const volatile float sum = a + b;
    return std::isnan(sum) ? formats::float32_nan : a == 0.0f && b == 0.0f ? 0 : bits(sum);
}

}  // namespace

TEST_CASE("float32 addition is the processor's") {
    test::Random random(1);
    const std::vector<uint32_t> extremes = {0,          0x80000000, 1,          0x80000001, 0x007FFFFF, 0x00800000,
                                            0x3F800000, 0xBF800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000,
                                            0x7FC00000, 0xFFFFFFFF, 0x7F800001, 0x73000000, 0x72FFFFFF, 0xF3000000};
    for (const uint32_t a : extremes) {
        for (const uint32_t b : extremes) {
            CHECK(bits(golden::mx::add(from_bits(a), from_bits(b))) == expected_sum(from_bits(a), from_bits(b)));
        }
    }
    int differ = 0;
    for (int i = 0; i < 200000; ++i) {
        const auto a = static_cast<uint32_t>(random.bits());
        // Exponents within reach of each other, so that bits meet.
        const uint32_t near = (a & 0x7F800000) + (static_cast<uint32_t>(random.number(-26, 26)) << 23);
        const uint32_t b = (static_cast<uint32_t>(random.bits()) & 0x807FFFFF) | (near & 0x7F800000);
        differ += bits(golden::mx::add(from_bits(a), from_bits(b))) == expected_sum(from_bits(a), from_bits(b)) ? 0 : 1;
    }
    CHECK(differ == 0);
}

TEST_CASE("sums far apart are rounded once") {
    const auto sum = [](std::vector<std::pair<int64_t, int>> terms) {
        Exact exact;
        for (const auto& [significand, exponent] : terms) {
            exact.add(significand, exponent);
        }
        return exact.round();
    };
    CHECK(sum({{1, 24}, {1, 0}}) == 16777216.0f);
    CHECK(sum({{1, 24}, {1, 0}, {1, -286}}) == 16777218.0f);
    CHECK(sum({{1, 24}, {1, 0}, {-1, -286}}) == 16777216.0f);
    CHECK(sum({{3, 23}, {1, 0}}) == 25165824.0f);
    CHECK(sum({{-1, 24}, {-1, 0}, {-1, -286}}) == -16777218.0f);
    CHECK(sum({{1, 291}, {7, 3}, {-1, 291}}) == 56.0f);
    CHECK(sum({{1, 291}}) == std::numeric_limits<float>::infinity());
    CHECK(sum({{-1, 291}}) == -std::numeric_limits<float>::infinity());
    CHECK(bits(sum({{1, 128}, {-1, 103}})) == 0x7F800000);
    CHECK(bits(sum({{1, 128}, {-1, 103}, {-1, -286}})) == 0x7F7FFFFF);
    CHECK(bits(sum({{1, -150}})) == 0);
    CHECK(bits(sum({{-1, -150}})) == 0x80000000);
    CHECK(bits(sum({{-1, -286}})) == 0x80000000);
    CHECK(bits(sum({{1, -150}, {1, -286}})) == 1);
    CHECK(bits(sum({{3, -150}})) == 2);
    CHECK(bits(sum({{-1, -286}, {1, -286}})) == 0);
    CHECK(bits(sum({{1, -126}, {-1, -150}})) == 0x00800000);
    CHECK(bits(sum({{1, -126}, {-3, -151}})) == 0x007FFFFF + 0u);
}

TEST_CASE("the clamp orders zeros and keeps NaN") {
    using golden::mx::clamp;
    const float infinite = std::numeric_limits<float>::infinity();
    CHECK(bits(clamp(-0.0f, 0.0f, infinite)) == 0);
    CHECK(bits(clamp(0.0f, -1.0f, -0.0f)) == 0x80000000);
    CHECK(clamp(-3.0f, 0.0f, 6.0f) == 0.0f);
    CHECK(clamp(7.0f, 0.0f, 6.0f) == 6.0f);
    CHECK(clamp(5.0f, 0.0f, 6.0f) == 5.0f);
    CHECK(clamp(infinite, -infinite, infinite) == infinite);
    CHECK(bits(clamp(from_bits(0xFFFFFFFF), 0.0f, 6.0f)) == formats::float32_nan);
    CHECK(golden::mx::finish(16777216.0f, 1.0f, -infinite, infinite) == 16777216.0f);
    CHECK(bits(golden::mx::finish(-0.0f, -0.0f, -infinite, infinite)) == 0);
    CHECK(bits(golden::mx::finish(1.0f, -1.0f, 0.0f, infinite)) == 0);
}
