#pragma once
// Twin of rtl/mx/block_accumulate.sv: an exact sum of products enters a float32 accumulator, with one rounding.

#include <cstdint>

namespace napier::sim {

__extension__ typedef unsigned __int128 Wide;

// (-1)^negative * magnitude * 2^exponent, or NaN, or an infinity of that sign.
struct BlockSum {
    bool nan = false, infinite = false, negative = false;
    Wide magnitude = 0;  // below 2^100
    int exponent = 0;
};

constexpr uint32_t float32_nan = 0x7fc00000, float32_infinity = 0x7f800000;

// round(accumulator + sum), to nearest, ties to even; patterns of float32. See the RTL for zeros and special values.
uint32_t block_accumulate(uint32_t accumulator, const BlockSum& sum);

}  // namespace napier::sim
