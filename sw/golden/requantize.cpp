#include "sw/golden/requantize.hpp"

namespace napier::golden {

int128 round_half_even(int128 value, int shift) {
    const int128 unit = int128{1} << shift;
    int128 quotient = value / unit;
    int128 remainder = value % unit;
    if (remainder < 0) {  // make it the floor
        quotient -= 1;
        remainder += unit;
    }
    const bool above = 2 * remainder > unit;
    const bool tie = 2 * remainder == unit;
    const bool odd = quotient % 2 != 0;
    return above || (tie && odd) ? quotient + 1 : quotient;
}

int128 scaled_value(const Requantization& column, int64_t accumulator, int residual) {
    int128 value = (int128{accumulator} + column.bias) * column.significand;
    if (column.has_residual) {
        value += int128{residual - column.residual_zero} * column.residual_significand;
    }
    return value;
}

int8_t requantize(const Requantization& column, int64_t accumulator, int residual) {
    const int128 rounded = round_half_even(scaled_value(column, accumulator, residual), column.shift);
    int128 output = rounded + column.output_zero;
    if (output < column.clamp_low) {
        output = column.clamp_low;
    }
    if (output > column.clamp_high) {
        output = column.clamp_high;
    }
    return static_cast<int8_t>(output);
}

}  // namespace napier::golden
