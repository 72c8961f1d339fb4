#pragma once
// A block of 32 microscaling products and its float32 accumulator: the sum of the products exactly, one rounding.
// docs/microscaling.md has the elements, "Block dot product" and "Accumulation".

#include "hls/float32.hpp"
#include "sw/spec/spec.hpp"

namespace napier::hls {

// An element in steps of its format: (-1)^negative * steps.
struct Steps {
    static constexpr int bits = 33;
    bool nan, infinite, negative;
    sc_dt::sc_uint<bits> steps;
};

template <int Code>
Steps decode(sc_dt::sc_uint<8> code) {
    constexpr spec::Element element = spec::elements[Code];
    Steps value{false, false, code[element.bits - 1].to_bool(), 0};
    if (element.exponent_bits == 0) {
        const sc_dt::sc_int<element.bits> number = code.to_int();
        value.steps = number < 0 ? -number.to_int() : number.to_int();
        return value;
    }
    constexpr int mantissa_bits = element.mantissa_bits, top = (1 << element.exponent_bits) - 1;
    const int field = code.range(element.bits - 2, mantissa_bits).to_int();
    const unsigned mantissa = code.to_uint() & ((1u << mantissa_bits) - 1);
    if (element.specials == spec::Specials::nan) value.nan = field == top && mantissa == (1u << mantissa_bits) - 1;
    if (element.specials == spec::Specials::infinity) {
        value.infinite = field == top && mantissa == 0;
        value.nan = field == top && mantissa != 0;
    }
    const sc_dt::sc_uint<Steps::bits> significand = field == 0 ? mantissa : mantissa | 1u << mantissa_bits;
    value.steps = significand << (field == 0 ? 0 : field - 1);
    return value;
}

// a, b: codes of 32 elements each; a_scale, b_scale: their scale bytes.
template <int ElementA, int ElementB>
Number block_dot(const sc_dt::sc_uint<8> a[spec::block_elements], sc_dt::sc_uint<8> a_scale,
                 const sc_dt::sc_uint<8> b[spec::block_elements], sc_dt::sc_uint<8> b_scale) {
    sc_dt::sc_bigint<Number::bits> sum = 0;
    bool nan = a_scale == 255 || b_scale == 255, positive = false, negative = false;
    for (int i = 0; i < spec::block_elements; ++i) {
#pragma hls_unroll yes
        const Steps left = decode<ElementA>(a[i]), right = decode<ElementB>(b[i]);
        const bool minus = left.negative != right.negative, infinite = left.infinite || right.infinite;
        const bool zero = (left.steps == 0 && !left.infinite) || (right.steps == 0 && !right.infinite);
        nan = nan || left.nan || right.nan || (infinite && zero);
        positive = positive || (infinite && !minus);
        negative = negative || (infinite && minus);
        const sc_dt::sc_bigint<Number::bits> product =
            sc_dt::sc_biguint<Number::bits>(left.steps) * sc_dt::sc_biguint<Number::bits>(right.steps);
        sum = minus ? sum - product : sum + product;
    }
    Number dot;
    dot.nan = nan || (positive && negative);
    dot.infinite = positive || negative;
    dot.negative = dot.infinite ? negative : sum < 0;
    dot.magnitude = sum < 0 ? -sum : sum;
    dot.exponent = spec::elements[ElementA].step_exponent + spec::elements[ElementB].step_exponent +
                   a_scale.to_int() + b_scale.to_int() - 2 * spec::scale_bias;
    return dot;
}

template <int ElementA, int ElementB>
Float32 mx_block(Float32 accumulator, const sc_dt::sc_uint<8> a[spec::block_elements], sc_dt::sc_uint<8> a_scale,
                 const sc_dt::sc_uint<8> b[spec::block_elements], sc_dt::sc_uint<8> b_scale) {
    return add(accumulator, block_dot<ElementA, ElementB>(a, a_scale, b, b_scale));
}

}  // namespace napier::hls
