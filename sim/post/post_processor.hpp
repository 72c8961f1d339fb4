#pragma once
// Twin of rtl/post/post_processor.sv: time of a job in closed form, and its output bytes.

#include <cstdint>
#include <optional>

#include "sim/array/accumulator.hpp"
#include "sim/array/command_check.hpp"
#include "sim/base/event_queue.hpp"
#include "sim/memory/buffer.hpp"

namespace napier::sim {

// Groups of columns read for a job of that many pixels.
uint64_t post_groups(const spec::Machine& machine, uint64_t pixels);
// The cycle in which group n is read, of a job taken in `take`.
Cycle post_read(const spec::Machine& machine, Cycle take, uint64_t group);
// Cycles from the read of a group, of a block its last one, to its write.
Cycle post_write_cycles(const spec::Machine& machine, const ExecCommand& command);
// The cycle of the job's last write.
Cycle post_end(const spec::Machine& machine, Cycle take, uint64_t pixels, Cycle write_cycles);
// Number of groups of the job read before `cycle`.
uint64_t post_read_before(const spec::Machine& machine, Cycle take, uint64_t pixels, Cycle cycle);

// The first word out of a buffer, and the cycle in which it is found.
struct PostFault {
    Cycle cycle;
    FaultReport report;
};
std::optional<PostFault> post_fault(const spec::Machine& machine, const ExecCommand& command, Cycle take);

// Writes the output words of a job whose words are all in their buffers.
void post_process(const spec::Machine& machine, const ExecCommand& command, const Accumulators& accumulators,
                  Buffers& buffers);

}  // namespace napier::sim
