// Does the simulator requantize as the golden model does, at ties, ends and the widest values?

#include "sim/post/requantize.hpp"

#include <catch2/catch.hpp>

#include "sw/golden/requantize.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

TEST_CASE("requantization of random and adverse operands") {
    Random random(3);
    for (int i = 0; i < 200000; ++i) {
        const int bits = random.number(16, 32);
        const int64_t most = int64_t{1} << (bits - 1);
        const auto number = [&] {
            return random.chance(20) ? (random.chance(50) ? most - 1 : -most) : random.between(-most, most - 1);
        };
        const int64_t accumulator = random.chance(30) ? random.between(-300, 300) : number();
        const int32_t bias = static_cast<int32_t>(random.chance(30) ? 0 : number());
        const bool power = random.chance(30);
        const int64_t significand = power ? int64_t{1} << random.number(0, 23) : random.between(0, 0xffffff);
        const bool has_residual = random.chance(50);
        golden::Requantization column;
        column.significand = static_cast<uint32_t>(significand);
        column.shift = random.number(0, 63);
        column.output_zero = random.number(-128, 127);
        column.clamp_low = random.chance(70) ? -128 : random.number(-128, 127);
        column.clamp_high = random.chance(70) ? 127 : random.number(-128, 127);
        column.rectified = random.chance(50);
        column.has_residual = has_residual;
        column.residual_zero = random.number(-128, 127);
        column.residual_significand = static_cast<uint32_t>(random.between(0, 0xffffff));
        const int residual = random.number(-128, 127);
        const int64_t scale = has_residual ? column.residual_significand : 0;
        const int64_t addend = (residual - column.residual_zero) * scale;
        const int64_t sum = sim::wrap(accumulator + bias, bits);
        const uint8_t byte = sim::requantize(accumulator, {bias, significand, column.shift}, bits,
                                             column.rectified, addend,
                                             {column.output_zero, column.clamp_low, column.clamp_high});
        if (static_cast<int8_t>(byte) != golden::requantize(column, sum, residual)) {
            FAIL("accumulator " << accumulator << " bias " << bias << " bits " << bits << " shift " << column.shift);
        }
    }
    SUCCEED();
}

}  // namespace napier::test
