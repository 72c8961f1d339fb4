#pragma once
// Twin of rtl/array/executor.sv: when passes, hand-over and take of each command happen, in closed form.
// The rules stand in docs/architecture.md, "Timing, exactly: EXEC".

#include "sim/array/job_slot.hpp"
#include "sim/base/event_queue.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

// A command's way through array and post-processor. Cycles beyond a fault are those it would have taken.
struct ExecPlan {
    Cycle start = 0;
    Cycle first = 0;        // the first pass begins
    uint64_t passes = 0, pixels = 0;
    uint64_t interval = 0;  // cycles from pass to pass
    Cycle hand_over = 0, take = 0, end = 0;
    bool finish = false;

    Cycle pass(uint64_t index) const { return first + index * interval; }
    Cycle last_vector(uint64_t pass_index) const { return pass(pass_index) + pixels - 1; }
    // Number of passes that begin before `cycle`.
    uint64_t begun_before(Cycle cycle) const;
};

class Executor {
public:
    explicit Executor(const spec::Machine& machine) : machine_(&machine), slot_(machine) {}

    // The command that starts in cycle `start`; in order. write_cycles: of a command with finish (post_write_cycles).
    ExecPlan plan(Cycle start, uint64_t passes, uint64_t pixels, std::optional<Cycle> write_cycles);

    // The first cycle in which a command may start after `plan`, the last one planned.
    Cycle accepts(const ExecPlan& plan) const { return overlap() ? plan.hand_over : plan.end + 1; }
    // The cycle in which that command leaves its queue.
    Cycle pops(const ExecPlan& plan) const { return overlap() ? plan.start : plan.end; }

private:
    bool overlap() const { return machine_->accumulator_halves > 1; }

    const spec::Machine* machine_;
    JobSlot slot_;
    Cycle array_free_ = 0;  // first cycle in which a pass may begin
};

}  // namespace napier::sim
