#pragma once
// A float32 network to one of piecewise-affine products, after training.

#include "sw/quantize/convert.hpp"

namespace napier::quantize {

// graph: as read; it is folded first. Conv becomes PamConv, Gemm and MatMul PamMatMul (domain "napier"), with weights
// rounded to bfloat16, and a Gemm's bias an Add behind it; biases stay float32. It needs no images. The layers' errors
// are those of the weights' rounding; what the products change shows in the accuracy alone (Kosson and Jaggi,
// "Multiplication-Free Transformer Training via Piecewise Affine Operations", 2023; the product is Mogami's, 2020).
// Error (unsupported): weights that are not constant; (input): damaged values.
Conversion convert_pam(const onnx::Graph& graph);

}  // namespace napier::quantize
