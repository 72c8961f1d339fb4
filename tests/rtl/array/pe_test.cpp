// Does a PE add the products of the weights it was last told to take, one cycle later, in every format?

#include <catch2/catch.hpp>

#include "Vpe.h"
#include "tests/rtl/array/operands.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"

namespace napier::test {

namespace {

constexpr int activation_bits = 32, weight_bits = 8;  // as tests/rtl/CMakeLists.txt builds it
constexpr int sum_bits = NAPIER_SUM_BITS;
const int held = held_bits(NAPIER_FORMATS, activation_bits, weight_bits);

void run(const PeFormat& format, uint64_t seed) {
    Random random(seed);
    Clocked<Vpe> pe;
    uint64_t weights = 0, next_weights = 0;
    const int kind_a = random.number(0, 8), kind_w = random.number(0, 8);
    pe->format_i = static_cast<uint8_t>(format.place);
    pe->weights_i = 0;
    pe->load_i = 1;
    pe.tick();
    for (int cycle = 0; cycle < 200; ++cycle) {
        const uint64_t activations = operand_bits(random, kind_a) & 0xffffffff;
        const int64_t above = random.between(-1000, 1000);
        next_weights = operand_bits(random, kind_w) & ((uint64_t{1} << held) - 1);
        pe->activations_i = static_cast<uint32_t>(activations);
        set_port_bits(pe->sum_i, 0, sum_bits, static_cast<uint64_t>(above));
        set_port_bits(pe->weights_i, 0, static_cast<size_t>(held), next_weights);
        pe->load_i = random.chance(20);
        const bool load = pe->load_i != 0;
        pe.tick();
        const int64_t expected = above + pe_product(format, activations, weights);
        REQUIRE(sign_extend(port_bits(pe->sum_o, 0, sum_bits), sum_bits) == expected);
        if (load) weights = next_weights;
    }
}

}  // namespace

TEST_CASE("streams of random and extreme operands") {
    for (const PeFormat& format : pe_formats(NAPIER_FORMATS, activation_bits, weight_bits)) {
        for (uint64_t seed = 0; seed < 300; ++seed) run(format, seed);
    }
}

}  // namespace napier::test
