// Are block dot products exact for all 36 pairs of element formats, and rounded once into the accumulator?

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/dot.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;
using golden::mx::Block;
using golden::mx::Product;

const spec::Element& element_of(const char* name) {
    return formats::find_element(name);
}

Block block_of(uint8_t scale, std::vector<uint8_t> codes) {
    Block block{scale, {}};
    std::copy(codes.begin(), codes.end(), block.element.begin());
    return block;
}

Block uniform(uint8_t scale, uint8_t code) {
    return block_of(scale, std::vector<uint8_t>(spec::block_elements, code));
}

float dot(const char* a_name, const Block& a, const char* b_name, const Block& b, float accumulator = 0.0f) {
    return golden::mx::accumulate(accumulator, golden::mx::block_dot(element_of(a_name), a, element_of(b_name), b));
}

float square(const char* name, uint8_t code, uint8_t scale = 127) {
    return dot(name, uniform(scale, code), name, uniform(scale, code));
}

uint32_t bits(float value) {
    return std::bit_cast<uint32_t>(value);
}

// The product of two finite codes in steps, by adding the first up once for each set bit of the second's value.
Int128 product_of_bits(const spec::Element& element_a, uint8_t a, const spec::Element& element_b, uint8_t b) {
    const double value_a = formats::decode(element_a, a), value_b = formats::decode(element_b, b);
    const auto whole = static_cast<uint64_t>(std::ldexp(std::abs(value_a), -element_a.step_exponent));
    auto rest = static_cast<uint64_t>(std::ldexp(std::abs(value_b), -element_b.step_exponent));
    Int128 sum = 0;
    for (int place = 0; rest != 0; ++place, rest >>= 1) {
        sum += (rest & 1) != 0 ? Int128{whole} << place : 0;
    }
    return std::signbit(value_a) != std::signbit(value_b) ? -sum : sum;
}

int bit_length(Int128 value) {
    int length = 0;
    for (Int128 rest = value < 0 ? -value : value; rest != 0; rest >>= 1) {
        ++length;
    }
    return length;
}

}  // namespace

TEST_CASE("block dot: sums worked out by hand") {
    CHECK(square("mxfp4", 0x7) == 1152.0f);
    CHECK(square("mxfp6_e2m3", 0x1F) == 1800.0f);
    CHECK(square("mxfp6_e3m2", 0x1F) == 25088.0f);
    CHECK(square("mxfp8_e4m3", 0x7E) == 6422528.0f);
    CHECK(square("mxfp8_e5m2", 0x7B) == 105226698752.0f);
    CHECK(square("mxint8", 0x7F) == 126.0078125f);
    CHECK(square("mxint8", 0x80) == 128.0f);
    CHECK(dot("mxfp8_e4m3", block_of(127, {0x7E, 0x01, 0x7E}), "mxfp8_e4m3", block_of(127, {0x7E, 0x01, 0xFE})) ==
          std::ldexp(1.0f, -18));
    CHECK(dot("mxfp8_e5m2", block_of(127, {0x7B, 0x01, 0x7B}), "mxfp8_e5m2", block_of(127, {0x7B, 0x01, 0xFB})) ==
          std::ldexp(1.0f, -32));
    CHECK(std::isinf(square("mxfp4", 0x7, 254)));
    CHECK(bits(square("mxfp4", 0x7, 0)) == 0);
    CHECK(square("mxfp4", 0x7, 129) == 18432.0f);
}

TEST_CASE("block dot: width of the sum of every pair") {
    // Bits of the magnitude; pairs in the order of the list.
    const std::vector<std::string> names = {"mxfp4", "mxfp6_e2m3", "mxfp6_e3m2", "mxint8", "mxfp8_e4m3", "mxfp8_e5m2"};
    const int width[6][6] = {{13, 15, 18, 16, 27, 41}, {15, 17, 20, 18, 29, 43}, {18, 20, 23, 21, 32, 46},
                             {16, 18, 21, 19, 30, 44}, {27, 29, 32, 30, 41, 55}, {41, 43, 46, 44, 55, 69}};
    for (size_t i = 0; i < names.size(); ++i) {
        for (size_t j = 0; j < names.size(); ++j) {
            const spec::Element &a = element_of(names[i].c_str()), &b = element_of(names[j].c_str());
            const Product product =
                golden::mx::element_dot(a, uniform(0, static_cast<uint8_t>(a.maximum)).element, b,
                                        uniform(0, static_cast<uint8_t>(b.maximum)).element);
            CHECK(bit_length(product.steps) == width[i][j]);
        }
    }
}

