#include <algorithm>

#include "sw/golden/interpreter/execute.hpp"
#include "sw/golden/requantize.hpp"

namespace napier::golden {

namespace {

namespace exec = spec::exec;

// What the parameter buffer and the command say of one column.
struct Column {
    Requantization requantization;
    bool known = true;
};

Column read_column(const Execution& execution, int column) {
    const State& state = execution.state;
    const uint32_t lanes = static_cast<uint32_t>(state.machine.post_lanes);
    const uint32_t index = static_cast<uint32_t>(column);
    const uint32_t word = static_cast<uint32_t>(execution.field(exec::parameter_base) + index / lanes) &
                          spec::word_mask(state.machine);
    state.parameter.require_word(word);
    Column result;
    uint32_t words[spec::parameter_bytes / 4] = {};
    for (uint32_t i = 0; i < spec::parameter_bytes; ++i) {
        const BufferPosition position{word, index % lanes * spec::parameter_bytes + i};
        words[i / 4] |= uint32_t{state.parameter.read(position)} << (i % 4 * 8);
        if (!state.parameter.written(position)) {
            result.known = false;
            execution.note_unknown(state.parameter, position);
        }
    }
    Requantization& values = result.requantization;
    values.bias = static_cast<int32_t>(spec::get(words, spec::parameter::bias));
    values.significand = static_cast<uint32_t>(spec::get(words, spec::parameter::significand));
    values.shift = static_cast<int>(spec::get(words, spec::parameter::shift));
    values.output_zero = static_cast<int>(execution.field(exec::output_zero));
    values.clamp_low = static_cast<int>(execution.field(exec::clamp_low));
    values.clamp_high = static_cast<int>(execution.field(exec::clamp_high));
    values.rectified = execution.field(exec::rectify) != 0;
    values.has_residual = execution.field(exec::residual) != 0;
    values.residual_zero = static_cast<int>(execution.field(exec::residual_zero));
    values.residual_significand = static_cast<uint32_t>(execution.field(exec::residual_significand));
    return result;
}

// The sum of accumulator and bias is as wide as the accumulator.
int8_t output_value(const Execution& execution, Requantization values, int64_t accumulator, int residual) {
    const int64_t sum = wrap(accumulator + values.bias, execution.state.machine.accumulator_bits);
    values.bias = 0;
    return requantize(values, sum, residual);
}

uint32_t pixel_word(const Execution& execution, const spec::Field& base, const spec::Field& stride, int64_t pixel) {
    return static_cast<uint32_t>(execution.field(base) + pixel * execution.field(stride)) &
           spec::word_mask(execution.state.machine);
}

// What becomes of one column.
struct Output {
    int8_t value;
    bool known;
};

// What the command's activation table says of an output.
Output look_up(const Execution& execution, const Output& output) {
    constexpr uint32_t entries = spec::activation_table_entries, per_word = spec::activation_table_word_entries;
    const uint32_t number = static_cast<uint32_t>(execution.field(exec::table)) * entries +
                            static_cast<uint8_t>(output.value);
    const BufferPosition position{number / per_word, number % per_word};
    const Buffer& tables = execution.state.table;
    const bool written = tables.written(position);
    if (output.known && !written) {
        execution.note_unknown(tables, position);
    }
    return {static_cast<int8_t>(tables.read(position)), output.known && written};
}

// Eight outputs' signs in a byte, the first in the lowest bit; zeros after the last.
void write_signs(State& state, uint32_t word, const std::vector<Output>& outputs) {
    for (uint32_t byte = 0; byte < outputs.size(); ++byte) {
        unsigned bits = 0;
        bool known = true;
        for (size_t i = 8 * size_t{byte}; i < std::min(outputs.size(), 8 * size_t{byte} + 8); ++i) {
            bits |= (outputs[i].value < 0 ? 1u : 0u) << (i % 8);
            known = known && outputs[i].known;
        }
        state.output.write({word, byte}, static_cast<uint8_t>(bits), known);
    }
}

void run_pixel(const Execution& execution, int64_t pixel, const std::vector<Column>& columns) {
    State& state = execution.state;
    const bool has_residual = execution.field(exec::residual) != 0;
    const uint32_t residual_word = pixel_word(execution, exec::residual_base, exec::residual_stride, pixel);
    const uint32_t output_word = pixel_word(execution, exec::output_base, exec::output_stride, pixel);
    if (has_residual) {
        state.residual.require_word(residual_word);
    }
    state.output.require_word(output_word);
    std::vector<Output> outputs;
    for (int c = 0; c < state.machine.columns; ++c) {
        const int64_t set = pixel % execution.parameter_sets();
        const Column& column = columns[static_cast<size_t>(set * state.machine.columns + c)];
        const Accumulator& accumulator = execution.accumulator(pixel, c);
        bool known = accumulator.known && column.known;
        int residual = 0;
        if (has_residual) {
            const BufferPosition position{residual_word, static_cast<uint32_t>(c)};
            residual = static_cast<int8_t>(state.residual.read(position));
            if (!state.residual.written(position) && column.requantization.residual_significand != 0) {
                known = false;
                execution.note_unknown(state.residual, position);
            }
        }
        const Output output{output_value(execution, column.requantization, accumulator.value, residual), known};
        outputs.push_back(execution.field(exec::tabled) != 0 ? look_up(execution, output) : output);
    }
    if (execution.field(exec::output_signs) != 0) {
        write_signs(state, output_word, outputs);
        return;
    }
    for (uint32_t c = 0; c < outputs.size(); ++c) {
        state.output.write({output_word, c}, static_cast<uint8_t>(outputs[c].value), outputs[c].known);
    }
}

}  // namespace

void run_post_processor(const Execution& execution) {
    std::vector<Column> columns;
    for (int column = 0; column < execution.state.machine.columns * execution.parameter_sets(); ++column) {
        columns.push_back(read_column(execution, column));
    }
    for (int64_t pixel = 0; pixel < execution.pixels(); ++pixel) {
        run_pixel(execution, pixel, columns);
    }
}

}  // namespace napier::golden
