#pragma once
// Brings a float32 graph to the nodes that quantization works on; the function stays the same but for float rounding.

#include "sw/import/graph.hpp"

namespace napier::quantize {

// Constant nodes become initializers; alpha and beta of a Gemm go into its constants; a BatchNormalization behind a
// Conv or Gemm that nothing else reads goes into its weights and bias: with f = gamma / sqrt(variance + epsilon) in
// double, weights w * f and bias beta + (bias - mean) * f, each rounded once to float32.
// Error (unsupported): a BatchNormalization that stands elsewhere; weights that are not constant; (input): constants
// that do not fit.
onnx::Graph folded(onnx::Graph graph);

// Number of nodes that read a value, the graph's output counting as one.
size_t reader_count(const onnx::Graph& graph, const std::string& value);

// The node that gives a value; null for the input and for constants.
const onnx::Node* source_of(const onnx::Graph& graph, const std::string& value);

// `name`, or with underscores behind it if the graph has that name already.
std::string fresh_name(const onnx::Graph& graph, std::string name);

}  // namespace napier::quantize
