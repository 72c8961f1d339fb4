#pragma once
// Balanced-ternary planes: w = sum over p of 3^p * trit(w, p) with trits -1, 0, +1. A number is planes wide if
// |w| <= (3^planes - 1) / 2; the representation is unique.

#include <cstdint>
#include <span>

namespace napier::formats {

// The integer nearest to weight / 3^plane, which no two are: the trits from `plane` up, as a number.
int upper_trits(int weight, int plane);

// The trit of weight 3^plane: -1, 0 or +1.
int trit(int weight, int plane);

// The least number of planes, at least 1, that holds every weight.
int plane_count(std::span<const int8_t> weights);

}  // namespace napier::formats
