#pragma once
// The work of the host from its definition, in plain loops of float32.

#include <vector>

#include "sw/golden/layer.hpp"

namespace napier::golden {

// Output values of a layer with HostWork; tensors as run_layer takes them. Every input is made real,
// float(scale) * float(value - zero_point), then computed in float32 in the order that host.cpp states, and
// rounded to the output's grid: round_half_even(real / scale) + zero_point, within the layer's clamps; what is not a
// number (of infinities) becomes the zero point.
// Error (input): a function that is none of sw/model/model.hpp's.
TensorValues run_host(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors);

}  // namespace napier::golden
