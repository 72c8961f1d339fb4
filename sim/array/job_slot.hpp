#pragma once
// Twin of rtl/array/job_slot.sv: hand-over, take and end of each command, and when an accumulator half is free.

#include <optional>

#include "sim/base/event_queue.hpp"
#include "sim/post/post_processor.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

// Cycles from an array's vector to the cycle after its accumulators are written.
Cycle drain_cycles(const spec::Machine& machine);

class JobSlot {
public:
    explicit JobSlot(const spec::Machine& machine) : machine_(&machine) {}

    // The command in the array reads its last activation in `last_vector`, and its last accumulator is written before
    // `drained`; in order. words: accumulators of a column that it has. write_cycles: of a command with finish, from
    // the read of a group to its write.
    void hand_over(Cycle last_vector, Cycle drained, uint64_t words, std::optional<Cycle> write_cycles);

    // Of the last command handed over; 0 before the first.
    Cycle handed_over() const { return handed_over_; }
    Cycle taken() const { return taken_; }
    Cycle end() const { return end_; }
    // First cycle in which the array may use the next half.
    Cycle half_free() const { return half_free_[half_]; }

private:
    const spec::Machine* machine_;
    Cycle handed_over_ = 0, taken_ = 0, end_ = 0;
    Cycle post_free_ = 0;       // first cycle in which the post-processor takes a job
    Cycle half_free_[2] = {};
    int half_ = 0;              // the array's
};

}  // namespace napier::sim
