// Does every code of every number format mean what the description says, for every operand pair?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace {

using namespace napier;

// a*w by adding up, bit for bit of the two's complement code.
int product_of_bits(int activation, uint32_t code, int bits) {
    int sum = 0;
    for (int bit = 0; bit < bits; ++bit) {
        const int weight_of_bit = bit == bits - 1 ? -(1 << bit) : 1 << bit;
        for (int i = 0; (code >> bit & 1) != 0 && i < std::abs(weight_of_bit); ++i) {
            sum += weight_of_bit < 0 ? -activation : activation;
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("int8: every activation times every code") {
    const spec::Format& format = spec::find_format("int8");
    const formats::Arithmetic& int8 = formats::arithmetic(format);
    REQUIRE(formats::code_count(format) == 256);
    int pairs = 0;
    for (uint32_t code = 0; code < 256; ++code) {
        for (int activation = -128; activation <= 127; ++activation) {
            if (int8.term(activation, int8.decode(code)) != product_of_bits(activation, code, 8)) {
                FAIL("activation " << activation << ", code " << code);
            }
            ++pairs;
        }
    }
    CHECK(pairs == 65536);
    CHECK(int8.decode(0x7f) == 127);
    CHECK(int8.decode(0x80) == -128);
    CHECK(int8.term(-128, -128) == 16384);
}

TEST_CASE("ternary: every activation with every code") {
    const spec::Format& format = spec::find_format("ternary");
    const formats::Arithmetic& ternary = formats::arithmetic(format);
    REQUIRE(formats::code_count(format) == 4);
    for (int activation = -128; activation <= 127; ++activation) {
        CHECK(ternary.term(activation, ternary.decode(0b00)) == 0);
        CHECK(ternary.term(activation, ternary.decode(0b01)) == activation);
        CHECK(ternary.term(activation, ternary.decode(0b10)) == 0);
        CHECK(ternary.term(activation, ternary.decode(0b11)) == -activation);
    }
}

TEST_CASE("every term fits the format's value_bits, and one bit less does not hold them all") {
    for (const spec::Format& format : spec::formats) {
        const formats::Arithmetic& arithmetic = formats::arithmetic(format);
        int least = 0, greatest = 0;
        for (uint32_t code = 0; code < formats::code_count(format); ++code) {
            for (int activation = -128; activation <= 127; ++activation) {
                const int term = arithmetic.term(activation, arithmetic.decode(code));
                least = std::min(least, term);
                greatest = std::max(greatest, term);
            }
        }
        INFO(format.name);
        if (format.multiplies) {
            CHECK(greatest < 1 << (format.value_bits - 1));
            CHECK(least >= -(1 << (format.value_bits - 1)));
            CHECK(greatest >= 1 << (format.value_bits - 2));
        } else {  // a value and a negate bit apart
            CHECK(greatest == 1 << (format.value_bits - 1));
            CHECK(least == -greatest);
        }
    }
}

TEST_CASE("encode gives a code that decodes to the weight, exactly for the weights a code exists for") {
    for (const spec::Format& format : spec::formats) {
        const formats::Arithmetic& arithmetic = formats::arithmetic(format);
        std::set<int> weights;
        for (uint32_t code = 0; code < formats::code_count(format); ++code) {
            weights.insert(arithmetic.decode(code));
        }
        for (int weight = -300; weight <= 300; ++weight) {
            INFO(format.name << " " << weight);
            const std::optional<uint32_t> code = formats::encode(format, weight);
            CHECK(code.has_value() == (weights.count(weight) == 1));
            if (code) {
                CHECK(*code < formats::code_count(format));
                CHECK(arithmetic.decode(*code) == weight);
            }
        }
    }
    CHECK(formats::encode(spec::find_format("ternary"), -1) == 0b11u);
    CHECK(formats::encode(spec::find_format("ternary"), 0) == 0b00u);
    CHECK(formats::encode(spec::find_format("ternary"), 1) == 0b01u);
    CHECK(formats::encode(spec::find_format("int8"), -1) == 0xffu);
}

TEST_CASE("the cheapest format that holds the weights") {
    CHECK(formats::cheapest(std::vector<int8_t>{}).name == std::string("ternary"));
    CHECK(formats::cheapest(std::vector<int8_t>{-1, 0, 1}).name == std::string("ternary"));
    CHECK(formats::cheapest(std::vector<int8_t>{-1, 0, 2}).name == std::string("int8"));
    CHECK(formats::cheapest(std::vector<int8_t>{-128}).name == std::string("int8"));
    CHECK_FALSE(formats::holds(spec::find_format("ternary"), std::vector<int8_t>{0, -2}));
}

TEST_CASE("codes of formats") {
    CHECK(formats::find_code(spec::format_int8) == &spec::formats[spec::format_int8]);
    CHECK(formats::find_code(15) == nullptr);
    CHECK(formats::arithmetics().size() == std::size(spec::formats));
    spec::Format unknown = spec::formats[0];
    unknown.name = "unknown";
    CHECK_THROWS_AS(formats::arithmetic(unknown), Error);
}
