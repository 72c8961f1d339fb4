#pragma once
// Twin of rtl/mx/float32_add.sv: the sum of two float32 in the rounding mode every host starts in, one pattern of NaN
// and one of a zero sum.

#include <bit>
#include <cstdint>
#include <limits>

#include "sim/mx/block_accumulate.hpp"

namespace napier::sim {

static_assert(std::numeric_limits<float>::is_iec559);

inline uint32_t float32_add(uint32_t a, uint32_t b) {
    const float sum = std::bit_cast<float>(a) + std::bit_cast<float>(b);
    return sum != sum ? float32_nan : sum == 0 ? 0 : std::bit_cast<uint32_t>(sum);
}

}  // namespace napier::sim
