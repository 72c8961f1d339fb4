#pragma once
// Whether a plan fits its machine, and how many cycles it takes, roughly.

#include <optional>

#include "driver/compile/plan.hpp"

namespace napier::driver {

// Parameter words of one column tile.
int parameter_words(const spec::Machine& machine);

// Completes a plan of which geometry, tile size, columns, loop order, residency of activations and whether weights are
// resident for the whole layer are chosen: chunk size, residency of weights and parameters, cost. Nothing: does not fit.
std::optional<Plan> complete(Plan plan, const PassTable& passes, bool weights_resident);

}  // namespace napier::driver
