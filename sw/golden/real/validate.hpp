#pragma once
// Consistency of a model of real numbers: what everything downstream may rely on.

#include "sw/model/real_model.hpp"

namespace napier::golden::real {

// Returns if the model obeys sw/model/real_model.hpp: indices, order, shapes, formats, counts.
// Error (input): a sentence that names the layer or tensor and what is wrong with it.
void validate(const RealModel& model);

}  // namespace napier::golden::real
