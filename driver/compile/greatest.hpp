#pragma once
// Layers that take the greatest of a window, on machines without an engine for it: layers of differences and sums,
// max(a, b) = a + max(0, b - a), where the clamp at zero is a layer's own.

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// The model with the layers that the machine takes the greatest with: those of its window engine; else, first along
// rows, then along columns, a layer each if the engine holds the taps, else two layers for each tap behind the first.
// The layer that was there writes its tensor last; tensors between follow the model's own. Exact: differences of int8
// are 0..255, which int8 with the zero point -128 holds, and every factor is one.
Model with_greatest_for(const Model& model, const spec::Machine& machine);

}  // namespace napier::driver
