#include "sim/mx/block_accumulate.hpp"

#include <utility>

namespace napier::sim {

namespace {

constexpr uint32_t sign_bit = 0x80000000;
constexpr int least_exponent = -149;  // of a float32's lowest bit
constexpr int top = 125;              // where the operands' top bits go: one bit is left for the carry

struct Operand {
    bool negative;
    Wide magnitude;
    int exponent;
};

int bit_length(Wide value) {
    const uint64_t high = static_cast<uint64_t>(value >> 64), low = static_cast<uint64_t>(value);
    if (high != 0) return 128 - __builtin_clzll(high);
    return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

// value / 2^count; the lowest bit is set if a one was lost.
Wide shift_sticky(Wide value, int count) {
    if (count == 0) return value;
    if (count > 127) return value != 0 ? 1 : 0;
    return value >> count | ((value << (128 - count)) != 0 ? 1 : 0);
}

// The float32 nearest to magnitude * 2^exponent, without its sign. The magnitude's lowest bit may be sticky.
uint32_t round_float32(Wide magnitude, int exponent) {
    const int length = bit_length(magnitude);
    const int lowest = length + exponent - 24 > least_exponent ? length + exponent - 24 : least_exponent;
    if (lowest > 127 - 23) return float32_infinity;
    const int drop = lowest - exponent;
    if (drop <= 0) {
        const uint32_t significand = static_cast<uint32_t>(magnitude << -drop);
        return significand + (static_cast<uint32_t>(lowest - least_exponent) << 23);
    }
    const Wide kept = drop > 2 ? shift_sticky(magnitude, drop - 2) : magnitude << (2 - drop);
    const uint32_t quarters = static_cast<uint32_t>(kept);
    const uint32_t significand = (quarters >> 2) + ((0xc8u >> (quarters & 7)) & 1);  // up at x.11, and at odd.10
    const uint32_t pattern = significand + (static_cast<uint32_t>(lowest - least_exponent) << 23);
    return pattern < float32_infinity ? pattern : float32_infinity;
}

Operand finite(uint32_t pattern) {
    const int field = static_cast<int>(pattern >> 23 & 0xff);
    const uint32_t fraction = pattern & 0x7fffff;
    return {(pattern & sign_bit) != 0, field == 0 ? fraction : fraction | 0x800000,
            least_exponent + (field == 0 ? 0 : field - 1)};
}

uint32_t add(Operand a, Operand b) {
    if (a.magnitude == 0 && b.magnitude == 0) return 0;
    if (a.magnitude == 0) std::swap(a, b);
    if (b.magnitude == 0) return round_float32(a.magnitude, a.exponent) | (a.negative ? sign_bit : 0);
    if (bit_length(a.magnitude) + a.exponent < bit_length(b.magnitude) + b.exponent) std::swap(a, b);
    const int up = top + 1 - bit_length(a.magnitude);
    const Wide greater = a.magnitude << up;
    const int exponent = a.exponent - up, distance = exponent - b.exponent;
    const Wide lesser = distance > 0 ? shift_sticky(b.magnitude, distance) : b.magnitude << -distance;
    const bool below = a.negative != b.negative && lesser > greater;
    const Wide sum = a.negative == b.negative ? greater + lesser : below ? lesser - greater : greater - lesser;
    if (sum == 0) return 0;
    return round_float32(sum, exponent) | (a.negative != below ? sign_bit : 0);
}

}  // namespace

uint32_t block_accumulate(uint32_t accumulator, const BlockSum& sum) {
    const uint32_t sum_sign = sum.negative ? sign_bit : 0, magnitude = accumulator & ~sign_bit;
    if (sum.nan || magnitude > float32_infinity) return float32_nan;
    if (magnitude == float32_infinity) {
        return sum.infinite && (accumulator ^ magnitude) != sum_sign ? float32_nan : accumulator;
    }
    if (sum.infinite) return float32_infinity | sum_sign;
    return add(finite(accumulator), {sum.negative, sum.magnitude, sum.exponent});
}

}  // namespace napier::sim
