#include "sw/golden/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::golden {

namespace {

constexpr double significand_limit = 1 << significand_bits;

// Nearest integer, ties to even, whatever the rounding mode of the processor. |value| < 2^52 or integral.
double nearest_even(double value) {
    const double below = std::floor(value);
    const double rest = value - below;
    const bool odd = std::fmod(below, 2.0) != 0.0;
    return rest > 0.5 || (rest == 0.5 && odd) ? below + 1.0 : below;
}

void require_positive(double multiplier) {
    if (std::isfinite(multiplier) && multiplier > 0.0) {
        return;
    }
    throw Error(ErrorKind::input,
                fmt::format("The multiplier {} is not positive and finite; check the scales of the input, the weights "
                            "and the output.",
                            multiplier));
}

}  // namespace

double real_multiplier(float input_scale, float weight_scale, float output_scale) {
    return static_cast<double>(input_scale) * static_cast<double>(weight_scale) / static_cast<double>(output_scale);
}

uint32_t significand_at(double multiplier, int shift) {
    return static_cast<uint32_t>(nearest_even(std::ldexp(multiplier, shift)));
}

Scaling choose_scaling(double multiplier) {
    require_positive(multiplier);
    for (int shift = greatest_shift; shift >= 0; --shift) {
        const double scaled = std::ldexp(multiplier, shift);
        if (nearest_even(scaled) < significand_limit) {
            return {significand_at(multiplier, shift), shift};
        }
    }
    throw Error(ErrorKind::unsupported,
                fmt::format("The multiplier {} does not round below 2^{}; check the scales of the input, the weights "
                            "and the output.",
                            multiplier, significand_bits));
}

SharedScaling choose_shared_scaling(const std::vector<double>& multipliers, double residual_multiplier) {
    SharedScaling shared;
    shared.shift = choose_scaling(residual_multiplier).shift;
    for (const double multiplier : multipliers) {
        shared.shift = std::min(shared.shift, choose_scaling(multiplier).shift);
    }
    for (const double multiplier : multipliers) {
        shared.significand.push_back(significand_at(multiplier, shared.shift));
    }
    shared.residual_significand = significand_at(residual_multiplier, shared.shift);
    return shared;
}

int32_t round_bias(double bias, float input_scale, float weight_scale) {
    const double unit = static_cast<double>(input_scale) * static_cast<double>(weight_scale);
    const double rounded = nearest_even(bias / unit);
    if (rounded >= std::numeric_limits<int32_t>::min() && rounded <= std::numeric_limits<int32_t>::max()) {
        return static_cast<int32_t>(rounded);
    }
    throw Error(ErrorKind::unsupported,
                fmt::format("The bias {} is {} units of {}, which no int32 holds; retrain with a smaller bias or "
                            "larger scales.",
                            bias, rounded, unit));
}

}  // namespace napier::golden
