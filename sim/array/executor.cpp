#include "sim/array/executor.hpp"

#include <algorithm>

#include "sim/mx/real_core.hpp"

namespace napier::sim {

uint64_t ExecPlan::begun_before(Cycle cycle) const {
    return cycle <= first ? 0 : std::min(passes, 1 + (cycle - 1 - first) / interval);
}

ExecPlan Executor::plan(Cycle start, uint64_t passes, uint64_t pixels, std::optional<Cycle> write_cycles) {
    ExecPlan plan;
    plan.start = start;
    plan.passes = passes;
    plan.pixels = pixels;
    plan.finish = write_cycles.has_value();
    plan.interval = std::max(pixels, static_cast<uint64_t>(spec::pass_words(*machine_)));
    if (spec::is_real(*machine_)) {
        plan.interval = std::max(plan.interval, static_cast<uint64_t>(real_turn_cycles(*machine_)));
    }
    plan.first = std::max({start + 1, array_free_, slot_.half_free()});
    array_free_ = plan.pass(passes);
    slot_.hand_over(plan.last_vector(passes - 1), pixels, write_cycles);
    plan.hand_over = slot_.handed_over();
    plan.take = slot_.taken();
    plan.end = slot_.end();
    return plan;
}

}  // namespace napier::sim
