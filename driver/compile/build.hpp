#pragma once
// From one plan for each layer to a program.

#include <vector>

#include "driver/compile/options.hpp"
#include "driver/compile/plan.hpp"
#include "driver/compile/program.hpp"

namespace napier::driver {

// Error (unsupported): the layer's outputs have one bit and the machine cannot write them, or not side by side.
void require_bits(const Model& model, const Layer& layer, const spec::Machine& machine);

// Error (unsupported): the layer looks its outputs up in a table and the machine keeps none.
void require_tables(const Layer& layer, const spec::Machine& machine);

// The program of a valid model; plan number i is of its layer number i. Without values its weights are zeros: its time
// is the same. Error (capacity): it does not fit the machine.
Program build_program(const Model& model, const spec::Machine& machine, const CompileOptions& options,
                      std::vector<Plan> plans, bool values = true);

}  // namespace napier::driver
