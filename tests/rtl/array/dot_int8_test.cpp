// Is every product of two int8 operands right, on every lane?

#include <catch2/catch.hpp>

#include "Vdot_int8.h"
#include "tests/rtl/ports.hpp"

namespace napier::test {

namespace {

constexpr int lanes = 2, lanes_max = 4, value_bits = 16;  // as tests/rtl/CMakeLists.txt builds it

}  // namespace

TEST_CASE("all operand pairs") {
    Vdot_int8 dot;
    int wrong = 0;
    for (int a = -128; a <= 127; ++a) {
        for (int w = -128; w <= 127; ++w) {
            for (int lane = 0; lane < lanes; ++lane) {
                // The other lane works on other operands.
                set_port_bits(dot.activations_i, static_cast<size_t>(8 * lane), 8, static_cast<uint64_t>(a));
                set_port_bits(dot.activations_i, static_cast<size_t>(8 * (1 - lane)), 8, static_cast<uint64_t>(~a));
                set_port_bits(dot.weights_i, static_cast<size_t>(8 * lane), 8, static_cast<uint64_t>(w));
                set_port_bits(dot.weights_i, static_cast<size_t>(8 * (1 - lane)), 8, static_cast<uint64_t>(w + 1));
                dot.eval();
                const uint64_t value = port_bits(dot.values_o, static_cast<size_t>(value_bits * lane), value_bits);
                if (sign_extend(value, value_bits) != a * w || dot.negates_o != 0) {
                    if (wrong++ == 0) UNSCOPED_INFO("lane " << lane << ": " << a << " * " << w);
                }
            }
        }
    }
    REQUIRE(wrong == 0);
}

TEST_CASE("lanes the format does not fill are zero") {
    Vdot_int8 dot;
    set_port_bits(dot.activations_i, 0, 32, 0xffffffff);
    set_port_bits(dot.weights_i, 0, 16, 0xffff);
    dot.eval();
    REQUIRE(port_bits(dot.values_o, value_bits * lanes, value_bits * (lanes_max - lanes)) == 0);
}

}  // namespace napier::test
