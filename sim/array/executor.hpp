#pragma once
// Twin of rtl/array/executor.sv: when weights, activations, hand-over and take of each command happen, in closed form.
// The rules stand in docs/architecture.md, "Timing, exactly: EXEC".

#include <vector>

#include "sim/array/job_slot.hpp"
#include "sim/base/event_queue.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

// First weight read and first activation read of each pass of a command: an irregular beginning, then a constant interval.
class PassTimes {
public:
    // From those of the first pass.
    void plan(Cycle w_first, Cycle a_first, uint64_t passes, uint64_t pixels, int rows);

    Cycle activations(uint64_t pass) const { return at(activations_, pass); }
    Cycle weights(uint64_t pass) const { return at(weights_, pass); }
    // Number of passes whose activations begin before `cycle`.
    uint64_t begun_before(Cycle cycle) const;
    uint64_t passes() const { return passes_; }

private:
    Cycle at(const std::vector<Cycle>& list, uint64_t pass) const {
        return pass < list.size() ? list[pass] : list.back() + (pass - (list.size() - 1)) * interval_;
    }

    std::vector<Cycle> weights_, activations_;
    uint64_t passes_ = 0, interval_ = 0;
};

// A command's way through array and post-processor. Cycles beyond a fault are those it would have taken.
struct ExecPlan {
    Cycle start = 0, load = 0;
    PassTimes passes;
    uint64_t pixels = 0;
    Cycle last_vector = 0, take = 0, end = 0;
    bool finish = false;
};

class Executor {
public:
    explicit Executor(const spec::Machine& machine) : machine_(&machine), slot_(machine) {}

    // The command that starts in cycle `start`; in order.
    void plan(ExecPlan& plan, Cycle start, uint64_t passes, uint64_t pixels, bool finish);

    // The first cycle in which a command may start after `plan`, the last one planned.
    Cycle accepts(const ExecPlan& plan) const;
    // The cycle in which that command leaves its queue.
    Cycle pops(const ExecPlan& plan) const { return overlap() ? plan.load : plan.end; }

private:
    bool overlap() const { return machine_->accumulator_halves > 1; }

    const spec::Machine* machine_;
    JobSlot slot_;
};

}  // namespace napier::sim
