#pragma once
// The element formats of microscaling blocks and their scales (OCP Microscaling Formats v1.0): what a code stands for,
// and which code stands for a number. All of it is exact in double; docs/microscaling.md.

#include <cstdint>
#include <span>
#include <string_view>

#include "sw/spec/spec.hpp"

namespace napier::formats {

// The element format of that name. Error: there is none.
const spec::Element& find_element(std::string_view name);

// Number of codes: 2^bits.
uint32_t code_count(const spec::Element& element);

// Codes are below 2^bits in all of these.
bool is_infinity(const spec::Element& element, uint32_t code);
bool is_nan(const spec::Element& element, uint32_t code);

// value / 2^step_exponent, an integer below 2^32 in magnitude; the code is finite.
int64_t steps(const spec::Element& element, uint32_t code);

// The value, exactly: also -0, infinities, NaN.
double decode(const spec::Element& element, uint32_t code);

// The nearest finite value's code, of two equally near ones the one with the even code; beyond the greatest finite
// value, infinity too, that with the sign. A zero, or what rounds to it, keeps its sign if the format has one.
// mxint8: -128 is never the result. NaN: the quiet NaN (all ones in E4M3, 0x7E in E5M2).
// Error: NaN, and the format has none.
uint32_t encode(const spec::Element& element, double value);

// E8M0: 2^(code - 127); 255: NaN.
double decode_scale(uint8_t code);

}  // namespace napier::formats
