#pragma once
// The operators the importer knows. Each takes a node to the value of its first output, or throws a Refusal.

#include <cstdint>
#include <optional>
#include <string>

#include "sw/import/graph.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

class Lowering;
class Layers;

// A node that is right but cannot run. shape: of its output, if known.
struct Refusal {
    std::string reason, hint;
    std::optional<Shape> shape;
};

// The node reads a value that was refused already: nothing more to say. shape: of its output, if known.
struct Follows {
    std::optional<Shape> shape;
};

using Operator = Value (*)(Lowering&, const Node&);

// nullptr if the importer does not know the operator.
Operator find_operator(const Node& node);

// Why an operator nobody knows cannot run, and what to do instead.
Refusal refusal_of_unknown(const Node& node);

// Why an operator that makes a table of one quantized tensor cannot.
Refusal refusal_of_pointwise(const Lowering&, const Node& node);

// True if such an operator gives a value of its first input's shape.
bool keeps_shape(const Node& node);

// quantize.cpp
Value quantize_linear(Lowering&, const Node&);
Value dequantize_linear(Lowering&, const Node&);
// blocks.cpp: of weights, with a scale for each block
Value dequantize_blocks(Lowering&, const Node&, const Constant& values);
// quant.cpp
Value quant(Lowering&, const Node&);
Value bipolar_quant(Lowering&, const Node&);
// convolution.cpp, product.cpp
Value convolution(Lowering&, const Node&);
Value adder_convolution(Lowering&, const Node&);
Value gemm(Lowering&, const Node&);
Value matrix_product(Lowering&, const Node&);
// join.cpp: Concat of activations, and the layers that put its parts on one grid
Value join_activations(Lowering&, const Node&);
Activation join(Layers&, const Node&, const Joined&, const Grid&, const std::string& tensor_name);
// operand.cpp: MatMul of two activations
Value operand_product(Lowering&, const Node&);
// host.cpp: what the host computes; a sum with constants that differ along pixels is a mask
Value softmax(Lowering&, const Node&);
Value layer_normalization(Lowering&, const Node&);
Value rms_normalization(Lowering&, const Node&);
Value rotary_embedding(Lowering&, const Node&);
Value host_product(Lowering&, const Node&);
Value linear_recurrence(Lowering&, const Node&);
Value masked(Lowering&, const Node&, size_t activation);
bool is_scaled_tensor(Lowering&, const Node&, size_t index);  // a quantized one times a number
// gather.cpp: rows of a constant by an input's integers
Value gather_rows(Lowering&, const Node&, const Indices&);
// tokens.cpp: Concat of an activation's pixels and constant ones
Value surround(Lowering&, const Node&, size_t activation);
Activation surround(Layers&, const Node&, const Surrounded&, const Grid&, const std::string& tensor_name);
// pool.cpp, max_pool.cpp, pad.cpp
Value global_average_pool(Lowering&, const Node&);
Value average_pool(Lowering&, const Node&);
Value reduce_mean(Lowering&, const Node&);
Value max_pool(Lowering&, const Node&);
Value pad(Lowering&, const Node&);
// arithmetic.cpp, normalize.cpp
Value add(Lowering&, const Node&);
Value subtract(Lowering&, const Node&);
Value multiply(Lowering&, const Node&);
Value divide(Lowering&, const Node&);
Value batch_normalization(Lowering&, const Node&);
Value relu(Lowering&, const Node&);
Value clip(Lowering&, const Node&);
// reshape.cpp
Value reshape(Lowering&, const Node&);
Value flatten(Lowering&, const Node&);
Value squeeze(Lowering&, const Node&);
Value unsqueeze(Lowering&, const Node&);
Value transpose(Lowering&, const Node&);
Value identity(Lowering&, const Node&);
// fold.cpp
Value constant(Lowering&, const Node&);
Value shape(Lowering&, const Node&);
Value gather(Lowering&, const Node&);
Value concat(Lowering&, const Node&);
Value slice(Lowering&, const Node&);
// slice.cpp
Value slice_activation(Lowering&, const Node&);
Value cast(Lowering&, const Node&);

}  // namespace napier::onnx
