#pragma once
// EXEC: passes of the array over a tile, and the post-processor.

#include "sw/formats/formats.hpp"
#include "sw/golden/interpreter/state.hpp"

namespace napier::golden {

// Indices of one vector of activations: output pixel, tap, channel group.
struct Vector {
    int64_t oy, ox, ky, kx, g;
};

// An EXEC on a state: the command and what follows from it.
struct Execution {
    State& state;
    const spec::CommandWords& words;
    uint32_t command;  // index, for sentences

    int64_t field(const spec::Field& which) const { return spec::get(words, which); }
    spec::exec::Engine engine() const { return static_cast<spec::exec::Engine>(field(spec::exec::engine)); }
    bool windowed() const { return engine() != spec::exec::Engine::array; }
    // Accumulators of a column that the command has; those of a pixel of the window engine have each its parameters.
    int64_t pixels() const;
    int parameter_sets() const { return windowed() ? spec::window_slots(state.machine) : 1; }
    Accumulator& accumulator(int64_t pixel, int column) const;
    // True if the vector is data, not padding; its slot then.
    bool is_inside(const Vector& at) const;
    uint32_t slot_of(const Vector& at) const;
    // Remembers the first byte never written that a value was made from.
    void note_unknown(const Buffer& buffer, BufferPosition position) const;
};

// Runs a legal EXEC: its passes and, with `finish`, the post-processor. Throws Stop or ProgramError.
void run_exec(const Execution& execution);

// The passes: adds into the accumulators.
void run_passes(const Execution& execution);

// The same of a command of the window engine: its passes are output pixels.
void run_window(const Execution& execution);

// The passes of a format of real numbers: the accumulators hold patterns of float32.
void run_real_passes(const Execution& execution);

// The post-processor of a machine of real numbers: accumulators to blocks, float32 or bfloat16 in the output buffer.
void run_real_post_processor(const Execution& execution);

// The post-processor: accumulators and residual buffer to the output buffer.
void run_post_processor(const Execution& execution);

// The value modulo 2^bits, as two's complement.
int64_t wrap(int64_t value, int bits);

}  // namespace napier::golden
