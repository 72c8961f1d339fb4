#pragma once
// Twin of rtl/mx/mx_post_processor.sv: time of a job in closed form, and the blocks of a pixel.

#include "sim/base/event_queue.hpp"
#include "sim/mx/mx_output.hpp"

namespace napier::sim {

struct MxPostProcessor {
    int columns;  // a multiple of 32
    int lanes;    // divides 32

    uint64_t groups(uint64_t pixels) const { return pixels * static_cast<uint64_t>(columns / lanes); }
    // The cycle in which group n is read, of a job taken in `take`.
    static Cycle read(Cycle take, uint64_t group) { return take + 1 + group; }
    // The cycle in which block n, of 32 columns, is written.
    Cycle write(Cycle take, uint64_t block) const {
        const uint64_t beats = static_cast<uint64_t>(spec::block_elements / lanes);
        return read(take, block * beats + beats - 1) + 1 + static_cast<Cycle>(output_cycles(lanes));
    }
    // The cycle of the job's last write.
    Cycle end(Cycle take, uint64_t pixels) const {
        return write(take, pixels * static_cast<uint64_t>(columns / spec::block_elements) - 1);
    }

    // A pixel's accumulators and the columns' biases, float32 patterns, to an output word of blocks of pitch bytes.
    void pixel(const OutputRule& rule, const uint32_t* accumulators, const uint32_t* biases, int pitch,
               uint8_t* word) const {
        for (int first = 0; first < columns; first += spec::block_elements) {
            mx_output(rule, accumulators + first, biases + first, word);
            word += pitch;
        }
    }
};

}  // namespace napier::sim
