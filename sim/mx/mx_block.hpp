#pragma once
// Twin of rtl/mx/mx_block.sv: the dot product of two microscaling blocks as they stand in memory.

#include "sim/mx/mx_dot.hpp"

namespace napier::sim {

// Element formats by code; the elements without gaps.
inline BlockSum mx_block(int a_element, uint8_t a_scale, const uint8_t* a_codes, int b_element, uint8_t b_scale,
                         const uint8_t* b_codes) {
    return mx_dot(mx_decode(a_element, a_scale, a_codes), mx_decode(b_element, b_scale, b_codes));
}

}  // namespace napier::sim
