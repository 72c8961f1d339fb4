#include "sw/golden/interpreter/execute.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace napier::golden {

Accumulator& Execution::accumulator(int64_t pixel, int column) const {
    return state.accumulators[static_cast<size_t>(pixel * state.machine.columns + column)];
}

int64_t Execution::pixels() const {
    namespace exec = spec::exec;
    if (!windowed()) {
        return field(exec::out_w) * field(exec::out_h);
    }
    const int64_t pixels = field(exec::kernel_w) * field(exec::kernel_h) * field(exec::group_count);
    return std::min<int64_t>(pixels, state.machine.accumulator_depth / parameter_sets()) * parameter_sets();
}

bool Execution::is_inside(const Vector& at) const {
    namespace exec = spec::exec;
    const int64_t x = field(exec::origin_x) + at.ox * field(exec::stride_x) + at.kx * field(exec::dilation_x);
    const int64_t y = field(exec::origin_y) + at.oy * field(exec::stride_y) + at.ky * field(exec::dilation_y);
    const int64_t mask = spec::word_mask(state.machine);
    return (x & mask) < field(exec::limit_w) && (y & mask) < field(exec::limit_h);
}

uint32_t Execution::slot_of(const Vector& at) const {
    namespace exec = spec::exec;
    const int64_t slot = field(exec::activation_base) + at.oy * field(exec::row_stride) +
                         at.ox * field(exec::pixel_stride) + at.ky * field(exec::tap_stride_y) +
                         at.kx * field(exec::tap_stride_x) + at.g * field(exec::group_stride);
    return static_cast<uint32_t>(slot) & spec::word_mask(state.machine);
}

void Execution::note_unknown(const Buffer& buffer, BufferPosition position) const {
    if (state.first_unknown.empty()) {
        state.first_unknown = fmt::format("command {} reads byte {} of {} word {}, which was never written", command,
                                          position.byte, buffer.name(), position.word);
    }
}

int64_t wrap(int64_t value, int bits) {
    const uint64_t mask = (uint64_t{1} << bits) - 1;
    const uint64_t low = static_cast<uint64_t>(value) & mask;
    const bool negative = (low >> (bits - 1) & 1) != 0;
    return static_cast<int64_t>(negative ? low | ~mask : low);
}

namespace {

// Accumulators of the command's pixels times three; those of a new tile are zero.
void triple(const Execution& execution) {
    for (int64_t pixel = 0; pixel < execution.pixels(); ++pixel) {
        for (int column = 0; column < execution.state.machine.columns; ++column) {
            Accumulator& accumulator = execution.accumulator(pixel, column);
            accumulator.value = wrap(3 * accumulator.value, execution.state.machine.accumulator_bits);
        }
    }
}

}  // namespace

void run_exec(const Execution& execution) {
    State& state = execution.state;
    const bool start = execution.field(spec::exec::start) != 0;
    if (start && state.tile_open) {
        throw ProgramError{"starts a tile while another one is open"};
    }
    if (!start && !state.tile_open) {
        throw ProgramError{"goes on with a tile and none is open"};
    }
    if (start) {
        state.accumulators.assign(state.accumulators.size(), Accumulator{});
        for (int64_t pixel = 0; pixel < execution.pixels(); ++pixel) {
            for (int column = 0; column < state.machine.columns; ++column) {
                execution.accumulator(pixel, column).known = true;
            }
        }
    }
    state.tile_open = true;
    const bool real = spec::is_real(state.machine);
    if (!real && execution.field(spec::exec::triple) != 0) {
        triple(execution);
    }
    if (execution.windowed()) {
        run_window(execution);
    } else {
        real ? run_real_passes(execution) : run_passes(execution);
    }
    if (execution.field(spec::exec::finish) != 0) {
        real ? run_real_post_processor(execution) : run_post_processor(execution);
        state.tile_open = false;
    }
}

}  // namespace napier::golden
