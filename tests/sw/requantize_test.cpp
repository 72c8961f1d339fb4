// Is requantization the nearest integer, ties to even, for every shift, at ties and at the extremes?

#include <catch2/catch.hpp>

#include "sw/golden/requantize.hpp"
#include "tests/support/random.hpp"

namespace {

using napier::Int128;
using napier::golden::requantize;
using napier::golden::Requantization;
using napier::golden::round_half_even;

// The definition: no integer is nearer to value / 2^shift, and of two equally near ones it is the even one.
bool is_nearest_even(Int128 value, int shift, Int128 rounded) {
    const Int128 unit = Int128{1} << shift;
    const Int128 distance = value < rounded * unit ? rounded * unit - value : value - rounded * unit;
    return 2 * distance < unit || (2 * distance == unit && rounded % 2 == 0);
}

// The output by search over every byte: the clamp of the one integer that is_nearest_even accepts.
int output_by_search(const Requantization& column, int64_t accumulator, int residual) {
    Int128 value = Int128{column.significand} * (Int128{accumulator} + Int128{column.bias});
    if (column.rectified && accumulator + column.bias < 0) {
        value = 0;
    }
    if (column.has_residual) {
        value += Int128{column.residual_significand} * Int128{residual - column.residual_zero};
    }
    const int low = column.clamp_low, high = column.clamp_high;
    for (int output = low + 1; output < high; ++output) {
        if (is_nearest_even(value, column.shift, output - column.output_zero)) {
            return output;
        }
    }
    // At an end: the rounded value is low - output_zero or less exactly if value is nearer to it than to the next.
    const Int128 unit = Int128{1} << column.shift;
    const Int128 middle = 2 * Int128{low - column.output_zero} * unit + unit;  // twice the tie above the low end
    const bool tie_goes_down = (low - column.output_zero) % 2 == 0;
    return 2 * value < middle || (2 * value == middle && tie_goes_down) ? low : high;
}

int32_t random_extreme(napier::test::Random& random) {
    switch (random.number(0, 3)) {
        case 0: return INT32_MIN + random.number(0, 2);
        case 1: return INT32_MAX - random.number(0, 2);
        case 2: return random.number(-300, 300);
        default: return static_cast<int32_t>(random.between(INT32_MIN, INT32_MAX));
    }
}

}  // namespace

TEST_CASE("ties go to the even neighbour, everything else to the nearest") {
    CHECK(round_half_even(1, 1) == 0);
    CHECK(round_half_even(3, 1) == 2);
    CHECK(round_half_even(5, 1) == 2);
    CHECK(round_half_even(-1, 1) == 0);
    CHECK(round_half_even(-3, 1) == -2);
    CHECK(round_half_even(-5, 1) == -2);
    CHECK(round_half_even(7, 2) == 2);
    CHECK(round_half_even(-7, 2) == -2);
    CHECK(round_half_even(-9, 2) == -2);
    CHECK(round_half_even(-11, 2) == -3);
    CHECK(round_half_even(-12345, 0) == -12345);
    CHECK(round_half_even(Int128{1} << 62, 63) == 0);
    CHECK(round_half_even((Int128{1} << 62) + 1, 63) == 1);
    CHECK(round_half_even(-(Int128{1} << 62), 63) == 0);
    CHECK(round_half_even(-(Int128{1} << 62) - 1, 63) == -1);
    CHECK(round_half_even(3 * (Int128{1} << 62), 63) == 2);
}

TEST_CASE("every value of 14 bits at every shift up to 13") {
    for (int shift = 0; shift <= 13; ++shift) {
        for (int value = -8192; value < 8192; ++value) {
            if (!is_nearest_even(value, shift, round_half_even(value, shift))) {
                FAIL("value " << value << ", shift " << shift);
            }
        }
    }
}

