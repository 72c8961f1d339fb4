// Is every product of an int8 activation and a trit right, on every lane, with the code that means nothing as zero?

#include <catch2/catch.hpp>

#include "Vdot_ternary.h"
#include "tests/rtl/ports.hpp"

namespace napier::test {

namespace {

constexpr int lanes = 4, value_bits = 16;  // as tests/rtl/CMakeLists.txt builds it
constexpr int weight_of_code[] = {0, 1, 0, -1};

// What the adder tree makes of a lane.
int64_t lane_value(const Vdot_ternary& dot, int lane) {
    const uint64_t negate = dot.negates_o >> lane & 1;
    const uint64_t value = port_bits(dot.values_o, static_cast<size_t>(value_bits * lane), value_bits);
    return sign_extend(value ^ (negate != 0 ? 0xffff : 0), value_bits) + static_cast<int64_t>(negate);
}

}  // namespace

TEST_CASE("all operand pairs") {
    Vdot_ternary dot;
    int wrong = 0;
    for (int a = -128; a <= 127; ++a) {
        for (uint32_t codes = 0; codes < 256; ++codes) {
            for (int lane = 0; lane < lanes; ++lane) {
                const size_t lsb = static_cast<size_t>(8 * lane);
                set_port_bits(dot.activations_i, lsb, 8, static_cast<uint64_t>(a + 37 * lane));
            }
            dot.weights_i = static_cast<uint8_t>(codes);
            dot.eval();
            for (int lane = 0; lane < lanes; ++lane) {
                const int activation = static_cast<int8_t>(a + 37 * lane);
                const int weight = weight_of_code[codes >> (2 * lane) & 3];
                if (lane_value(dot, lane) != activation * weight) {
                    if (wrong++ == 0) UNSCOPED_INFO("lane " << lane << ": " << activation << " * " << weight);
                }
            }
        }
    }
    REQUIRE(wrong == 0);
}

}  // namespace napier::test
