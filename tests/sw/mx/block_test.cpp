// Are scales and codes of a block what the rules say, in every limit?

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using golden::mx::Block;
using golden::mx::ScaleRule;

constexpr ScaleRule rules[] = {ScaleRule::floor, ScaleRule::ceil, ScaleRule::even, ScaleRule::rceil};
constexpr float greatest_float = std::numeric_limits<float>::max();
constexpr float least_normal = std::numeric_limits<float>::min();
constexpr float infinity = std::numeric_limits<float>::infinity();

const spec::Element& element_of(const char* name) {
    return formats::find_element(name);
}

int scale(const char* name, ScaleRule rule, float greatest) {
    return golden::mx::choose_scale(element_of(name), rule, greatest);
}

}  // namespace

TEST_CASE("floor: a greatest value of 1, and the neighbours of every power of two") {
    CHECK(scale("mxfp8_e5m2", ScaleRule::floor, 1.0f) == 0x70);
    CHECK(scale("mxfp8_e4m3", ScaleRule::floor, 1.0f) == 0x77);
    CHECK(scale("mxfp6_e3m2", ScaleRule::floor, 1.0f) == 0x7B);
    CHECK(scale("mxfp6_e2m3", ScaleRule::floor, 1.0f) == 0x7D);
    CHECK(scale("mxfp4", ScaleRule::floor, 1.0f) == 0x7D);
    CHECK(scale("mxint8", ScaleRule::floor, 1.0f) == 0x7F);
    for (const spec::Element& element : spec::elements) {
        for (int n = -125; n <= 127; ++n) {
            const float power = std::ldexp(1.0f, n);
            const auto clamped = [&](int exponent) { return std::clamp(exponent - element.emax + 127, 0, 254); };
            const auto at = [&](ScaleRule rule, float value) {
                return int{golden::mx::choose_scale(element, rule, value)};
            };
            CHECK(at(ScaleRule::floor, power) == clamped(n));
            CHECK(at(ScaleRule::floor, std::nextafter(power, 0.0f)) == clamped(n - 1));
            CHECK(at(ScaleRule::ceil, power) == clamped(n));
            CHECK(at(ScaleRule::ceil, std::nextafter(power, 0.0f)) == clamped(n));
            CHECK(at(ScaleRule::ceil, std::nextafter(power, infinity)) == clamped(n + 1));
            CHECK(at(ScaleRule::even, std::nextafter(power, 0.0f)) == clamped(n));
        }
    }
}

TEST_CASE("even: from the tie below a power of two on, the next scale") {
    for (const auto& [name, tie] : {std::pair{"mxfp4", 1.75f}, {"mxfp6_e2m3", 1.9375f}, {"mxfp6_e3m2", 1.875f},
                                    {"mxfp8_e4m3", 1.9375f}, {"mxfp8_e5m2", 1.875f}, {"mxint8", 1.9921875f}}) {
        const int of_one = scale(name, ScaleRule::even, 1.0f);
        CHECK(of_one == scale(name, ScaleRule::floor, 1.0f));
        CHECK(scale(name, ScaleRule::even, tie) == of_one + 1);
        CHECK(scale(name, ScaleRule::even, std::nextafter(tie, 0.0f)) == of_one);
    }
}

TEST_CASE("rceil: the least scale that clamps nothing") {
    for (const spec::Element& element : spec::elements) {
        const double maximum = formats::decode(element, static_cast<uint32_t>(element.maximum));
        test::Random random(2);
        for (int i = 0; i < 3000; ++i) {
            const auto pattern = static_cast<uint32_t>(random.between(0x00800000, 0x7F7FFFFF));
            const auto fit = static_cast<float>(std::ldexp(maximum, random.number(-100, 100)));
            const float greatest = i % 3 == 0   ? std::bit_cast<float>(pattern)
                                   : i % 3 == 1 ? fit
                                                : std::nextafter(fit, infinity);
            const int code = golden::mx::choose_scale(element, ScaleRule::rceil, greatest);
            CHECK((code == 254 || greatest <= maximum * std::ldexp(1.0, code - 127)));
            CHECK((code == 0 || greatest > maximum * std::ldexp(1.0, code - 128)));
        }
    }
}

TEST_CASE("scales keep to 0..254") {
    for (const spec::Element& element : spec::elements) {
        for (const ScaleRule rule : rules) {
            CHECK(golden::mx::choose_scale(element, rule, 0.0f) == 0);
            CHECK(golden::mx::choose_scale(element, rule, least_normal) <= 2);
            CHECK(golden::mx::choose_scale(element, rule, greatest_float) <= 254);
        }
        CHECK(golden::mx::choose_scale(element, ScaleRule::floor, greatest_float) == 254 - element.emax);
    }
    CHECK(scale("mxint8", ScaleRule::ceil, greatest_float) == 254);
    const Block block = golden::mx::convert(element_of("mxint8"), ScaleRule::ceil, std::array{greatest_float, -1.0f});
    CHECK(block.scale == 254);
    CHECK(block.element[0] == 0x7F);
    CHECK(block.element[1] == 0);
}

