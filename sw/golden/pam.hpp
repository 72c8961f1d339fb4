#pragma once
// The piecewise-affine product of bfloat16 numbers: the sum of their bit patterns less the bias (T. Mogami, "Deep
// Neural Network Training without Multiplications", arXiv 2012.03458). docs/microscaling.md has every case.

#include <cstdint>

namespace napier::golden {

// bfloat16 pattern of the product. In this order:
//   NaN (0x7FC0) if an exponent field is 255: infinities and NaNs have no product.
//   A zero of the product's sign if an exponent field is 0: subnormals count as zeros.
//   m = (a & 0x7FFF) + (b & 0x7FFF) - 0x3F80; a zero of the product's sign if m < 0x0080, NaN (0x7FC0) if m >= 0x7F80;
//   else the product's sign and m.
uint16_t pam_product(uint16_t a, uint16_t b);

// accumulator + pam_product(a, b) in float32, rounded once (mx::add). A sum of products adds them one after the other.
float pam_accumulate(float accumulator, uint16_t a, uint16_t b);

}  // namespace napier::golden
