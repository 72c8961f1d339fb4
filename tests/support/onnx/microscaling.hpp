#pragma once
// Operators of the domain napier for the evaluator: quantization to microscaling blocks, piecewise-affine products.

#include "tests/support/onnx/operations.hpp"

namespace napier::test {

// MXQuantize: every block of 32 along the axis replaced by what its codes stand for.
Array quantize_blocks(const Call& call);

// (1 + f) * 2^e of both operands, rounded to bfloat16, without the product of both fractions. Operands whose product
// stays among bfloat16's normal numbers, or zeros.
double piecewise_product(double a, double b);

}  // namespace napier::test
