#include "sw/golden/mx/block.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"

namespace napier::golden::mx {

namespace {

constexpr const char* rule_names[] = {"floor", "ceil", "even", "rceil"};
constexpr int greatest_scale = spec::scale_nan - 1;

bool is_power_of_two(float value) {
    return value == std::ldexp(1.0f, std::ilogb(value));
}

// Exponent of the greatest magnitude once it is rounded, ties to even, to the element's precision in its own top
// binade, emax - step bits after the point.
int rounded_exponent(const spec::Element& element, double greatest) {
    const int fraction_bits =
        element.exponent_bits == 0 ? element.emax - element.step_exponent : element.mantissa_bits;
    const int binade = std::ilogb(greatest);
    const double in_steps = std::ldexp(greatest, fraction_bits - binade);
    // From 2^(n+1) - 1/2 on, the tie too, whose lower neighbour is odd, it rounds to the next power of two.
    return in_steps >= std::ldexp(1.0, fraction_bits + 1) - 0.5 ? binade + 1 : binade;
}

// The power of two of the scale, not yet within the limits; greatest is not 0.
int scale_exponent(const spec::Element& element, ScaleRule rule, float greatest) {
    const int binade = std::ilogb(greatest);
    switch (rule) {
    case ScaleRule::floor:
        return binade - element.emax;
    case ScaleRule::ceil:
        return (is_power_of_two(greatest) ? binade : binade + 1) - element.emax;
    case ScaleRule::even:
        return rounded_exponent(element, greatest) - element.emax;
    case ScaleRule::rceil: {
        const double maximum = formats::decode(element, static_cast<uint32_t>(element.maximum));
        int exponent = binade - element.emax - 1;
        while (greatest > std::ldexp(maximum, exponent)) {
            ++exponent;
        }
        return exponent;
    }
    }
    return 0;
}

bool is_subnormal(float value) {
    return std::abs(value) < std::numeric_limits<float>::min();
}

}  // namespace

ScaleRule find_scale_rule(std::string_view name) {
    const auto found = std::find(std::begin(rule_names), std::end(rule_names), name);
    if (found == std::end(rule_names)) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("There is no scale rule '{}'; use floor, ceil, even or rceil.", name));
    }
    return static_cast<ScaleRule>(found - std::begin(rule_names));
}

const char* name_of(ScaleRule rule) {
    return rule_names[static_cast<int>(rule)];
}

uint8_t choose_scale(const spec::Element& element, ScaleRule rule, float greatest) {
    if (greatest == 0.0f) {
        return 0;
    }
    const int scale = scale_exponent(element, rule, greatest) + spec::scale_bias;
    return static_cast<uint8_t>(std::clamp(scale, 0, greatest_scale));
}

Block convert(const spec::Element& element, ScaleRule rule, std::span<const float> values) {
    float greatest = 0.0f;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            return Block{spec::scale_nan, {}};
        }
        greatest = is_subnormal(value) ? greatest : std::max(greatest, std::abs(value));
    }
    Block block{choose_scale(element, rule, greatest), {}};
    for (size_t i = 0; i < values.size(); ++i) {
        const double value = is_subnormal(values[i]) ? std::copysign(0.0, values[i]) : double{values[i]};
        const uint32_t code = formats::encode(element, value / formats::decode_scale(block.scale));
        block.element[i] = static_cast<uint8_t>(code);
    }
    return block;
}

float dequantize(const spec::Element& element, uint8_t scale, uint8_t code) {
    const double value = formats::decode(element, code) * formats::decode_scale(scale);
    return std::isnan(value) ? std::bit_cast<float>(formats::float32_nan) : static_cast<float>(value);
}

}  // namespace napier::golden::mx
