#pragma once
// Twin of rtl/post/requantize.sv: one output byte, exactly.

#include <algorithm>
#include <cstdint>

namespace napier::sim {

// What stays the same for a column of a job.
struct ColumnScale {
    int32_t bias;
    int64_t significand;  // below 2^24
    int shift;            // 0..63
};
struct OutputRange {
    int zero, low, high;  // -128..127
};

// The low `bits` (1 to 32) of a value, as two's complement.
inline int64_t wrap(int64_t value, int bits) {
    const int unused = 64 - bits;
    return static_cast<int64_t>(static_cast<uint64_t>(value) << unused) >> unused;
}

// value / 2^shift rounded to nearest, ties to even.
inline int64_t round_half_even(int64_t value, int shift) {
    if (shift == 0) return value;
    const int64_t floor = value >> shift;
    const uint64_t rest = static_cast<uint64_t>(value) << (64 - shift);  // the part behind the point, from bit 63 down
    constexpr uint64_t half = uint64_t{1} << 63;
    const bool up = rest > half || (rest == half && (floor & 1) != 0);
    return floor + (up ? 1 : 0);
}

// rectify: 0 stands for a biased accumulator below it. residual: (residual_byte - residual_zero) *
// residual_significand, or 0. |all| stays below 2^57.
inline uint8_t requantize(int64_t accumulator, const ColumnScale& column, int accumulator_bits, bool rectify,
                          int64_t residual, const OutputRange& range) {
    const int64_t biased = wrap(accumulator + column.bias, accumulator_bits);
    const int64_t value = (rectify && biased < 0 ? 0 : biased) * column.significand + residual;
    const int64_t y = round_half_even(value, column.shift) + range.zero;
    return static_cast<uint8_t>(std::min<int64_t>(std::max<int64_t>(y, range.low), range.high));
}

}  // namespace napier::sim
