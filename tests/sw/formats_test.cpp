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

TEST_CASE("int4: every activation times every code") {
    const formats::Arithmetic& int4 = formats::arithmetic(spec::find_format("int4"));
    REQUIRE(formats::code_count(spec::find_format("int4")) == 16);
    for (uint32_t code = 0; code < 16; ++code) {
        for (int activation = -128; activation <= 127; ++activation) {
            REQUIRE(int4.term(activation, int4.decode(code)) == product_of_bits(activation, code, 4));
        }
    }
}

TEST_CASE("binary: every activation with both codes") {
    const formats::Arithmetic& binary = formats::arithmetic(spec::find_format("binary"));
    REQUIRE(formats::code_count(spec::find_format("binary")) == 2);
    for (int activation = -128; activation <= 127; ++activation) {
        CHECK(binary.term(activation, binary.decode(0)) == activation);
        CHECK(binary.term(activation, binary.decode(1)) == -activation);
    }
}

TEST_CASE("shift: every activation with every code") {
    const formats::Arithmetic& shift = formats::arithmetic(spec::find_format("shift"));
    REQUIRE(formats::code_count(spec::find_format("shift")) == 16);
    for (int activation = -128; activation <= 127; ++activation) {
        int term = 0;
        for (uint32_t exponent = 0; exponent < 8; ++exponent) {
            REQUIRE(shift.term(activation, shift.decode(exponent)) == term);
            REQUIRE(shift.term(activation, shift.decode(8 + exponent)) == -term);
            term = exponent == 0 ? activation : term + term;
        }
    }
}

TEST_CASE("apot: every activation with every code is the sum of two terms of shift") {
    const formats::Arithmetic& apot = formats::arithmetic(spec::find_format("apot"));
    const formats::Arithmetic& shift = formats::arithmetic(spec::find_format("shift"));
    REQUIRE(formats::code_count(spec::find_format("apot")) == 256);
    for (uint32_t code = 0; code < 256; ++code) {
        const uint32_t sign = code >> 7 << 3;
        const uint32_t high = code >> 4 & 7, low = code & 7;
        for (int activation = -128; activation <= 127; ++activation) {
            REQUIRE(apot.term(activation, apot.decode(code)) ==
                    shift.term(activation, shift.decode(sign | high)) +
                        shift.term(activation, shift.decode(sign | low)));
        }
    }
    CHECK(apot.decode(0x77) == 128);
    CHECK(apot.decode(0xf7) == -128);
    CHECK(apot.decode(0x35) == 20);
    CHECK(apot.decode(0x3d) == 20);
}

TEST_CASE("xnor: every byte of activations with every byte of weights, by its table of equal and different") {
    const spec::Format& format = spec::find_format("xnor");
    const formats::Arithmetic& xnor = formats::arithmetic(format);
    REQUIRE(formats::code_count(format) == 256);
    REQUIRE(format.channels == 8);
    for (uint32_t code = 0; code < 256; ++code) {
        for (int activation = -128; activation <= 127; ++activation) {
            const uint32_t equal = ~(static_cast<uint32_t>(activation) ^ code) & 0xff;
            int sum = -8;
            for (uint32_t rest = equal; rest != 0; rest &= rest - 1) {
                sum += 2;
            }
            if (xnor.term(activation, xnor.decode(code)) != sum) {
                FAIL("activations " << activation << ", code " << code);
            }
        }
    }
    for (const int weight : {-1, 1}) {
        for (const int activation : {-1, 1}) {
            CHECK(formats::channel_term(format, activation, weight) == (activation == weight ? 1 : -1));
        }
    }
    CHECK(formats::channel_code_bits(format) == 1);
    CHECK(formats::encode(format, +1) == 0u);
    CHECK(formats::encode(format, -1) == 1u);
    CHECK_FALSE(formats::encode(format, 0));
    CHECK(formats::holds(format, std::vector<int8_t>{1, -1}));
    CHECK_FALSE(formats::holds(format, std::vector<int8_t>{1, 0}));
}

TEST_CASE("adder: every activation with every code, by counting the steps between them") {
    const formats::Arithmetic& adder = formats::arithmetic(spec::find_format("adder"));
    REQUIRE(formats::code_count(spec::find_format("adder")) == 256);
    for (uint32_t code = 0; code < 256; ++code) {
        const int weight = code < 128 ? int(code) : int(code) - 256;
        for (int activation = -128; activation <= 127; ++activation) {
            int steps = 0;
            for (int at = std::min(weight, activation); at < std::max(weight, activation); ++at) {
                ++steps;
            }
            if (adder.term(activation, adder.decode(code)) != -steps) {
                FAIL("activation " << activation << ", code " << code);
            }
        }
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
        // Without a multiplier, and of one channel, a value and its negation are apart, and the negation may be one
        // more than the value.
        const int extra = format.multiplies || format.channels > 1 ? 0 : 1;
        const int half = 1 << (format.value_bits - 1), quarter = half / 2;
        CHECK((least >= -half && greatest < half + extra));
        CHECK((least < -quarter || greatest >= quarter + extra));
    }
}

