#pragma once
// The operators of the float interpreter, each from its definition in ONNX: plain loops, sums in double, results in
// float32. Error (input): shapes that do not fit. Inputs left out are null.

#include <vector>

#include "sw/quantize/float_tensor.hpp"

namespace napier::quantize {

using Inputs = std::vector<const FloatTensor*>;

FloatTensor convolve(const onnx::Node& node, const Inputs& inputs);             // Conv, one or two space axes
FloatTensor average_pool(const onnx::Node& node, const Inputs& inputs);         // AveragePool
FloatTensor global_average_pool(const onnx::Node& node, const Inputs& inputs);  // GlobalAveragePool
FloatTensor reduce_mean(const onnx::Node& node, const Inputs& inputs);          // ReduceMean
FloatTensor multiply_matrix(const onnx::Node& node, const Inputs& inputs);      // Gemm, MatMul by a matrix
FloatTensor normalize(const onnx::Node& node, const Inputs& inputs);            // BatchNormalization
FloatTensor add(const onnx::Node& node, const Inputs& inputs);                  // Add, broadcasting
FloatTensor clamp(const onnx::Node& node, const Inputs& inputs);                // Relu, Clip
FloatTensor view(const onnx::Node& node, const Inputs& inputs);                 // Flatten, Reshape, Squeeze, Unsqueeze
FloatTensor transpose(const onnx::Node& node, const Inputs& inputs);            // Transpose
FloatTensor identity(const onnx::Node& node, const Inputs& inputs);             // Identity, Dropout

// True for those that only rearrange one value's elements.
bool is_view(const onnx::Node& node);

}  // namespace napier::quantize
