#pragma once
// From an accumulator to an int8 output, exactly: one rounding, to nearest even.

#include <cstdint>

#include "sw/base/int128.hpp"

namespace napier::golden {

// What the post-processor knows of one output column.
struct Requantization {
    int32_t bias = 0;
    uint32_t significand = 0;           // below 2^24
    int shift = 0;                      // 0..63
    int output_zero = 0;                // -128..127
    int clamp_low = -128, clamp_high = 127;
    bool rectified = false;
    bool has_residual = false;
    int residual_zero = 0;              // -128..127
    uint32_t residual_significand = 0;  // below 2^24, at the same shift
};

// value / 2^shift rounded to nearest, ties to even. shift: 0..63.
Int128 round_half_even(Int128 value, int shift);

// (accumulator + bias) * significand + (residual - residual_zero) * residual_significand, before the division by
// 2^shift; rectified, with 0 for a negative accumulator + bias. Exact for every |accumulator| < 2^62.
Int128 scaled_value(const Requantization& column, int64_t accumulator, int residual);

// The output byte: clamp(round_half_even(scaled_value / 2^shift) + output_zero). residual is ignored without
// has_residual.
int8_t requantize(const Requantization& column, int64_t accumulator, int residual = 0);

}  // namespace napier::golden
