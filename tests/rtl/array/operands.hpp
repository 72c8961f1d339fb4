#pragma once
// Weight codes and activations for tests of the array, and their products.

#include <algorithm>
#include <vector>

#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

// What a PE of these widths does with one format.
struct PeFormat {
    const spec::Format* format;
    int lanes;
    int place;  // among the formats it was built with
};

// In an array of so many rows.
inline std::vector<PeFormat> pe_formats(uint32_t mask, int activation_bits, int weight_bits, int rows = 1) {
    std::vector<PeFormat> result;
    for (const spec::Format& format : spec::formats) {
        if ((mask >> format.code & 1) == 0) continue;
        int lanes = std::min(activation_bits / format.activation_bits, weight_bits / format.weight_bits);
        if (format.scale_bits > 0) lanes = std::min(lanes, std::max(1, format.scale_vector / rows));
        result.push_back({&format, lanes, static_cast<int>(result.size())});
    }
    return result;
}

// Bits of the weights that a PE holds.
inline int held_bits(uint32_t mask, int activation_bits, int weight_bits) {
    int most = weight_bits;
    for (const PeFormat& pe : pe_formats(mask, activation_bits, weight_bits)) {
        most = std::max(most, pe.lanes * pe.format->held_bits);
    }
    return most;
}

// The sum of a PE's products, from the definitions of the formats.
inline int64_t pe_product(const PeFormat& pe, uint64_t activations, uint64_t weights) {
    const formats::Arithmetic& arithmetic = formats::arithmetic(*pe.format);
    int64_t sum = 0;
    for (int lane = 0; lane < pe.lanes; ++lane) {
        const int a = static_cast<int8_t>(activations >> (8 * lane));
        const uint32_t code = static_cast<uint32_t>(weights >> (pe.format->held_bits * lane)) &
                              ((uint32_t{1} << pe.format->held_bits) - 1);
        sum += arithmetic.term(a, arithmetic.decode(code));
    }
    return sum;
}

// Random bits; often runs of the extreme operands, which make the largest sums. kind: 0 to 5, the same for a whole run.
inline uint64_t operand_bits(Random& random, int kind) {
    switch (kind) {
        case 0: return 0x8080808080808080;
        case 1: return 0x7f7f7f7f7f7f7f7f;
        case 2: return ~uint64_t{0};
        case 3: return 0x5555555555555555;
        default: return random.bits();
    }
}

}  // namespace napier::test
