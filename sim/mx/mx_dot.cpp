#include "sim/mx/mx_dot.hpp"

#include <algorithm>
#include <bit>

namespace napier::sim {

namespace {

__extension__ typedef __int128 SignedWide;

SignedWide sum_of_products(const DecodedBlock& a, const DecodedBlock& b) {
    if (a.narrow && b.narrow) {
        int32_t sum = 0;
        for (size_t i = 0; i < a.values.size(); ++i) {
            sum += static_cast<int32_t>(a.values[i]) * static_cast<int32_t>(b.values[i]);
        }
        return sum;
    }
    SignedWide sum = 0;
    for (size_t i = 0; i < a.values.size(); ++i) sum += static_cast<SignedWide>(a.values[i]) * b.values[i];
    return sum;
}

// The greatest significand of an element, and the greatest shift of one.
int64_t greatest_significand(const spec::Element& element) {
    const int64_t one = int64_t{1} << element.mantissa_bits;
    return element.exponent_bits == 0 ? one : 2 * one - 1;
}
int greatest_shift(const spec::Element& element) {
    return element.exponent_bits == 0 ? 0 : (element.maximum >> element.mantissa_bits) - 1;
}

}  // namespace

int mx_sum_bits(uint32_t elements_a, uint32_t elements_b) {
    int most = 0;
    for (const spec::Element& a : spec::elements) {
        for (const spec::Element& b : spec::elements) {
            if ((elements_a >> a.code & 1) == 0 || (elements_b >> b.code & 1) == 0) continue;
            const int64_t sum = spec::block_elements * greatest_significand(a) * greatest_significand(b);
            const int bits = static_cast<int>(std::bit_width(static_cast<uint64_t>(sum)));
            most = std::max(most, bits + greatest_shift(a) + greatest_shift(b));
        }
    }
    return most;
}

BlockSum mx_dot(const DecodedBlock& a, const DecodedBlock& b) {
    BlockSum sum;
    const uint32_t a_infinities = a.plus_infinities | a.minus_infinities;
    const uint32_t b_infinities = b.plus_infinities | b.minus_infinities;
    sum.nan = a.nan || b.nan || (a_infinities & b.zeros) != 0 || (b_infinities & a.zeros) != 0;
    if (sum.nan) return sum;
    const uint32_t infinities = a_infinities | b_infinities;
    if (infinities != 0) {
        // Signs of the products, element by element; a finite value's sign is that of its integer.
        uint32_t negative = a.minus_infinities ^ b.minus_infinities;
        for (size_t i = 0; i < a.values.size(); ++i) {
            negative ^= static_cast<uint32_t>((a.values[i] < 0) != (b.values[i] < 0)) << i;
        }
        sum.infinite = true;
        sum.negative = (negative & infinities) != 0;
        sum.nan = sum.negative && (~negative & infinities) != 0;
        return sum;
    }
    const SignedWide exact = sum_of_products(a, b);
    sum.negative = exact < 0;
    sum.magnitude = static_cast<Wide>(exact < 0 ? -exact : exact);
    sum.exponent = a.exponent + b.exponent;
    return sum;
}

}  // namespace napier::sim
