// Do element codes mean what the specification says, and does encoding take the nearest?

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"

namespace {

using namespace napier;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Codes of the finite values from 0 up: 0 .. maximum.
std::vector<uint32_t> rising(const spec::Element& element) {
    std::vector<uint32_t> codes;
    for (uint32_t code = 0; code <= static_cast<uint32_t>(element.maximum); ++code) {
        codes.push_back(code);
    }
    return codes;
}

double value_of_maximum(const spec::Element& element) {
    return formats::decode(element, static_cast<uint32_t>(element.maximum));
}

double round_trip(const char* name, double value) {
    const spec::Element& element = formats::find_element(name);
    return formats::decode(element, formats::encode(element, value));
}

}  // namespace

TEST_CASE("elements: limits of the specification") {
    const auto limits = [](const char* name) {
        const spec::Element& element = formats::find_element(name);
        const uint32_t least_normal = element.exponent_bits == 0 ? 1 : 1u << element.mantissa_bits;
        return std::vector<double>{value_of_maximum(element), formats::decode(element, least_normal),
                                   formats::decode(element, 1), std::ldexp(1.0, element.emax)};
    };
    CHECK(limits("mxfp8_e5m2") == std::vector<double>{57344, std::ldexp(1, -14), std::ldexp(1, -16), 32768});
    CHECK(limits("mxfp8_e4m3") == std::vector<double>{448, std::ldexp(1, -6), std::ldexp(1, -9), 256});
    CHECK(limits("mxfp6_e3m2") == std::vector<double>{28, 0.25, 0.0625, 16});
    CHECK(limits("mxfp6_e2m3") == std::vector<double>{7.5, 1, 0.125, 4});
    CHECK(limits("mxfp4") == std::vector<double>{6, 1, 0.5, 4});
    CHECK(limits("mxint8") == std::vector<double>{127.0 / 64, 1.0 / 64, 1.0 / 64, 1});
    CHECK(formats::decode(formats::find_element("mxint8"), 0x80) == -2.0);
}

TEST_CASE("elements: specials") {
    const spec::Element& e5m2 = formats::find_element("mxfp8_e5m2");
    const spec::Element& e4m3 = formats::find_element("mxfp8_e4m3");
    CHECK(formats::decode(e5m2, 0x7C) == infinity);
    CHECK(formats::decode(e5m2, 0xFC) == -infinity);
    for (const spec::Element& element : spec::elements) {
        int nans = 0;
        int infinities = 0;
        for (uint32_t code = 0; code < formats::code_count(element); ++code) {
            nans += std::isnan(formats::decode(element, code)) ? 1 : 0;
            infinities += std::isinf(formats::decode(element, code)) ? 1 : 0;
            CHECK(formats::is_nan(element, code) == std::isnan(formats::decode(element, code)));
            CHECK(formats::is_infinity(element, code) == std::isinf(formats::decode(element, code)));
        }
        CHECK(nans == (&element == &e5m2 ? 6 : &element == &e4m3 ? 2 : 0));
        CHECK(infinities == (&element == &e5m2 ? 2 : 0));
    }
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(formats::encode(e5m2, nan) == 0x7E);
    CHECK(formats::encode(e4m3, nan) == 0x7F);
    CHECK_THROWS_AS(formats::encode(formats::find_element("mxfp4"), nan), Error);
    CHECK_THROWS_AS(formats::find_element("mxfp9"), Error);
}

TEST_CASE("elements: every code is the code of its value") {
    for (const spec::Element& element : spec::elements) {
        for (uint32_t code = 0; code < formats::code_count(element); ++code) {
            const double value = formats::decode(element, code);
            const bool unused = element.exponent_bits == 0 && code == 0x80;
            if (std::isfinite(value) && !unused) {
                CHECK(formats::encode(element, value) == code);
            }
        }
    }
    CHECK(formats::encode(formats::find_element("mxint8"), -2.0) == 0x81);
}

