#pragma once
// Twin of rtl/mx/mx_output.sv: 32 finished accumulators to a block as it stands in memory.

#include <bit>
#include <cstring>

#include "sim/mx/mx_finish.hpp"
#include "sim/mx/mx_quantize.hpp"

namespace napier::sim {

struct OutputRule {
    uint32_t low, high;  // float32
    int element, scale_rule;
};

// Bytes of a block in memory.
constexpr int block_bytes(int element) {
    return 1 + spec::block_elements * spec::elements[element].bits / 8;
}

// Cycles from a block's last accumulators to the block.
constexpr int output_cycles(int lanes) {
    return 15 + std::bit_width(static_cast<unsigned>(lanes)) - 1 + spec::block_elements / lanes;
}

// accumulators, biases: 32 patterns of float32. block: block_bytes(element) bytes, the scale first.
inline void mx_output(const OutputRule& rule, const uint32_t* accumulators, const uint32_t* biases, uint8_t* block) {
    uint32_t values[spec::block_elements];
    for (int i = 0; i < spec::block_elements; ++i) {
        values[i] = mx_finish(accumulators[i], biases[i], rule.low, rule.high);
    }
    const QuantizedBlock quantized = mx_quantize(rule.element, rule.scale_rule, values);
    const int bits = spec::elements[rule.element].bits;
    std::memset(block, 0, static_cast<size_t>(block_bytes(rule.element)));
    block[0] = quantized.scale;
    for (int i = 0; i < spec::block_elements; ++i) {
        const unsigned code = static_cast<unsigned>(quantized.codes[static_cast<size_t>(i)]) << (i * bits % 8);
        uint8_t* byte = block + 1 + i * bits / 8;
        byte[0] = static_cast<uint8_t>(byte[0] | code);
        if (code > 0xff) byte[1] = static_cast<uint8_t>(code >> 8);
    }
}

}  // namespace napier::sim
