#pragma once
// Whether a plan fits its machine, and how many cycles it takes, roughly.

#include <optional>

#include "driver/compile/plan.hpp"

namespace napier::driver {

// Parameter words of one column tile.
int parameter_words(const Geometry& geometry);

// What the steps of a plan need at most, and in all.
struct PlanNeed {
    int groups = 1;          // channel groups of a step
    int64_t passes = 1;      // of a step
    int64_t all_passes = 0;  // of all column steps
    MemoryPace memory;
};

// Words of the activation buffer for that many groups of the part of the largest tile that is held.
int64_t tile_words(const Plan& plan, int groups);

// What is tried of the weights of a layer: all of them in their buffer, or a step's, or parts of a step of one column
// tile, of which several fit the buffer side by side.
struct WeightWish {
    bool resident = false;  // for the whole layer
    int parts = 1;          // of the buffer; more than 1: a part of a step's weights each
};

// Completes a plan of which geometry, passes, tile size, columns, loop order and residency of activations are chosen:
// chunk sizes, residency of weights and parameters, cost. Nothing: does not fit, or is as without parts.
std::optional<Plan> complete(Plan plan, WeightWish wish, const Tuning& tuning);

// Cycles from the layer's first load to the answer to its last store, with the memory of `need`.
double estimate_cycles(const Plan& plan, const PassTable& passes, const PlanNeed& need);

}  // namespace napier::driver
