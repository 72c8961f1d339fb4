#include "sw/golden/requantize.hpp"

namespace napier::golden {

Int128 round_half_even(Int128 value, int shift) {
    const Int128 unit = Int128{1} << shift;
    Int128 quotient = value / unit;
    Int128 remainder = value % unit;
    if (remainder < 0) {  // make it the floor
        quotient -= 1;
        remainder += unit;
    }
    const bool above = 2 * remainder > unit;
    const bool tie = 2 * remainder == unit;
    const bool odd = quotient % 2 != 0;
    return above || (tie && odd) ? quotient + 1 : quotient;
}

Int128 scaled_value(const Requantization& column, int64_t accumulator, int residual) {
    Int128 sum = Int128{accumulator} + column.bias;
    if (column.rectified && sum < 0) {
        sum = 0;
    }
    Int128 value = sum * column.significand;
    if (column.has_residual) {
        value += Int128{residual - column.residual_zero} * column.residual_significand;
    }
    return value;
}

int8_t requantize(const Requantization& column, int64_t accumulator, int residual) {
    const Int128 rounded = round_half_even(scaled_value(column, accumulator, residual), column.shift);
    Int128 output = rounded + column.output_zero;
    if (output < column.clamp_low) {
        output = column.clamp_low;
    }
    if (output > column.clamp_high) {
        output = column.clamp_high;
    }
    return static_cast<int8_t>(output);
}

}  // namespace napier::golden
