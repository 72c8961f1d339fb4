#pragma once
// Is another run's output what the network says if values too near a tie for float32 to tell are rounded the other way?

#include <vector>

#include "sw/golden/layer.hpp"
#include "sw/model/model.hpp"

namespace napier::test {

// The least number of values, at most `most`, that have to be rounded the other way for the network's output to be
// `wanted` in every bit; -1 if none will do. Only values within their bound (float_error.hpp) of a tie are turned; what
// follows from each is computed again. channel errors are 0: the model's biases are on the grid.
int flips_to(const Model& model, const golden::TensorValues& input, const std::vector<float>& wanted, int most);

}  // namespace napier::test
