#pragma once
// The product of each number format, stated once more for high-level synthesis: integers of stated widths, no
// pointers, no memory, every loop of constant length. Activation and weight as they lie in a lane; docs/numerics.md has
// the codes.

#include <systemc>

#include "sw/spec/spec.hpp"

namespace napier::hls {

// Widths of the format with this code.
template <int Code>
struct Widths {
    static constexpr spec::Format format = spec::formats[Code];
    static constexpr int activation_bits = format.activation_bits, weight_bits = format.weight_bits;
    using Activation = sc_dt::sc_int<activation_bits>;
    using Weight = sc_dt::sc_uint<weight_bits>;
    using Product = sc_dt::sc_int<format.value_bits + 1>;
};

struct Int8 : Widths<spec::format_int8> {
    static Product product(Activation a, Weight w) { return a * sc_dt::sc_int<weight_bits>(w); }
};

struct Int4 : Widths<spec::format_int4> {
    static Product product(Activation a, Weight w) { return a * sc_dt::sc_int<weight_bits>(w); }
};

// As int4; the sum of a vector's products is then multiplied by the vector's scale: by its bits, a row of adders each.
struct Vsq : Widths<spec::format_vsq> {
    using Scale = sc_dt::sc_uint<format.scale_bits>;
    static Product product(Activation a, Weight w) { return a * sc_dt::sc_int<weight_bits>(w); }
    template <int Bits>
    static sc_dt::sc_int<Bits> scaled(sc_dt::sc_int<Bits> sum, Scale scale) {
        sc_dt::sc_int<Bits> result = 0;
        for (int bit = 0; bit < format.scale_bits; ++bit) {
#pragma hls_unroll yes
            if (scale[bit]) result = result + (sum << bit);
        }
        return result;
    }
};

struct Ternary : Widths<spec::format_ternary> {
    static Product product(Activation a, Weight w) {
        const bool present = w[0].to_bool(), negative = w[1].to_bool();
        if (!present) return 0;
        return negative ? Product(-a) : Product(a);
    }
};

struct Binary : Widths<spec::format_binary> {
    static Product product(Activation a, Weight w) { return w == 1 ? Product(-a) : Product(a); }
};

// The count of equal bits less that of unlike ones.
struct Xnor : Widths<spec::format_xnor> {
    static Product product(Activation a, Weight w) {
        Product sum = 0;
        for (int channel = 0; channel < format.channels; ++channel) {
#pragma hls_unroll yes
            const bool equal = a[channel] == w[channel];
            sum = sum + (equal ? 1 : -1);
        }
        return sum;
    }
};

// a * 2^(exponent - 1), 0 without exponent.
template <int Bits>
sc_dt::sc_int<Bits> shifted(sc_dt::sc_int<8> a, sc_dt::sc_uint<3> exponent) {
    if (exponent == 0) return 0;
    return sc_dt::sc_int<Bits>(a) << exponent.to_int() - 1;
}

struct Shift : Widths<spec::format_shift> {
    static Product product(Activation a, Weight w) {
        const Product magnitude = shifted<format.value_bits + 1>(a, w.range(2, 0));
        return w[3] ? Product(-magnitude) : magnitude;
    }
};

struct Apot : Widths<spec::format_apot> {
    static Product product(Activation a, Weight w) {
        const Product sum = shifted<format.value_bits + 1>(a, w.range(6, 4)) +
                            shifted<format.value_bits + 1>(a, w.range(2, 0));
        return w[7] ? Product(-sum) : sum;
    }
};

// A weight is the index of an entry, which is looked up where weights enter the array; a PE holds the entry.
struct Palette : Widths<spec::format_palette> {
    using Entry = sc_dt::sc_int<8>;
    static Entry entry(Weight index, const Entry table[1 << weight_bits]) { return table[index]; }
    static Product product(Activation a, Entry entry) { return a * entry; }
};

// Minus the distance.
struct Adder : Widths<spec::format_adder> {
    static Product product(Activation a, Weight w) {
        const Product difference = a - sc_dt::sc_int<weight_bits>(w);
        return difference < 0 ? difference : Product(-difference);
    }
};

}  // namespace napier::hls