TEST_CASE("encode gives a code that decodes to the weight, exactly for the weights a code exists for") {
    for (const spec::Format& format : spec::formats) {
        if (format.channels > 1) {
            continue;
        }
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
    CHECK(formats::encode(spec::find_format("binary"), -1) == 1u);
    CHECK(formats::encode(spec::find_format("shift"), -64) == 0xfu);
    CHECK(formats::encode(spec::find_format("apot"), 3) == 0x12u);
}

TEST_CASE("the cheapest format that holds the weights") {
    CHECK(formats::cheapest(std::vector<int8_t>{}).name == std::string("binary"));
    CHECK(formats::cheapest(std::vector<int8_t>{-1, 1}).name == std::string("binary"));
    CHECK(formats::cheapest(std::vector<int8_t>{-1, 0, 1}).name == std::string("ternary"));
    CHECK(formats::cheapest(std::vector<int8_t>{-1, 0, 2}).name == std::string("shift"));
    CHECK(formats::cheapest(std::vector<int8_t>{-64, 64}).name == std::string("shift"));
    CHECK(formats::cheapest(std::vector<int8_t>{-8, 7}).name == std::string("int4"));
    CHECK(formats::cheapest(std::vector<int8_t>{-128, 0, 13}).name == std::string("palette"));
    std::vector<int8_t> weights;
    for (int i = 0; i < 16; ++i) weights.insert(weights.end(), 2, static_cast<int8_t>(11 * i - 127));
    CHECK(formats::cheapest(weights).name == std::string("palette"));
    weights.push_back(2);
    CHECK(formats::cheapest(weights).name == std::string("int8"));
    weights = {-128, 96, -5, 1, 2, 3, 4, -6, 8, 9, 10, 12, 16, 17, 18, 20, -24};
    CHECK(formats::cheapest(weights).name == std::string("apot"));
    weights.push_back(-127);
    CHECK(formats::cheapest(weights).name == std::string("int8"));
    CHECK_FALSE(formats::holds(spec::find_format("ternary"), std::vector<int8_t>{0, -2}));
}

TEST_CASE("a palette holds any sixteen weights, and no seventeenth") {
    const spec::Format& palette = spec::find_format("palette");
    std::vector<int8_t> weights;
    for (int i = 0; i < 16; ++i) {
        weights.push_back(static_cast<int8_t>(-128 + 17 * i));
        weights.push_back(weights.back());
        CHECK(formats::holds(palette, weights));
    }
    weights.push_back(0);
    CHECK_FALSE(formats::holds(palette, weights));
    CHECK(formats::most_weights(palette) == 16);
    CHECK(formats::arithmetic(palette).decode(0x80) == -128);
}

TEST_CASE("vectors of a row each have a scale that makes four-bit numbers of them") {
    const spec::Format& vsq = spec::find_format("vsq");
    const auto scale = [&](const std::vector<int8_t>& weights) { return formats::vector_scale(vsq, weights); };
    CHECK(scale({}) == 1);
    CHECK(scale({0, 0}) == 1);
    CHECK(scale({-8, 7}) == 1);
    CHECK(scale({8, 2}) == 2);
    CHECK(scale({-120, 105}) == 15);
    CHECK(scale({126}) == 18);
    CHECK(scale({-126, 63}) == 21);
    CHECK_FALSE(scale({8, 1}));
    CHECK(scale({127}) == 127);
    CHECK(scale({-128, 64}) == 16);
    CHECK_FALSE(scale({127, 1}));
    std::vector<int8_t> weights(32, 7);
    for (size_t i = 16; i < 32; ++i) weights[i] = static_cast<int8_t>(15 * (static_cast<int>(i) - 24));
    CHECK(formats::holds(vsq, weights, 32));
    CHECK(formats::holds(vsq, weights, 16));
    CHECK_FALSE(formats::holds(vsq, weights, 15));  // a row begins with the first vector's last
    std::rotate(weights.begin(), weights.begin() + 1, weights.end());
    CHECK_FALSE(formats::holds(vsq, weights, 32));
    weights = {-120, -105, -90, -75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75, 90, 105, -7, -6, -5, -4, -3, -2, -1};
    weights.resize(32, 1);
    CHECK(formats::cheapest(weights, spec::Operation::product, 32).name == std::string("vsq"));
    CHECK(formats::cheapest(weights, spec::Operation::product, 1).name == std::string("int8"));  // 4 + 8 bits a weight
}

TEST_CASE("formats with a weight that makes every term zero") {
    for (const char* name : {"int8", "ternary", "int4", "shift", "apot", "palette", "vsq"}) {
        CHECK(formats::annuls(spec::find_format(name)));
    }
    for (const char* name : {"binary", "xnor", "adder"}) {
        CHECK_FALSE(formats::annuls(spec::find_format(name)));
    }
}

TEST_CASE("codes of formats") {
    CHECK(formats::find_code(spec::format_int8) == &spec::formats[spec::format_int8]);
    CHECK(formats::find_code(15) == nullptr);
    CHECK(formats::channel_term(spec::find_format("adder"), 3, 5) == -2);
    CHECK(formats::arithmetics().size() == std::size(spec::formats));
    spec::Format unknown = spec::formats[0];
    unknown.name = "unknown";
    CHECK_THROWS_AS(formats::arithmetic(unknown), Error);
}
