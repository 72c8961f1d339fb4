#pragma once
// bfloat16: the upper half of an IEEE 754 binary32.

#include <bit>
#include <cstdint>

namespace napier::formats {

inline constexpr uint16_t bfloat16_nan = 0x7FC0;
inline constexpr uint32_t float32_nan = 0x7FC00000;

// Nearest, ties to even; subnormals kept, overflow to infinity; every NaN becomes 0x7FC0.
constexpr uint16_t to_bfloat16(float value) {
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
        return bfloat16_nan;
    }
    const uint32_t kept = bits >> 16, rest = bits & 0xFFFF;
    const bool up = rest > 0x8000 || (rest == 0x8000 && (kept & 1) != 0);
    return static_cast<uint16_t>(kept + (up ? 1 : 0));
}

// Exact.
constexpr float from_bfloat16(uint16_t code) {
    return std::bit_cast<float>(uint32_t{code} << 16);
}

}  // namespace napier::formats
