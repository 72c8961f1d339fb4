#include "sim/mx/mx_quantize.hpp"

#include <algorithm>

namespace napier::sim {

namespace {

constexpr int fraction_bits = 23;
constexpr uint32_t fraction_mask = (1u << fraction_bits) - 1, least_normal = 1u << fraction_bits;
constexpr uint32_t infinity = 0x7f800000, sign_bit = 0x80000000;

// Bits behind the leading one of the format's normal values.
int precision(const spec::Element& element) {
    return element.exponent_bits == 0 ? element.mantissa_bits - 1 : element.mantissa_bits;
}

// The exponent field of the greatest magnitude once the rule has rounded it: an addition that carries into the field.
uint32_t rounded_field(const spec::Element& element, int rule, uint32_t greatest) {
    const int bits = precision(element);
    const uint32_t maximum = static_cast<uint32_t>(element.maximum) & ((1u << bits) - 1);
    uint32_t added = 0;
    if (rule == 1) added = fraction_mask;
    if (rule == 2) added = least_normal >> (bits + 1);
    if (rule == 3) added = fraction_mask - (maximum << (fraction_bits - bits));
    return (greatest + added) >> fraction_bits;
}

uint8_t encode(const spec::Element& element, int scale, uint32_t value) {
    const int bits = precision(element), least = element.step_exponent + bits;
    const bool negative = (value & sign_bit) != 0;
    const uint32_t magnitude = value & ~sign_bit;
    uint32_t code = 0;
    if (magnitude >= least_normal) {
        const int above = static_cast<int>(magnitude >> fraction_bits) - scale - least;
        const int drop = std::min(fraction_bits - bits + std::max(-above, 0), 31);
        const uint32_t significand = (magnitude & fraction_mask) | least_normal;
        const uint32_t odd = significand >> drop & 1, below_half = (1u << (drop - 1)) - 1;
        code = ((significand + below_half + odd) >> drop) + (static_cast<uint32_t>(std::max(above, 0)) << bits);
        code = std::min(code, static_cast<uint32_t>(element.maximum));
    }
    if (element.exponent_bits == 0) return static_cast<uint8_t>(negative ? 0 - code : code);
    return static_cast<uint8_t>(code | (negative ? 1u << (element.bits - 1) : 0));
}

}  // namespace

QuantizedBlock mx_quantize(int element_code, int rule, const uint32_t* values) {
    const spec::Element& element = spec::elements[element_code];
    QuantizedBlock block{};
    uint32_t greatest = 0;
    for (int i = 0; i < spec::block_elements; ++i) greatest = std::max(greatest, values[i] & ~sign_bit);
    if (greatest >= infinity) {
        block.scale = spec::scale_nan;
        return block;
    }
    int scale = 0;
    if (greatest >= least_normal) {
        scale = static_cast<int>(rounded_field(element, rule, greatest)) - element.emax;
        scale = std::clamp(scale, 0, spec::scale_nan - 1);
    }
    block.scale = static_cast<uint8_t>(scale);
    for (size_t i = 0; i < block.codes.size(); ++i) block.codes[i] = encode(element, scale, values[i]);
    return block;
}

}  // namespace napier::sim
