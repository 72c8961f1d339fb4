#include "sim/post/post_processor.hpp"

#include <algorithm>
#include <vector>

#include "sim/mx/mx_post_processor.hpp"
#include "sim/post/activation_table.hpp"
#include "sim/post/requantize.hpp"
#include "sw/spec/command.hpp"

namespace napier::sim {

namespace {

constexpr uint64_t pipelined_steps = 4;  // of the requantizer's product
constexpr uint64_t other_stages = 7;     // from the read of a group to its write, besides those steps

uint32_t word_of(const spec::Machine& machine, int64_t base, int64_t stride, int64_t pixel) {
    return static_cast<uint32_t>(base + pixel * stride) & spec::word_mask(machine);
}

// First pixel whose word is not below `words`; `pixels` if there is none.
int64_t first_outside(const spec::Machine& machine, int64_t base, int64_t stride, int64_t pixels, int words) {
    if (base + (pixels - 1) * stride < words) return pixels;
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
        if (word_of(machine, base, stride, pixel) >= static_cast<uint32_t>(words)) return pixel;
    }
    return pixels;
}

// A pixel of the window engine is several accumulator words, each with parameters of its own.
int parameter_sets(const spec::Machine& machine, const ExecCommand& command) {
    return command.windowed() ? spec::window_slots(machine) : 1;
}
int64_t accumulator_words(const spec::Machine& machine, const ExecCommand& command) {
    return command.windowed() ? command.passes() * spec::window_slots(machine) : command.pixels();
}

ColumnScale column_scale(const uint8_t* bytes) {
    uint32_t words[spec::parameter_bytes / 4] = {};
    for (int i = 0; i < spec::parameter_bytes; ++i) words[i / 4] |= uint32_t{bytes[i]} << (i % 4 * 8);
    return {static_cast<int32_t>(spec::get(words, spec::parameter::bias)),
            spec::get(words, spec::parameter::significand), static_cast<int>(spec::get(words, spec::parameter::shift))};
}

// The bytes' signs, eight to a byte from the lowest bit on, and zeros.
void keep_signs(uint8_t* bytes, int count) {
    for (int i = 0; i < count; ++i) {
        const unsigned bit = unsigned{bytes[i]} >> 7 << (i % 8);
        bytes[i] = 0;
        bytes[i / 8] = static_cast<uint8_t>(bytes[i / 8] | bit);
    }
}

}  // namespace

uint64_t post_groups(const spec::Machine& machine, uint64_t pixels) {
    return pixels * static_cast<uint64_t>(machine.columns / machine.post_lanes);
}

Cycle post_read(const spec::Machine& machine, Cycle take, uint64_t group) {
    return take + 1 + group * static_cast<uint64_t>(machine.post_cycles);
}

Cycle post_write_cycles(const spec::Machine& machine, const ExecCommand& command) {
    if (spec::is_real(machine)) return mx_write_cycles(command.element_output, machine.post_lanes);
    const uint64_t cycles = static_cast<uint64_t>(machine.post_cycles);
    return (cycles == 1 ? pipelined_steps : cycles) + other_stages;
}

Cycle post_end(const spec::Machine& machine, Cycle take, uint64_t pixels, Cycle write_cycles) {
    return post_read(machine, take, post_groups(machine, pixels) - 1) + write_cycles;
}

uint64_t post_read_before(const spec::Machine& machine, Cycle take, uint64_t pixels, Cycle cycle) {
    if (cycle <= take + 1) return 0;
    const uint64_t read = 1 + (cycle - take - 2) / static_cast<uint64_t>(machine.post_cycles);
    return std::min(read, post_groups(machine, pixels));
}

std::optional<PostFault> post_fault(const spec::Machine& machine, const ExecCommand& command, Cycle take) {
    const int64_t groups = machine.columns / machine.post_lanes;
    if (command.parameter_base + groups * parameter_sets(machine, command) > machine.parameter_words) {
        const int64_t word = std::max<int64_t>(command.parameter_base, machine.parameter_words);
        return PostFault{take, {spec::ErrorCode::buffer_range, static_cast<uint32_t>(word)}};
    }
    const int64_t pixels = accumulator_words(machine, command);
    const int64_t residual = command.residual ? first_outside(machine, command.residual_base, command.residual_stride,
                                                              pixels, machine.residual_words)
                                              : pixels;
    const int64_t output =
        first_outside(machine, command.output_base, command.output_stride, pixels, machine.output_words);
    const int64_t pixel = std::min(residual, output);
    if (pixel == pixels) return std::nullopt;
    const uint32_t word = residual <= output ? word_of(machine, command.residual_base, command.residual_stride, pixel)
                                             : word_of(machine, command.output_base, command.output_stride, pixel);
    return PostFault{post_read(machine, take, static_cast<uint64_t>(pixel * groups)),
                     {spec::ErrorCode::buffer_range, word}};
}

void post_process(const spec::Machine& machine, const ExecCommand& command, const Accumulators& accumulators,
                  Buffers& buffers) {
    const OutputRange range{command.output_zero, command.clamp_low, command.clamp_high};
    const ActivationTable table(buffers.table, command.tabled ? command.table : 0);
    const int sets = parameter_sets(machine, command);
    std::vector<ColumnScale> scales;
    for (int column = 0; column < machine.columns * sets; ++column) {
        const int word = static_cast<int>(command.parameter_base) + column / machine.post_lanes;
        const int byte = column % machine.post_lanes * spec::parameter_bytes;
        scales.push_back(column_scale(buffers.parameter.word(word) + byte));
    }
    for (int64_t pixel = 0; pixel < accumulator_words(machine, command); ++pixel) {
        const int32_t* sums = accumulators.pixel(pixel);
        const ColumnScale* own = scales.data() + pixel % sets * machine.columns;
        const uint32_t output_word = word_of(machine, command.output_base, command.output_stride, pixel);
        const uint32_t residual_word = word_of(machine, command.residual_base, command.residual_stride, pixel);
        uint8_t* output = buffers.output.word(static_cast<int>(output_word));
        const uint8_t* residuals = command.residual ? buffers.residual.word(static_cast<int>(residual_word)) : nullptr;
        for (int column = 0; column < machine.columns; ++column) {
            int64_t residual = 0;
            if (residuals != nullptr) {
                const int difference = static_cast<int8_t>(residuals[column]) - command.residual_zero;
                residual = difference * command.residual_significand;
            }
            output[column] = requantize(sums[column], own[column], machine.accumulator_bits, command.rectify, residual,
                                        range);
        }
        for (int column = 0; command.tabled && column < machine.columns; ++column) {
            output[column] = table.entry(output[column]);
        }
        if (command.output_signs) keep_signs(output, machine.columns);
    }
}

}  // namespace napier::sim
