#pragma once
// The choice of a plan for each layer: by estimate, or by measuring the most promising ones.

#include <vector>

#include "driver/compile/options.hpp"
#include "driver/compile/plan.hpp"

namespace napier::driver {

// The model of one layer and its tensors, the input first, then the output and a residual of its own.
Model alone(const Model& model, const Layer& layer);

// One plan a layer of a valid model. Layers that differ in names, values and addresses alone are measured once. Of
// plans that measure the same the one with the least estimate is taken. Errors: as compile().
std::vector<Plan> choose_plans(const Model& model, const spec::Machine& machine, const CompileOptions& options);

}  // namespace napier::driver
