#pragma once
// The compiler of models of real numbers.

#include "driver/compile/options.hpp"
#include "driver/compile/program.hpp"
#include "sw/model/real_model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// Tensors stand in memory as the machine reads them: blocks, bfloat16 or float32. Error: usage, input, capacity as
// compile() of integers; unsupported (the machine lacks what a layer needs). Tuning is not used.
Program compile(const RealModel& model, const spec::Machine& machine, const CompileOptions& options = {});

}  // namespace napier::driver
