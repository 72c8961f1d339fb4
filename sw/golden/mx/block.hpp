#pragma once
// Blocks of microscaling: 32 elements and their scale, from float32 and back. docs/microscaling.md has every case.

#include <cstdint>
#include <span>
#include <string_view>

#include "sw/formats/block.hpp"
#include "sw/spec/spec.hpp"

namespace napier::golden::mx {

// How a block's scale follows from its greatest magnitude.
enum class ScaleRule {
    floor,  // 2^floor(log2 greatest) / 2^emax: the specification's
    ceil,   // 2^ceil(log2 greatest) / 2^emax
    even,   // floor, of the greatest rounded to the element's precision first
    rceil,  // 2^ceil(log2(greatest / maximum)): the least scale that clamps nothing
};

// "floor", "ceil", "even", "rceil". Error: another name.
ScaleRule find_scale_rule(std::string_view name);
const char* name_of(ScaleRule rule);

using formats::Block;

// The scale code of a block whose greatest magnitude this is: finite, not negative, 0 or normal; 0..254.
uint8_t choose_scale(const spec::Element& element, ScaleRule rule, float greatest);

// At most 32 values; those missing are +0. Subnormal values count as zeros. With an infinity or a NaN among
// them the scale is 255 and every code 0.
Block convert(const spec::Element& element, ScaleRule rule, std::span<const float> values);

// One element's value in float32. Exact, or infinity where the product is 2^128 or more; NaN is 0x7FC00000.
float dequantize(const spec::Element& element, uint8_t scale, uint8_t code);

}  // namespace napier::golden::mx
