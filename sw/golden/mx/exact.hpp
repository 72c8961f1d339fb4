#pragma once
// Sums of binary numbers without rounding, and the one rounding to float32 that ends them.

#include <array>
#include <cstddef>
#include <cstdint>

#include "sw/base/int128.hpp"

namespace napier::golden::mx {

// An integer times 2^-320, of 640 bits in two's complement. Sums must stay below 2^319 in magnitude: those of float32
// values, 2^-149 to 2^128, and of block dot products with their scales, 2^-286 to 2^292, do.
class Exact {
public:
    // Adds significand * 2^exponent; abs(significand) < 2^96, exponent >= -320.
    void add(Int128 significand, int exponent);

    // Adds a finite float32.
    void add(float value);

    bool is_zero() const;

    // The nearest float32, of two equally near ones the even one; subnormal results are kept, from 2^128 - 2^103 on in
    // magnitude infinity. Zero is +0; what rounds to zero has the sign of the sum.
    float round() const;

private:
    static constexpr int point = 320;
    static constexpr int words = 20;

    bool is_negative() const { return (word_.back() >> 31) != 0; }
    Exact magnitude() const;
    bool bit(int place) const { return (word_[static_cast<size_t>(place / 32)] >> (place % 32) & 1) != 0; }
    int highest_bit() const;          // the sum is not zero
    bool any_below(int place) const;  // is a lower bit set?

    std::array<uint32_t, words> word_{};  // lowest first
};

// a + b in float32: any NaN, or infinities of both signs, give the NaN 0x7FC00000; else as Exact::round.
float add(float a, float b);

}  // namespace napier::golden::mx
