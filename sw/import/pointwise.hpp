#pragma once
// Elementwise operators of float32 values, from their definitions in ONNX: each result is rounded to float32.

#include <vector>

#include "sw/import/graph.hpp"

namespace napier::onnx {

// True if the operator's output depends, element by element, on its inputs' elements alone.
bool is_pointwise(const Node& node);

// inputs: a value of each of the node's inputs; null: left out. The node is pointwise. Error: an input is missing.
float pointwise(const Node& node, const std::vector<const float*>& inputs);

}  // namespace napier::onnx