TEST_CASE("values around every tie at every shift, up to the widest") {
    napier::test::Random random(1);
    for (int shift = 0; shift <= 63; ++shift) {
        for (int i = 0; i < 400; ++i) {
            const Int128 half = shift == 0 ? 0 : Int128{1} << (shift - 1);
            const Int128 value = Int128{random.number(-70000, 70000)} * half + random.number(-2, 2);
            if (!is_nearest_even(value, shift, round_half_even(value, shift))) {
                FAIL("shift " << shift);
            }
        }
    }
}

TEST_CASE("output bytes against a search over every byte") {
    napier::test::Random random(2);
    int ends = 0;
    for (int i = 0; i < 60000; ++i) {
        Requantization column;
        column.bias = random_extreme(random);
        column.shift = random.number(0, 63);
        column.significand = static_cast<uint32_t>(random.chance(20) ? 0xffffff : random.number(0, 0xffffff));
        column.output_zero = random.number(-128, 127);
        column.clamp_low = random.chance(50) ? -128 : random.number(-128, 0);
        column.clamp_high = random.chance(50) ? 127 : random.number(1, 127);
        column.rectified = random.chance(50);
        column.has_residual = random.chance(50);
        column.residual_zero = random.number(-128, 127);
        column.residual_significand = static_cast<uint32_t>(random.number(0, 0xffffff));
        const int residual = random.chance(30) ? -128 : random.number(-128, 127);
        int64_t accumulator = random_extreme(random);
        if (random.chance(60)) {  // a value that lands among the bytes, often on a tie
            column.significand = static_cast<uint32_t>(1) << random.number(0, 23);
            column.bias = random.number(-1000, 1000);
            column.residual_significand = column.significand << random.number(0, 1) & 0xffffff;
            column.shift = random.number(0, 30);
            accumulator = random.number(-20000, 20000);
        }
        const int output = requantize(column, accumulator, residual);
        ends += output == column.clamp_low || output == column.clamp_high;
        if (output != output_by_search(column, accumulator, residual)) {
            FAIL("case " << i << ": " << output << " instead of " << output_by_search(column, accumulator, residual));
        }
    }
    CHECK(ends < 50000);  // the search is not only about clamping
}

TEST_CASE("hand-computed outputs") {
    Requantization column;
    column.bias = -5;
    column.significand = 3;
    column.shift = 2;
    CHECK(requantize(column, 15) == 8);        // 30 / 4 = 7.5, even neighbour 8
    CHECK(requantize(column, 11) == 4);        // 18 / 4 = 4.5, even neighbour 4
    column.output_zero = 10;
    CHECK(requantize(column, 15) == 18);
    column.clamp_high = 17;
    CHECK(requantize(column, 15) == 17);
    column.has_residual = true;
    column.residual_zero = -3;
    column.residual_significand = 2;
    CHECK(requantize(column, 15, -128) == -45);  // (30 - 250) / 4 = -55
    column.rectified = true;
    CHECK(requantize(column, 15, -128) == -45);  // 10 is positive
    CHECK(requantize(column, 3, -128) == -52);   // -250 / 4 = -62.5, even neighbour -62
    CHECK(requantize(column, 3, 9) == 16);       // 24 / 4 = 6, whatever the accumulator
    column.rectified = false;
    CHECK(requantize(column, 3, 9) == 14);       // (24 - 6) / 4 = 4.5, even neighbour 4
    column.has_residual = false;
    column.clamp_low = -128;
    column.shift = 0;
    column.significand = 0xffffff;
    CHECK(requantize(column, INT64_C(-2147483648)) == -128);
}

TEST_CASE("a tie is even before the zero point is added, whatever the zero point") {
    Requantization column;
    column.significand = 1;
    column.shift = 1;
    for (int zero = -3; zero <= 3; ++zero) {
        column.output_zero = zero;
        CHECK(requantize(column, 1) == zero);      // 0.5 -> 0
        CHECK(requantize(column, 3) == zero + 2);  // 1.5 -> 2
        CHECK(requantize(column, -1) == zero);
    }
}
