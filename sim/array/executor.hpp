#pragma once
// Twin of rtl/array/executor.sv: when passes, hand-over and take of each command happen, in closed form.
// The rules stand in docs/architecture.md, "Timing, exactly: EXEC".

#include <algorithm>

#include "sim/array/job_slot.hpp"
#include "sim/base/event_queue.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

// What the executor's timing depends on: a command for the array, or for the window engine (window_shape).
struct ExecShape {
    uint64_t passes = 1;
    uint64_t vectors = 1;   // of a pass
    uint64_t step = 1;      // cycles of a vector in the first pass, if it loads; else 1
    uint64_t turn = 1;      // cycles from pass to pass, at least
    uint64_t words = 1;     // accumulators of a column
    Cycle drain = 0;        // from the last vector to the cycle after the last accumulator's write
    bool windowed = false;
    bool loads = false;     // the first pass reads the weights of all
};
ExecShape array_shape(const spec::Machine& machine, uint64_t passes, uint64_t pixels);

// A command's way through its engine and the post-processor. Cycles beyond a fault are those it would have taken.
struct ExecPlan {
    ExecShape shape;
    Cycle start = 0;
    Cycle first = 0;        // the first pass begins
    Cycle hand_over = 0, take = 0, end = 0;
    bool finish = false;

    // Cycles from pass to pass, the first's.
    uint64_t interval() const { return std::max(shape.vectors, shape.turn); }
    uint64_t first_interval() const {
        return shape.loads ? shape.vectors * shape.step + shape.turn - 1 : interval();
    }
    Cycle pass(uint64_t index) const {
        return index == 0 ? first : first + first_interval() + (index - 1) * interval();
    }
    // The cycle of that vector, from 0 on.
    Cycle vector(uint64_t pass_index, uint64_t index) const {
        return pass(pass_index) + (index + 1) * (pass_index == 0 ? shape.step : 1) - 1;
    }
    Cycle last_vector(uint64_t pass_index) const { return vector(pass_index, shape.vectors - 1); }
    // Number of passes that begin, of vectors of a pass that are read, before `cycle`.
    uint64_t begun_before(Cycle cycle) const;
    uint64_t read_before(uint64_t pass_index, Cycle cycle) const;
};

class Executor {
public:
    explicit Executor(const spec::Machine& machine) : machine_(&machine), slot_(machine) {}

    // The command that starts in cycle `start`; in order. write_cycles: of a command with finish (post_write_cycles).
    ExecPlan plan(Cycle start, const ExecShape& shape, std::optional<Cycle> write_cycles);

    // The first cycle in which a command may start after `plan`, the last one planned.
    Cycle accepts(const ExecPlan& plan) const { return overlap() ? plan.hand_over : plan.end + 1; }
    // The cycle in which that command leaves its queue.
    Cycle pops(const ExecPlan& plan) const { return overlap() ? plan.start : plan.end; }

private:
    bool overlap() const { return machine_->accumulator_halves > 1; }

    const spec::Machine* machine_;
    JobSlot slot_;
    Cycle array_free_ = 0;   // first cycle in which a pass may begin
    bool windowed_ = false;  // the last command's engine
};

}  // namespace napier::sim
