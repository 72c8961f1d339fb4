#include "sim/array/job_slot.hpp"

#include <algorithm>

#include "sim/array/vector_scale.hpp"
#include "sim/mx/real_core.hpp"

namespace napier::sim {

namespace {

// From a vector's read to the cycle after its accumulators are written, besides the array's rows and stages.
constexpr Cycle drain = 3;

}  // namespace

Cycle drain_cycles(const spec::Machine& machine) {
    if (spec::is_real(machine)) return static_cast<Cycle>(real_drain_cycles(machine));
    return static_cast<Cycle>(machine.rows + machine.columns / machine.column_span + scale_cycles(machine)) + drain;
}

void JobSlot::hand_over(Cycle last_vector, Cycle drained, uint64_t words, std::optional<Cycle> write_cycles) {
    handed_over_ = std::max(last_vector, taken_);
    taken_ = std::max({drained, handed_over_ + 1, post_free_});
    end_ = taken_;
    if (!write_cycles) return;
    end_ = post_end(*machine_, taken_, words, *write_cycles);
    post_free_ = end_ + 1;
    half_free_[half_] = end_ + 1;
    half_ = (half_ + 1) % machine_->accumulator_halves;
}

}  // namespace napier::sim
