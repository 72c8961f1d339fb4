#pragma once
// EXEC: passes of the array over a tile, and the post-processor.

#include "sw/formats/formats.hpp"
#include "sw/golden/interpreter/state.hpp"

namespace napier::golden {

// An EXEC on a state: the command and what follows from it.
struct Execution {
    State& state;
    const spec::CommandWords& words;
    uint32_t command;  // index, for sentences

    int64_t field(const spec::Field& which) const { return spec::get(words, which); }
    int64_t pixels() const { return field(spec::exec::out_w) * field(spec::exec::out_h); }
    Accumulator& accumulator(int64_t pixel, int column) const;
    // Remembers the first byte never written that a value was made from.
    void note_unknown(const Buffer& buffer, BufferPosition position) const;
};

// Runs a legal EXEC: its passes and, with `finish`, the post-processor. Throws Stop or ProgramError.
void run_exec(const Execution& execution);

// The passes: adds into the accumulators.
void run_passes(const Execution& execution);

// The post-processor: accumulators and residual buffer to the output buffer.
void run_post_processor(const Execution& execution);

// The value modulo 2^bits, as two's complement.
int64_t wrap(int64_t value, int bits);

}  // namespace napier::golden
