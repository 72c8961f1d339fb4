#pragma once
// Products of which only parts are read become products of their own: no copy of channels, the same integers.

#include "sw/import/layers.hpp"
#include "sw/model/model.hpp"

namespace napier::onnx {

// Replaces products by weights whose outputs only layers of `parts` read, each by as many products.
void split_products(Model& model, const Parts& parts);

}  // namespace napier::onnx
