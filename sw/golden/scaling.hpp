#pragma once
// From real multipliers to the integers of the post-processor: multiplier = significand / 2^shift, nearly.

#include <cstdint>
#include <vector>

#include "sw/spec/spec.hpp"

namespace napier::golden {

inline constexpr int significand_bits = spec::parameter::significand.width;
inline constexpr int greatest_shift = (1 << spec::parameter::shift.width) - 1;
static_assert(significand_bits == 24 && greatest_shift == 63, "the bounds stated here and in docs/numerics.md");

struct Scaling {
    uint32_t significand = 0;  // below 2^24
    int shift = 0;             // 0..63
};

// A layer with a residual: one shift for all columns and the residual.
struct SharedScaling {
    std::vector<uint32_t> significand;  // one a column
    uint32_t residual_significand = 0;
    int shift = 0;
};

// input_scale * weight_scale / output_scale in double; the product is exact, the quotient rounded once.
double real_multiplier(float input_scale, float weight_scale, float output_scale);

// round_half_even(multiplier * 2^shift). multiplier: positive and finite; shift: 0..63.
uint32_t significand_at(double multiplier, int shift);

// The largest shift <= 63 whose significand, rounded half to even, stays below 2^24.
// |significand / 2^shift - multiplier| <= 2^-(shift+1). Below 2^-64 the significand is 0, which is exact in every
// output. Error: the multiplier is not a number, not positive, infinite, or rounds to 2^24 and more.
Scaling choose_scaling(double multiplier);

// The largest shift <= 63 at which every column's and the residual's significand stay below 2^24. Errors as above.
SharedScaling choose_shared_scaling(const std::vector<double>& multipliers, double residual_multiplier);

// round_half_even(bias / (input_scale * weight_scale)) in double, as an int32.
// Error: it does not fit, or a value is not finite.
int32_t round_bias(double bias, float input_scale, float weight_scale);

}  // namespace napier::golden