TEST_CASE("elements: between neighbours the nearest, of ties the even code") {
    for (const spec::Element& element : spec::elements) {
        const std::vector<uint32_t> codes = rising(element);
        const uint32_t sign = 1u << (element.bits - 1);
        const auto negative = [&](uint32_t code) {
            return element.exponent_bits == 0 ? (256 - code) % 256 : code | sign;
        };
        for (size_t i = 0; i + 1 < codes.size(); ++i) {
            const double low = formats::decode(element, codes[i]), high = formats::decode(element, codes[i + 1]);
            REQUIRE(low < high);
            const double tie = (low + high) / 2;
            const uint32_t even = codes[i] % 2 == 0 ? codes[i] : codes[i + 1];
            const std::pair<double, uint32_t> cases[] = {{tie, even},
                                                         {std::nextafter(tie, 0.0), codes[i]},
                                                         {std::nextafter(tie, infinity), codes[i + 1]},
                                                         {std::nextafter(low, infinity), codes[i]},
                                                         {std::nextafter(high, 0.0), codes[i + 1]}};
            for (const auto& [value, code] : cases) {
                CHECK(formats::encode(element, value) == code);
                CHECK(formats::encode(element, -value) == negative(code));
            }
        }
        const auto maximum = static_cast<uint32_t>(element.maximum);
        for (const double value : {1.0 + std::ldexp(1.0, -20), 1.2, 1.5, 2.0, 4.0, 1e300, infinity}) {
            CHECK(formats::encode(element, value * value_of_maximum(element)) == maximum);
            CHECK(formats::encode(element, -value * value_of_maximum(element)) == negative(maximum));
        }
        CHECK(formats::encode(element, 1e-300) == 0);
        CHECK(formats::encode(element, -0.0) == negative(0));
    }
}

TEST_CASE("elements: ties worked out by hand") {
    for (const auto& [value, result] : std::vector<std::pair<double, double>>{
             {0.25, 0}, {0.75, 1}, {1.25, 1}, {1.75, 2}, {2.5, 2}, {3.5, 4}, {5, 4}, {7, 6}}) {
        CHECK(round_trip("mxfp4", value) == result);
        CHECK(round_trip("mxfp4", -value) == -result);
    }
    CHECK(round_trip("mxfp6_e2m3", 0.9375) == 1.0);
    CHECK(round_trip("mxfp6_e2m3", 7.75) == 7.5);
    CHECK(round_trip("mxfp6_e3m2", 0.21875) == 0.25);
    CHECK(round_trip("mxfp6_e3m2", 30) == 28);
    CHECK(round_trip("mxfp8_e4m3", std::ldexp(1, -10)) == 0);
    CHECK(round_trip("mxfp8_e4m3", 432) == 448);
    CHECK(round_trip("mxfp8_e4m3", 464) == 448);
    CHECK(round_trip("mxfp8_e5m2", std::ldexp(1, -17)) == 0);
    CHECK(round_trip("mxfp8_e5m2", 61440) == 57344);
    CHECK(round_trip("mxint8", 0.5 / 64) == 0);
    CHECK(round_trip("mxint8", 1.5 / 64) == 2.0 / 64);
}

TEST_CASE("scales: 255 codes are powers of two, one is NaN") {
    for (int code = 0; code < 255; ++code) {
        CHECK(formats::decode_scale(static_cast<uint8_t>(code)) == std::ldexp(1.0, code - 127));
    }
    CHECK(std::isnan(formats::decode_scale(255)));
}

TEST_CASE("bfloat16: every code, and the neighbours of every tie") {
    for (uint32_t code = 0; code < 65536; ++code) {
        const float value = formats::from_bfloat16(static_cast<uint16_t>(code));
        const bool nan = (code & 0x7FFF) > 0x7F80;
        REQUIRE(std::isnan(value) == nan);
        REQUIRE(formats::to_bfloat16(value) == (nan ? formats::bfloat16_nan : code));
        if ((code & 0x7FFF) < 0x7F80) {
            const uint32_t bits = code << 16;
            const auto rounded = [](uint32_t pattern) { return formats::to_bfloat16(std::bit_cast<float>(pattern)); };
            REQUIRE(rounded(bits | 0x7FFF) == code);
            REQUIRE(rounded(bits | 0x8000) == code + (code & 1));
            REQUIRE(rounded(bits | 0x8001) == code + 1);
        }
    }
}
