#include <bit>

#include "sw/formats/bfloat16.hpp"
#include "sw/golden/interpreter/execute.hpp"
#include "sw/golden/mx/block.hpp"
#include "sw/golden/mx/output.hpp"

namespace napier::golden {

namespace {

namespace exec = spec::exec;

// A number that may depend on what was never written.
struct Value {
    float value;
    bool known;
};

Value read_bias(const Execution& execution, int column) {
    const State& state = execution.state;
    const uint32_t lanes = static_cast<uint32_t>(state.machine.post_lanes), index = static_cast<uint32_t>(column);
    const uint32_t word = static_cast<uint32_t>(execution.field(exec::parameter_base) + index / lanes) &
                          spec::word_mask(state.machine);
    state.parameter.require_word(word);
    uint32_t pattern = 0;
    bool known = true;
    for (uint32_t i = 0; i < 4; ++i) {
        const BufferPosition position{word, index % lanes * spec::parameter_bytes + i};
        pattern |= uint32_t{state.parameter.read(position)} << (8 * i);
        if (!state.parameter.written(position)) {
            known = false;
            execution.note_unknown(state.parameter, position);
        }
    }
    return {std::bit_cast<float>(pattern), known};
}

void write(State& state, uint32_t word, uint32_t first, uint32_t pattern, uint32_t bytes, bool known) {
    for (uint32_t i = 0; i < bytes; ++i) {
        state.output.write({word, first + i}, static_cast<uint8_t>(pattern >> (8 * i)), known);
    }
}

// One block, and zeros behind it to the end of the word.
void write_block(const Execution& execution, uint32_t word, const spec::Element& element,
                 const std::vector<Value>& results) {
    std::vector<float> values;
    bool known = true;
    for (const Value& result : results) {
        values.push_back(result.value);
        known = known && result.known;
    }
    const auto rule = static_cast<mx::ScaleRule>(execution.field(exec::scale_rule));
    std::vector<uint8_t> bytes(execution.state.output.word_bytes());
    formats::pack(element, mx::convert(element, rule, values), bytes.data());
    for (uint32_t i = 0; i < bytes.size(); ++i) {
        execution.state.output.write({word, i}, bytes[i], known);
    }
}

void write_results(const Execution& execution, uint32_t word, const std::vector<Value>& results) {
    const int64_t kind = execution.field(exec::element_output);
    if (kind != spec::scalar_float32 && kind != spec::scalar_bfloat16) {
        return write_block(execution, word, spec::elements[kind], results);
    }
    for (uint32_t c = 0; c < results.size(); ++c) {
        const auto [value, known] = results[c];
        if (kind == spec::scalar_float32) {
            write(execution.state, word, 4 * c, std::bit_cast<uint32_t>(value), 4, known);
        } else {
            write(execution.state, word, 2 * c, formats::to_bfloat16(value), 2, known);
        }
    }
}

}  // namespace

void run_real_post_processor(const Execution& execution) {
    const auto clamp = [&](const spec::Field& field) {
        return formats::from_bfloat16(static_cast<uint16_t>(execution.field(field)));
    };
    std::vector<Value> biases;
    for (int column = 0; column < execution.state.machine.columns; ++column) {
        biases.push_back(read_bias(execution, column));
    }
    for (int64_t pixel = 0; pixel < execution.pixels(); ++pixel) {
        const uint32_t word = static_cast<uint32_t>(execution.field(exec::output_base) +
                                                    pixel * execution.field(exec::output_stride)) &
                              spec::word_mask(execution.state.machine);
        execution.state.output.require_word(word);
        std::vector<Value> results;
        for (int column = 0; column < execution.state.machine.columns; ++column) {
            const Accumulator& accumulator = execution.accumulator(pixel, column);
            const auto [bias, known] = biases[static_cast<size_t>(column)];
            const float sum = std::bit_cast<float>(static_cast<uint32_t>(accumulator.value));
            results.push_back({mx::finish(sum, bias, clamp(exec::float_low), clamp(exec::float_high)),
                               accumulator.known && known});
        }
        write_results(execution, word, results);
    }
}

}  // namespace napier::golden
