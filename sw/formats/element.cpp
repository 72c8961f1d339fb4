#include "sw/formats/element.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::formats {

namespace {

uint32_t sign_bit(const spec::Element& element) {
    return uint32_t{1} << (element.bits - 1);
}

// The code without its sign; with an exponent only.
uint32_t magnitude_code(const spec::Element& element, uint32_t code) {
    return code & (sign_bit(element) - 1);
}

bool is_twos_complement(const spec::Element& element) {
    return element.exponent_bits == 0;
}

// Nearest integer, ties to even; value is exact, not negative and below 2^53, or an integer.
double nearest_even(double value) {
    const double low = std::floor(value);
    const double rest = value - low;
    const bool odd = std::fmod(low, 2.0) != 0.0;
    return rest > 0.5 || (rest == 0.5 && odd) ? low + 1.0 : low;
}

uint32_t encode_nan(const spec::Element& element) {
    switch (element.specials) {
    case spec::Specials::nan:
        return static_cast<uint32_t>(element.maximum) + 1;
    case spec::Specials::infinity:
        return (static_cast<uint32_t>(element.maximum) + 1) | uint32_t{1} << (element.mantissa_bits - 1);
    case spec::Specials::none:
        break;
    }
    throw Error(ErrorKind::input, fmt::format("The element format {} has no NaN; give the block the scale NaN.",
                                              element.name));
}

}  // namespace

const spec::Element& find_element(std::string_view name) {
    std::string known;
    for (const spec::Element& element : spec::elements) {
        if (name == element.name) {
            return element;
        }
        known += known.empty() ? element.name : fmt::format(", {}", element.name);
    }
    throw Error(ErrorKind::unsupported, fmt::format("There is no element format '{}'; use one of {}.", name, known));
}

uint32_t code_count(const spec::Element& element) {
    return uint32_t{1} << element.bits;
}

bool is_infinity(const spec::Element& element, uint32_t code) {
    return element.specials == spec::Specials::infinity &&
           magnitude_code(element, code) == static_cast<uint32_t>(element.maximum) + 1;
}

bool is_nan(const spec::Element& element, uint32_t code) {
    return element.specials != spec::Specials::none && !is_infinity(element, code) &&
           magnitude_code(element, code) > static_cast<uint32_t>(element.maximum);
}

int64_t steps(const spec::Element& element, uint32_t code) {
    const bool negative = (code & sign_bit(element)) != 0;
    if (is_twos_complement(element)) {
        return static_cast<int64_t>(code) - (negative ? static_cast<int64_t>(code_count(element)) : 0);
    }
    const uint32_t magnitude = magnitude_code(element, code);
    const int64_t mantissa = magnitude & ((1u << element.mantissa_bits) - 1);
    const int exponent = static_cast<int>(magnitude >> element.mantissa_bits);
    const int64_t one = int64_t{1} << element.mantissa_bits;
    const int64_t value = exponent == 0 ? mantissa : (one + mantissa) << (exponent - 1);
    return negative ? -value : value;
}

double decode(const spec::Element& element, uint32_t code) {
    if (is_nan(element, code)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double sign = (code & sign_bit(element)) != 0 && !is_twos_complement(element) ? -1.0 : 1.0;
    if (is_infinity(element, code)) {
        return std::copysign(std::numeric_limits<double>::infinity(), sign);
    }
    const double value = std::ldexp(static_cast<double>(steps(element, code)), element.step_exponent);
    return value == 0.0 ? std::copysign(0.0, sign) : value;
}

uint32_t encode(const spec::Element& element, double value) {
    if (std::isnan(value)) {
        return encode_nan(element);
    }
    const double magnitude = std::abs(value);
    uint32_t code = static_cast<uint32_t>(element.maximum);
    if (magnitude < std::ldexp(1.0, element.emax + 2)) {
        // Binade of the value, at least that of the subnormals; its steps, counted from the binade's first code - 2^m.
        const int least = 1 - element.bias;
        const int binade = magnitude == 0.0 || is_twos_complement(element) ? least
                                                                          : std::max(std::ilogb(magnitude), least);
        const double in_steps = nearest_even(std::ldexp(magnitude, element.mantissa_bits - binade));
        const uint32_t first = static_cast<uint32_t>(binade - least) << element.mantissa_bits;
        code = std::min(code, first + static_cast<uint32_t>(in_steps));
    }
    if (is_twos_complement(element)) {
        return std::signbit(value) ? (code_count(element) - code) % code_count(element) : code;
    }
    return std::signbit(value) ? code | sign_bit(element) : code;
}

double decode_scale(uint8_t code) {
    return code == spec::scale_nan ? std::numeric_limits<double>::quiet_NaN()
                                   : std::ldexp(1.0, int{code} - spec::scale_bias);
}

}  // namespace napier::formats
