#pragma once
// Arithmetic on constants, with ONNX's broadcasting.

#include "sw/import/constant.hpp"
#include "sw/import/graph.hpp"

namespace napier::onnx {

// node: Add, Sub, Mul or Div. Integers stay integers (64-bit, wrapping), all else is computed in double and rounded to
// float32. Refusal: the result is too large. Error: the shapes do not broadcast, or an integer is divided by zero.
ConstantPointer fold_arithmetic(const Node& node, const Constant& a, const Constant& b);

}  // namespace napier::onnx
