#pragma once
// Whether a plan fits its machine, and how many cycles it takes, roughly.

#include <optional>

#include "driver/compile/plan.hpp"

namespace napier::driver {

// Parameter words of one column tile.
int parameter_words(const spec::Machine& machine);

// What the steps of a plan need at most, and in all.
struct PlanNeed {
    int groups = 1;          // channel groups of a step
    int64_t passes = 1;      // of a step
    int64_t all_passes = 0;  // of all column steps
};

// Words of the activation buffer for the largest tile with that many groups.
int64_t tile_words(const Plan& plan, int groups);

// Completes a plan of which geometry, tile size, columns, loop order, residency of activations and whether weights are
// resident for the whole layer are chosen: chunk size, residency of weights and parameters, cost. Nothing: does not
// fit.
std::optional<Plan> complete(Plan plan, const PassTable& passes, bool weights_resident);

// Cycles from the layer's first load to the answer to its last store, for a memory of usual latency.
double estimate_cycles(const Plan& plan, const PassTable& passes, const PlanNeed& need);

}  // namespace napier::driver
