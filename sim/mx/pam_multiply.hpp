#pragma once
// Twin of rtl/mx/pam_multiply.sv: the piecewise-affine product of two bfloat16 as a float32, patterns all.

#include <cstdint>

#include "sim/mx/block_accumulate.hpp"

namespace napier::sim {

inline uint32_t pam_multiply(uint16_t a, uint16_t b) {
    const uint32_t x = a & 0x7fffu, y = b & 0x7fffu;
    const uint32_t sign = static_cast<uint32_t>((a ^ b) & 0x8000) << 16;
    constexpr uint32_t normal = 0x0080, infinity = 0x7f80, one = 0x3f80;
    if (x >= infinity || y >= infinity) return float32_nan;
    // x + y - one is normal from normal + one on.
    if (x < normal || y < normal || x + y < normal + one) return sign;
    return x + y >= infinity + one ? float32_nan : sign | (x + y - one) << 16;
}

}  // namespace napier::sim
