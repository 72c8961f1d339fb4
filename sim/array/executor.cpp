#include "sim/array/executor.hpp"

#include <algorithm>

namespace napier::sim {

namespace {

// The least from the first weight read of a pass to its first activation read.
constexpr Cycle weights_lead = 3;

}  // namespace

void PassTimes::plan(Cycle w_first, Cycle a_first, uint64_t passes, uint64_t pixels, int rows) {
    passes_ = passes;
    weights_.assign(1, w_first);
    activations_.assign(1, a_first);
    interval_ = 0;
    // What comes next depends on the distance of the two alone: once it stays, so does the interval.
    for (uint64_t pass = 1; pass < passes; ++pass) {
        const Cycle w_before = weights_.back(), a_before = activations_.back();
        const Cycle w = std::max(a_before + 1, w_before + static_cast<uint64_t>(rows));
        const Cycle a = std::max(a_before + pixels, w + weights_lead);
        weights_.push_back(w);
        activations_.push_back(a);
        interval_ = a - a_before;
        if (a - w == a_before - w_before) break;
    }
}

uint64_t PassTimes::begun_before(Cycle cycle) const {
    for (size_t i = 0; i < activations_.size(); ++i) {
        if (activations_[i] >= cycle) return i;
    }
    if (activations_.size() == passes_) return passes_;
    const uint64_t more = (cycle - 1 - activations_.back()) / interval_;
    return std::min<uint64_t>(passes_, activations_.size() + more);
}

void Executor::plan(ExecPlan& plan, Cycle start, uint64_t passes, uint64_t pixels, bool finish) {
    plan.start = start;
    plan.pixels = pixels;
    plan.finish = finish;
    plan.load = std::max(start + 1, slot_.handed_over());
    const Cycle first = std::max({plan.load + 1, start + weights_lead, slot_.half_free()});
    plan.passes.plan(start, first, passes, pixels, machine_->rows);
    plan.last_vector = plan.passes.activations(passes - 1) + pixels - 1;
    slot_.hand_over(plan.last_vector, pixels, finish);
    plan.take = slot_.taken();
    plan.end = slot_.end();
}

Cycle Executor::accepts(const ExecPlan& plan) const {
    if (!overlap()) return plan.end + 1;
    const uint64_t last = plan.passes.passes() - 1;
    return std::max(plan.passes.activations(last) + 1, plan.passes.weights(last) + static_cast<uint64_t>(machine_->rows));
}

}  // namespace napier::sim