TEST_CASE("block dot: every pair of codes of every pair of formats") {
    int wrong = 0;
    for (const spec::Element& element_a : spec::elements) {
        for (const spec::Element& element_b : spec::elements) {
            for (uint32_t a = 0; a < formats::code_count(element_a); ++a) {
                for (uint32_t b = 0; b < formats::code_count(element_b); ++b) {
                    const auto code_a = static_cast<uint8_t>(a), code_b = static_cast<uint8_t>(b);
                    const Product product = golden::mx::element_dot(element_a, std::span(&code_a, 1), element_b,
                                                                    std::span(&code_b, 1));
                    const double value = formats::decode(element_a, a) * formats::decode(element_b, b);
                    const bool right = std::isnan(value) ? product.kind == Product::Kind::nan
                                       : value == std::numeric_limits<double>::infinity()
                                           ? product.kind == Product::Kind::positive_infinity
                                       : std::isinf(value)
                                           ? product.kind == Product::Kind::negative_infinity
                                           : product.kind == Product::Kind::finite &&
                                                 product.steps == product_of_bits(element_a, code_a, element_b, code_b);
                    wrong += right ? 0 : 1;
                }
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("block dot: random and extreme blocks of all pairs, against sums in double where those are exact") {
    test::Random random(3);
    const auto codes_of = [&](const spec::Element& element, bool extreme) {
        Block block{static_cast<uint8_t>(random.number(107, 147)), {}};
        for (uint8_t& code : block.element) {
            do {
                const int sign = random.number(0, 1) << (element.bits - 1);
                code = extreme ? static_cast<uint8_t>((element.maximum - random.number(0, 1)) ^ sign)
                               : static_cast<uint8_t>(random.number(0, (1 << element.bits) - 1));
            } while (!std::isfinite(formats::decode(element, code)));
        }
        return block;
    };
    for (const spec::Element& element_a : spec::elements) {
        for (const spec::Element& element_b : spec::elements) {
            for (int i = 0; i < 50; ++i) {
                const Block a = codes_of(element_a, i % 5 == 0), b = codes_of(element_b, i % 7 == 0);
                const Product product = golden::mx::block_dot(element_a, a, element_b, b);
                Int128 steps = 0;
                double sum = 0.0;
                for (size_t k = 0; k < a.element.size(); ++k) {
                    steps += product_of_bits(element_a, a.element[k], element_b, b.element[k]);
                    sum += formats::decode(element_a, a.element[k]) * formats::decode(element_b, b.element[k]);
                }
                REQUIRE(product.kind == Product::Kind::finite);
                REQUIRE(product.steps == steps);
                const double scale = formats::decode_scale(a.scale) * formats::decode_scale(b.scale);
                const float result = golden::mx::accumulate(0.0f, product);
                if (product.exponent - a.scale - b.scale + 2 * spec::scale_bias > -25) {  // sums below 2^53 steps
                    REQUIRE(result == static_cast<float>(sum * scale));
                }
            }
        }
    }
}

TEST_CASE("block dot: specials") {
    const float infinity = std::numeric_limits<float>::infinity();
    const auto is_nan = [](float value) { return bits(value) == formats::float32_nan; };
    const Block zero = uniform(0, 0), one = block_of(127, {0x3C}), none = uniform(255, 0);
    const Block infinite = block_of(127, {0x7C}), negative = block_of(127, {0xFC}), nan = block_of(127, {0x7D});
    const char* e5m2 = "mxfp8_e5m2";
    CHECK(is_nan(dot(e5m2, none, e5m2, zero)));
    CHECK(is_nan(dot("mxfp4", zero, "mxint8", none)));
    CHECK(is_nan(dot(e5m2, nan, e5m2, zero)));
    CHECK(is_nan(dot(e5m2, infinite, e5m2, zero)));
    CHECK(dot(e5m2, infinite, e5m2, one) == infinity);
    CHECK(dot(e5m2, negative, e5m2, one, 5.0f) == -infinity);
    CHECK(dot(e5m2, infinite, e5m2, negative) == -infinity);
    CHECK(is_nan(dot(e5m2, block_of(127, {0x7C, 0x7C}), e5m2, block_of(127, {0x3C, 0xBC}))));
    CHECK(is_nan(dot(e5m2, infinite, e5m2, one, -infinity)));
    CHECK(dot(e5m2, infinite, e5m2, one, infinity) == infinity);
    CHECK(dot(e5m2, one, e5m2, one, -infinity) == -infinity);
    CHECK(is_nan(dot(e5m2, one, e5m2, one, std::bit_cast<float>(0xFFFFFFFFu))));
    CHECK(is_nan(dot("mxfp8_e4m3", block_of(127, {0xFF}), "mxfp4", zero)));
}

TEST_CASE("accumulation: one rounding, of the exact sum") {
    const auto add = [](float accumulator, uint8_t scale, uint8_t code) {
        return dot("mxfp4", block_of(scale, {code}), "mxfp4", block_of(127, {0x2}), accumulator);
    };
    CHECK(add(16777216.0f, 127, 0x2) == 16777216.0f);
    CHECK(add(16777216.0f, 127, 0x3) == 16777218.0f);
    CHECK(add(16777218.0f, 127, 0x2) == 16777220.0f);
    CHECK(add(-16777216.0f, 127, 0xB) == -16777218.0f);
    CHECK(bits(add(0.0f, 0, 0x1)) == 0x00200000);
    CHECK(bits(add(std::bit_cast<float>(0x00000001u), 0, 0x1)) == 0x00200001);
    CHECK(bits(add(std::numeric_limits<float>::max(), 230, 0x2)) == 0x7F800000);
    CHECK(bits(add(std::numeric_limits<float>::max(), 229, 0x3)) == 0x7F7FFFFF);
    CHECK(bits(dot("mxfp4", uniform(0, 0x9), "mxfp4", uniform(0, 0x1))) == 0x80000000);
    CHECK(bits(dot("mxfp4", uniform(0, 0x0), "mxfp4", uniform(0, 0x1), -0.0f)) == 0);
    CHECK(bits(add(-1.0f, 127, 0x2)) == 0);
    // The block is 2^16 + 2^-9, 26 bits: rounded before the addition it would lose the second term.
    const Block a = block_of(127, {0x78, 0x01}), b = block_of(127, {0x78, 0x38});
    CHECK(dot("mxfp8_e4m3", a, "mxfp8_e4m3", b, -65536.0f) == std::ldexp(1.0f, -9));
}
