#pragma once
// What a machine of real numbers can do of a layer, as fields of its commands.

#include "driver/compile/real/plan.hpp"

namespace napier::driver {

// Slots of that many channels of a pixel.
int slots_of(int channels, const spec::Machine& machine);

// "mxfp4", "mxint8 x mxfp4" or "pam".
std::string format_name(const RealPlan& plan);

// Chooses elements, output and clamps of the plan's layer. Errors (unsupported) as make_real_plan.
void choose_fields(const RealModel& model, RealPlan& plan);

}  // namespace napier::driver
