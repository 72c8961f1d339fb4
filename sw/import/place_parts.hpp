#pragma once
// Tensors side by side, written to their places at once.

#include "sw/model/model.hpp"

namespace napier::onnx {

// Where a layer copies a tensor that nobody else reads to its channels of a whole, and the values stay what they are,
// the layer that makes the tensor writes it there and the copy goes.
void place_parts(Model& model);

}  // namespace napier::onnx
