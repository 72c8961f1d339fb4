#include "sim/mx/mx_dot.hpp"

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

}  // namespace

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
