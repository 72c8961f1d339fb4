#pragma once
// What the commands of a layer make the machine do, counted from their fields: the sums over all layers are the
// machine's own counters.

#include <cstdint>
#include <vector>

#include "driver/compile/program.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {

struct Activity {
    uint64_t commands = 0;
    uint64_t vectors = 0;       // of activations that enter the array: counter array_cycles
    uint64_t window_vectors = 0;  // of them into the window engine
    uint64_t window_pixels = 0;   // of the passes: its pixels
    uint64_t passes = 0;        // weight sets: counter passes
    uint64_t pass_cycles = 0;   // of the array, where a pass takes at least the cycles in which its weights enter
    uint64_t post_groups = 0;   // groups of accumulators: counter post_cycles
    uint64_t read_beats = 0, write_beats = 0;  // on the bus, commands included: counters of these names
    // The same beats by what they carry, commands among them; weights with their parameters and tables.
    uint64_t weight_beats = 0, input_beats = 0, residual_beats = 0, output_beats = 0, command_beats = 0;
    uint64_t outputs = 0, residuals = 0;       // values in the post-processor

    // Bytes read and written in each memory of the machine; tables of weights count with the weights.
    struct Bytes {
        uint64_t read = 0, written = 0;
        uint64_t all() const { return read + written; }
        void add(const Bytes& other);
    };
    Bytes activation, weight, parameter, residual, output, accumulator;
    Bytes table;  // of outputs, in all copies

    void add(const Activity& other);
};

// One entry a layer of the program.
std::vector<Activity> activities(const Program& program, const spec::Machine& machine);

}  // namespace napier::driver
