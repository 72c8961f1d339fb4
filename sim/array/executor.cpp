#include "sim/array/executor.hpp"

#include <algorithm>

#include "sim/mx/real_core.hpp"

namespace napier::sim {

ExecShape array_shape(const spec::Machine& machine, uint64_t passes, uint64_t pixels) {
    uint64_t turn = static_cast<uint64_t>(spec::pass_words(machine));
    if (spec::is_real(machine)) turn = std::max(turn, static_cast<uint64_t>(real_turn_cycles(machine)));
    return {.passes = passes, .vectors = pixels, .turn = turn, .words = pixels, .drain = drain_cycles(machine)};
}

uint64_t ExecPlan::begun_before(Cycle cycle) const {
    if (cycle <= first) return 0;
    if (cycle <= first + first_interval()) return 1;
    return std::min(shape.passes, 2 + (cycle - 1 - first - first_interval()) / interval());
}

uint64_t ExecPlan::read_before(uint64_t pass_index, Cycle cycle) const {
    const Cycle begin = pass(pass_index);
    if (cycle <= begin) return 0;
    return std::min(shape.vectors, (cycle - begin) / (pass_index == 0 ? shape.step : 1));
}

ExecPlan Executor::plan(Cycle start, const ExecShape& shape, std::optional<Cycle> write_cycles) {
    ExecPlan plan;
    plan.shape = shape;
    plan.start = start;
    plan.finish = write_cycles.has_value();
    plan.first = std::max({start + 1, array_free_, slot_.half_free()});
    if (shape.windowed != windowed_) plan.first = std::max(plan.first, slot_.taken() + 1);
    windowed_ = shape.windowed;
    const Cycle last = plan.last_vector(shape.passes - 1);
    array_free_ = shape.windowed ? last + shape.turn : plan.pass(shape.passes);
    slot_.hand_over(last, last + shape.drain, shape.words, write_cycles);
    plan.hand_over = slot_.handed_over();
    plan.take = slot_.taken();
    plan.end = slot_.end();
    return plan;
}

}  // namespace napier::sim
