#pragma once
// The weights of a node that multiplies: Conv, Gemm or MatMul.

#include "sw/import/graph.hpp"

namespace napier::quantize {

// True if the weights are [inputs][outputs], as of a MatMul; else outputs come first.
bool inputs_come_first(const onnx::Node& node);

// Of rank 2 at least, and with elements. Error (unsupported): they are not constant; (input): they are no matrix.
onnx::ConstantPointer constant_weights(const onnx::Graph& graph, const onnx::Node& node);

}  // namespace napier::quantize