TEST_CASE("zeros, subnormals, infinities and NaN in a block") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float subnormal = std::nextafter(least_normal, 0.0f);
    for (const spec::Element& element : spec::elements) {
        const auto negative_zero = static_cast<uint8_t>(element.exponent_bits == 0 ? 0 : 1 << (element.bits - 1));
        for (const ScaleRule rule : rules) {
            const auto convert = [&](const std::vector<float>& values) {
                return golden::mx::convert(element, rule, values);
            };
            CHECK(convert({}) == Block{});
            Block zeros;
            zeros.element[1] = negative_zero;
            CHECK(convert({0.0f, -0.0f, 0.0f}) == zeros);
            CHECK(convert({subnormal, -subnormal}) == zeros);
            CHECK(convert({1.0f, -subnormal}).element[1] == negative_zero);
            for (const float special : {nan, infinity, -infinity}) {
                CHECK(convert({1.0f, special, 3.0f}) == Block{255, {}});
            }
        }
    }
}

TEST_CASE("floor clamps its own maximum; rceil does not") {
    const spec::Element& mxfp4 = element_of("mxfp4");
    const Block floor = golden::mx::convert(mxfp4, ScaleRule::floor, std::array{7.0f, -2.5f});
    CHECK(golden::mx::dequantize(mxfp4, floor.scale, floor.element[0]) == 6.0f);
    CHECK(golden::mx::dequantize(mxfp4, floor.scale, floor.element[1]) == -2.0f);
    const Block rceil = golden::mx::convert(mxfp4, ScaleRule::rceil, std::array{7.0f, -2.5f});
    CHECK(rceil.scale == 128);
    CHECK(golden::mx::dequantize(mxfp4, rceil.scale, rceil.element[0]) == 8.0f);
    CHECK(golden::mx::dequantize(mxfp4, rceil.scale, rceil.element[1]) == -2.0f);
}

TEST_CASE("dequantized values are exact or infinite") {
    for (const spec::Element& element : spec::elements) {
        for (int scale = 0; scale <= 255; ++scale) {
            for (uint32_t code = 0; code < formats::code_count(element); ++code) {
                const float value =
                    golden::mx::dequantize(element, static_cast<uint8_t>(scale), static_cast<uint8_t>(code));
                if (scale == 255 || formats::is_nan(element, code)) {
                    REQUIRE(std::bit_cast<uint32_t>(value) == formats::float32_nan);
                    continue;
                }
                const double exact = std::ldexp(formats::decode(element, code), scale - 127);
                REQUIRE((double{value} == exact || (std::isinf(value) && std::abs(exact) >= std::ldexp(1.0, 128))));
            }
        }
    }
}

TEST_CASE("scale rules have names") {
    for (const ScaleRule rule : rules) {
        CHECK(golden::mx::find_scale_rule(golden::mx::name_of(rule)) == rule);
    }
    CHECK_THROWS_AS(golden::mx::find_scale_rule("tosa"), Error);
}

TEST_CASE("a block in memory: the scale, then elements without gaps from the lowest bit on") {
    Block block{0x12, {}};
    for (size_t i = 0; i < block.element.size(); ++i) block.element[i] = static_cast<uint8_t>(i);
    std::array<uint8_t, 33> bytes{};
    for (const auto& [name, start] : {std::pair<const char*, std::array<uint8_t, 4>>{"mxint8", {0x12, 0, 1, 2}},
                                      {"mxfp6_e2m3", {0x12, 0x40, 0x20, 0x0c}}}) {
        INFO(name);
        const spec::Element& element = element_of(name);
        formats::pack(element, block, bytes.data());
        CHECK(std::equal(start.begin(), start.end(), bytes.begin()));
        CHECK(bytes[static_cast<size_t>(formats::packed_bytes(element)) - 1] == (element.bits == 8 ? 31 : 31 << 2 | 1));
        CHECK(formats::unpack(element, bytes.data()) == block);
    }
    for (uint8_t& code : block.element) code &= 15;
    formats::pack(element_of("mxfp4"), block, bytes.data());
    CHECK((bytes[0] == 0x12 && bytes[1] == 0x10 && bytes[16] == 0xfe));
    CHECK(formats::unpack(element_of("mxfp4"), bytes.data()) == block);
    CHECK(formats::packed_bytes(element_of("mxfp4")) == 17);
}
