#pragma once
// Blocks of microscaling elements, random and adverse, as values and on ports.

#include <vector>

#include "sim/mx/block_accumulate.hpp"
#include "sw/golden/mx/dot.hpp"
#include "tests/rtl/ports.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

struct MxOperand {
    int element;
    golden::mx::Block block;
};

inline golden::mx::Product product_of(const MxOperand& a, const MxOperand& b) {
    return golden::mx::block_dot(spec::elements[a.element], a.block, spec::elements[b.element], b.block);
}

// What the golden product is to the twins.
inline sim::BlockSum block_sum(const golden::mx::Product& product) {
    using Kind = golden::mx::Product::Kind;
    sim::BlockSum sum;
    sum.nan = product.kind == Kind::nan;
    sum.infinite = product.kind == Kind::positive_infinity || product.kind == Kind::negative_infinity;
    sum.negative = product.kind == Kind::negative_infinity || (product.kind == Kind::finite && product.steps < 0);
    if (product.kind != Kind::finite) return sum;
    sum.magnitude = static_cast<sim::Wide>(product.steps < 0 ? -product.steps : product.steps);
    sum.exponent = product.exponent;
    return sum;
}

// A sum as a unit of so many bits shows it: the top bit set unless it is zero, and that bit's exponent.
struct NormalizedSum {
    sim::Wide magnitude;
    int exponent;
};
inline NormalizedSum normalized(const sim::BlockSum& sum, int sum_bits) {
    if (sum.magnitude == 0) return {0, 0};
    int up = 0;
    while ((sum.magnitude << up) >> (sum_bits - 1) == 0) ++up;
    return {sum.magnitude << up, sum.exponent - up + sum_bits - 1};
}

// Bits [lsb, lsb + width) of a port, width <= 128.
template <typename Port>
sim::Wide wide_port_bits(const Port& port, size_t lsb, size_t width) {
    const size_t low = width < 64 ? width : 64;
    return sim::Wide{port_bits(port, lsb + low, width - low)} << 64 | port_bits(port, lsb, low);
}
template <typename Port>
void set_wide_port_bits(Port& port, size_t lsb, size_t width, sim::Wide value) {
    const size_t low = width < 64 ? width : 64;
    set_port_bits(port, lsb, low, static_cast<uint64_t>(value));
    set_port_bits(port, lsb + low, width - low, static_cast<uint64_t>(value >> 64));
}

// Codes of the elements in a mask.
inline std::vector<int> elements_in(int mask) {
    std::vector<int> codes;
    for (const spec::Element& element : spec::elements) {
        if ((mask >> element.code & 1) != 0) codes.push_back(element.code);
    }
    return codes;
}

// All codes random; or the ends of the range, mostly zeros, some or many special ones.
inline MxOperand random_operand(Random& random, int element) {
    const spec::Element& format = spec::elements[element];
    const int sign = 1 << (format.bits - 1), kind = random.number(0, 5);
    const std::vector<int> ends = {1, sign + 1, sign, format.maximum, sign | format.maximum};
    MxOperand operand{element, {}};
    operand.block.scale = static_cast<uint8_t>(random.chance(70) ? random.number(117, 137) : random.number(0, 254));
    if (random.chance(2)) operand.block.scale = spec::scale_nan;
    for (uint8_t& code : operand.block.element) {
        int value = random.number(0, 2 * sign - 1);
        if (kind == 0) value = format.maximum | (random.chance(50) ? sign : 0);
        if (kind == 1) value = format.maximum;
        if (kind == 2) value = random.chance(80) ? 0 : random.pick(ends);
        if (kind == 3) value = sign;
        const bool special = format.specials != spec::Specials::none && (value & (sign - 1)) > format.maximum;
        if (special && !random.chance(kind == 5 ? 10 : 1)) value = value & sign;
        code = static_cast<uint8_t>(value);
    }
    return operand;
}

// The elements without gaps, on a port or in an array of bytes.
template <typename Port>
void set_elements(Port& port, const MxOperand& operand) {
    const int bits = spec::elements[operand.element].bits;
    uint8_t bytes[spec::block_elements] = {};
    for (int i = 0; i < spec::block_elements; ++i) {
        const unsigned code = operand.block.element[static_cast<size_t>(i)];
        uint8_t* byte = bytes + i * bits / 8;
        const int lsb = i * bits % 8;
        byte[0] = static_cast<uint8_t>(byte[0] | code << lsb);
        if (lsb + bits > 8) byte[1] = static_cast<uint8_t>(code >> (8 - lsb));
    }
    set_port(port, bytes, static_cast<size_t>(4 * bits));
}

inline std::string text_of(const MxOperand& operand) {
    std::string text = std::string(spec::elements[operand.element].name) + " scale " +
                       std::to_string(operand.block.scale) + ":";
    for (const uint8_t code : operand.block.element) text += " " + std::to_string(code);
    return text + "\n";
}

}  // namespace napier::test
