#include "sim/array/job_slot.hpp"

#include <algorithm>

namespace napier::sim {

namespace {

// From a vector's read to the cycle after its accumulators are written, besides the array's rows and stages.
constexpr Cycle drain = 3;

}  // namespace

void JobSlot::hand_over(Cycle last_vector, uint64_t pixels, bool finish) {
    const int stages = machine_->columns / machine_->column_span;
    const Cycle drained = last_vector + static_cast<Cycle>(machine_->rows + stages) + drain;
    handed_over_ = std::max(last_vector, taken_);
    taken_ = std::max({drained, handed_over_ + 1, post_free_});
    end_ = taken_;
    if (!finish) return;
    end_ = post_end(*machine_, taken_, pixels);
    post_free_ = end_ + 1;
    half_free_[half_] = end_ + 1;
    half_ = (half_ + 1) % machine_->accumulator_halves;
}

}  // namespace napier::sim
