// Does a format's module give the term of every pair of operands on every lane, and zero on lanes it does not fill?

#include <catch2/catch.hpp>

#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"
#include "tests/rtl/ports.hpp"

#include NAPIER_HEADER

namespace napier::test {

namespace {

// As tests/rtl/CMakeLists.txt builds it.
constexpr int activation_bits = NAPIER_ACTIVATION_BITS, weight_bits = NAPIER_WEIGHT_BITS;
constexpr int lanes_max = NAPIER_LANES_MAX, value_bits = NAPIER_VALUE_BITS;

const spec::Format& format = spec::find_format(NAPIER_FORMAT);
const int lanes = std::min(activation_bits / format.activation_bits, weight_bits / format.weight_bits);
const int held_bits = std::max(weight_bits, lanes * format.held_bits);

// What the adder tree makes of a lane.
int64_t lane_term(const NAPIER_DOT& dot, int lane) {
    const uint64_t negate = port_bits(dot.negates_o, static_cast<size_t>(lane), 1);
    const uint64_t value = port_bits(dot.values_o, static_cast<size_t>(value_bits * lane), value_bits);
    return sign_extend(value ^ (negate != 0 ? (uint64_t{1} << value_bits) - 1 : 0), value_bits) +
           static_cast<int64_t>(negate);
}

// Operands of a lane, different on neighbouring lanes.
uint32_t operand(uint32_t code, int lane, int bits) {
    return (code + 37 * static_cast<uint32_t>(lane)) & ((uint32_t{1} << bits) - 1);
}

}  // namespace

TEST_CASE("all operand pairs") {
    NAPIER_DOT dot;
    const formats::Arithmetic& arithmetic = formats::arithmetic(format);
    int wrong = 0;
    for (uint32_t a = 0; a < uint32_t{1} << format.activation_bits; ++a) {
        for (int lane = 0; lane < lanes; ++lane) {
            set_port_bits(dot.activations_i, static_cast<size_t>(lane * format.activation_bits),
                          static_cast<size_t>(format.activation_bits), operand(a, lane, format.activation_bits));
        }
        for (uint32_t w = 0; w < formats::code_count(format); ++w) {
            for (int lane = 0; lane < lanes; ++lane) {
                set_port_bits(dot.weights_i, static_cast<size_t>(lane * format.held_bits),
                              static_cast<size_t>(format.held_bits), operand(w, lane, format.held_bits));
            }
            dot.eval();
            for (int lane = 0; lane < lanes; ++lane) {
                const int activation = static_cast<int8_t>(operand(a, lane, format.activation_bits));
                const int weight = arithmetic.decode(operand(w, lane, format.held_bits));
                if (lane_term(dot, lane) != arithmetic.term(activation, weight)) {
                    if (wrong++ == 0) UNSCOPED_INFO("lane " << lane << ": " << activation << ", " << weight);
                }
            }
        }
    }
    REQUIRE(wrong == 0);
}

TEST_CASE("lanes the format does not fill are zero") {
    NAPIER_DOT dot;
    REQUIRE(lanes < lanes_max);
    set_port_bits(dot.activations_i, 0, activation_bits, ~uint64_t{0});
    set_port_bits(dot.weights_i, 0, static_cast<size_t>(held_bits), ~uint64_t{0});
    dot.eval();
    for (int lane = lanes; lane < lanes_max; ++lane) REQUIRE(lane_term(dot, lane) == 0);
}

}  // namespace napier::test
