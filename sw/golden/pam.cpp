#include "sw/golden/pam.hpp"

#include "sw/formats/bfloat16.hpp"
#include "sw/golden/mx/exact.hpp"

namespace napier::golden {

namespace {

constexpr int bfloat16_one = 0x3F80;       // the bias of the exponent, in its place
constexpr int least_normal = 0x0080;
constexpr int bfloat16_infinity = 0x7F80;

}  // namespace

uint16_t pam_product(uint16_t a, uint16_t b) {
    const int magnitude_a = a & 0x7FFF, magnitude_b = b & 0x7FFF;
    const uint16_t sign = (a ^ b) & 0x8000;
    if (magnitude_a >= bfloat16_infinity || magnitude_b >= bfloat16_infinity) {
        return formats::bfloat16_nan;
    }
    if (magnitude_a < least_normal || magnitude_b < least_normal) {
        return sign;
    }
    const int magnitude = magnitude_a + magnitude_b - bfloat16_one;
    if (magnitude >= bfloat16_infinity) {
        return formats::bfloat16_nan;
    }
    return magnitude < least_normal ? sign : static_cast<uint16_t>(sign | magnitude);
}

float pam_accumulate(float accumulator, uint16_t a, uint16_t b) {
    return mx::add(accumulator, formats::from_bfloat16(pam_product(a, b)));
}

}  // namespace napier::golden
