#pragma once
// Weights that need shifts and no multiplier: one power of two, or the sum of two.

#include <span>

#include "sw/quantize/weights.hpp"

namespace napier::quantize {

// Exponents of a term: 2^0 .. 2^6, or the term is 0.
inline constexpr int greatest_exponent = 6;

// DeepShift-Q (Elhoushi et al., CVPR workshops 2021): sign(w) * 2^p, p = rhe(log2 |w|). Integers 0 and
// +-2^e, e = 0..6; the scale is the power of two that puts the channel's greatest p at e = 6. Seven exponents
// below that, a weight becomes 0 if its magnitude is below half a scale, else +-1. log2 is of double; it is
// never exactly between two integers for a float32.
IntegerWeights quantize_shift(const FloatWeights& weights);

// Magnitudes that two terms of APoT can make within int8: 0, 2^i, 2^i + 2^j, rising; i, j = 0..6, sums up to 96.
std::span<const int> two_term_levels();

// Additive powers of two (Li, Dong and Wang, ICLR 2020) with two terms from the whole range of exponents. Each
// weight takes the nearest level of its channel's scale, of two equally near ones the lower magnitude. The scale
// starts at max |w| / 96; then nearest levels and the least-squares scale for them follow each other while the
// squared error falls.
IntegerWeights quantize_apot(const FloatWeights& weights);

}  // namespace napier::quantize
