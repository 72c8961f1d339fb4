#pragma once
// Exact sum of a float32 and a wide binary number, rounded once to nearest even: the addition behind the accumulators
// of microscaling and of the piecewise-affine product. docs/microscaling.md ("Accumulation") has every case.

#include <systemc>

namespace napier::hls {

using Float32 = sc_dt::sc_uint<32>;  // a bit pattern
constexpr unsigned float32_nan = 0x7FC00000;

// (-1)^negative * magnitude * 2^exponent, an infinity of that sign, or NaN.
struct Number {
    static constexpr int bits = 72;
    bool nan = false, infinite = false, negative = false;
    sc_dt::sc_biguint<bits> magnitude = 0;
    int exponent = 0;
};

// A window that holds the greater operand with room for a carry, and the smaller one down to a sticky bit.
constexpr int window_bits = 128;
using Window = sc_dt::sc_biguint<window_bits>;

inline int bit_length(const Window& value) {
    int length = 0;
    for (int bit = 0; bit < window_bits; ++bit) {
#pragma hls_unroll yes
        if (value.test(bit)) length = bit + 1;
    }
    return length;
}

inline Number unpack(Float32 pattern) {
    const sc_dt::sc_uint<8> field = pattern.range(30, 23);
    const sc_dt::sc_uint<23> fraction = pattern.range(22, 0);
    Number number;
    number.negative = pattern[31].to_bool();
    number.nan = field == 255 && fraction != 0;
    number.infinite = field == 255 && fraction == 0;
    number.magnitude = fraction.to_uint() | (field != 0 ? 1u << 23 : 0u);
    number.exponent = (field == 0 ? 1 : field.to_int()) - 150;
    return number;
}

// magnitude >> places, its lowest bit set if a one was lost; places < 0 moves up.
inline Window moved(const Window& magnitude, int places) {
    if (places <= 0) return magnitude << -places;
    if (places >= window_bits) return magnitude == 0 ? Window(0) : Window(1);
    const Window kept = magnitude >> places;
    return (kept << places) == magnitude ? kept : Window(kept | Window(1));
}

// The nearest float32 of magnitude * 2^exponent, ties to even; infinity from 2^128 - 2^103 on.
inline Float32 rounded(bool negative, const Window& magnitude, int exponent) {
    const Float32 sign = negative ? 0x80000000u : 0u;
    if (magnitude == 0) return sign;
    const int last = std::max(exponent + bit_length(magnitude) - 24, -149);  // exponent of the result's last bit
    // Three bits below the last one: half, and two that say whether it is more.
    const Window fine = moved(magnitude, last - 3 - exponent);
    Window whole = fine >> 3;
    const unsigned rest = (fine & Window(7)).to_uint();
    if (rest > 4 || (rest == 4 && whole.test(0))) whole = whole + 1;
    // A carry out of the fraction counts the exponent up, also from the subnormal numbers.
    const unsigned units = whole.to_uint();
    const int field = units < (1u << 23) ? 0 : last + 150;
    const unsigned pattern = field == 0 ? units : (unsigned(field - 1) << 23) + units;
    return sign | Float32(pattern >= 0x7F800000u || field > 254 ? 0x7F800000u : pattern);
}

inline Float32 add(Float32 accumulator, const Number& term) {
    const Number sum = unpack(accumulator);
    if (sum.nan || term.nan || (sum.infinite && term.infinite && sum.negative != term.negative)) return float32_nan;
    if (sum.infinite) return accumulator;
    if (term.infinite) return term.negative ? 0xFF800000u : 0x7F800000u;
    const Window a = sum.magnitude, b = term.magnitude;
    const int a_top = a == 0 ? -100000 : sum.exponent + bit_length(a);
    const int b_top = b == 0 ? -100000 : term.exponent + bit_length(b);
    if (a == 0 && b == 0) return 0;
    // Exponent of the window's lowest bit.
    const int base = std::max(a_top, b_top) - (window_bits - 2);
    const Window a_moved = moved(a, base - sum.exponent), b_moved = moved(b, base - term.exponent);
    if (sum.negative == term.negative) return rounded(sum.negative, a_moved + b_moved, base);
    if (a_moved == b_moved) return 0;
    const bool a_greater = a_moved > b_moved;
    return rounded(a_greater ? sum.negative : term.negative,
                   a_greater ? Window(a_moved - b_moved) : Window(b_moved - a_moved), base);
}

}  // namespace napier::hls
