#pragma once
// Constant weights and biases of convolutions and products.

#include <cstdint>
#include <vector>

#include "sw/import/lowering.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

struct Weights {
    std::vector<int8_t> values;  // in the file's order
    std::vector<double> scales;  // one for each output channel
};

// out_axis: of the weight's dimensions, the one of the output channels.
// Refusal: a value does not fit int8 once its zero point is taken off, or the scale differs along another axis.
Weights read_weights(const QuantizedConstant& weight, size_t out_axis);

// An expression with the input, names, steps, groups, and biases of 0; the caller sets weight, window, extents, view.
// The scales of the input's vectors become a factor of each step where a group of channels has but one, else
// input_scales.
Expression product_expression(const Node& node, const Lowering& lowering, const Activation& input,
                              const Weights& weights, int64_t groups = 1);

// Adds factor * the constant input `index`, one value or one for each output channel. Integers on the accumulator's own
// grid are kept, others become real.
void add_bias(const Node& node, const Lowering& lowering, size_t index, double factor, Expression& expression);

}  // namespace napier::onnx
