#pragma once
// Twin of rtl/mx/mx_finish.sv: bias and clamp of a float32, patterns all.

#include "sim/mx/float32_add.hpp"

namespace napier::sim {

// The order of the floats, -0 below +0, as that of integers. Not for NaN.
inline int32_t float32_order(uint32_t pattern) {
    const int32_t value = static_cast<int32_t>(pattern);
    return value < 0 ? value ^ 0x7fffffff : value;
}

inline uint32_t mx_finish(uint32_t value, uint32_t bias, uint32_t low, uint32_t high) {
    const uint32_t sum = float32_add(value, bias);
    if (sum == float32_nan) return sum;
    const uint32_t raised = float32_order(sum) < float32_order(low) ? low : sum;
    return float32_order(high) < float32_order(raised) ? high : raised;
}

}  // namespace napier::sim
