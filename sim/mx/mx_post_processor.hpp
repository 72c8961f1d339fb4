#pragma once
// Twin of rtl/mx/mx_post_processor.sv: time of a job in closed form, and the outputs of a pixel.

#include <cstring>

#include "sim/base/event_queue.hpp"
#include "sim/mx/mx_output.hpp"

namespace napier::sim {

// Cycles from the read of a group to the write that holds its columns: the last group of a block, any of scalars.
constexpr Cycle mx_write_cycles(int output, int lanes) {
    return output < spec::element_count ? static_cast<Cycle>(output_cycles(lanes) + 1) : 10;
}

// bfloat16: the pattern's upper half, rounded to nearest, ties to even. NaN is float32_nan.
inline uint16_t float32_upper(uint32_t pattern) {
    return static_cast<uint16_t>((pattern + 0x7fff + (pattern >> 16 & 1)) >> 16);
}

// A pixel's accumulators and the columns' biases, float32 patterns, to an output word of `bytes` bytes: a block of 32
// columns and zeros, or scalars.
inline void mx_pixel(const OutputRule& rule, int columns, const uint32_t* accumulators, const uint32_t* biases,
                     uint8_t* word, int bytes) {
    if (rule.element < spec::element_count) {
        std::memset(word, 0, static_cast<size_t>(bytes));
        mx_output(rule, accumulators, biases, word);
        return;
    }
    for (int column = 0; column < columns; ++column) {
        const uint32_t value = mx_finish(accumulators[column], biases[column], rule.low, rule.high);
        const bool whole = rule.element == spec::scalar_float32;
        const uint32_t pattern = whole ? value : float32_upper(value);
        for (int i = 0; i < (whole ? 4 : 2); ++i) *word++ = static_cast<uint8_t>(pattern >> (8 * i));
    }
}

}  // namespace napier::sim
