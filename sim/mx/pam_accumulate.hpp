#pragma once
// Twin of rtl/mx/pam_accumulate.sv.

#include "sim/mx/float32_add.hpp"
#include "sim/mx/pam_multiply.hpp"

namespace napier::sim {

inline uint32_t pam_accumulate(uint32_t accumulator, uint16_t a, uint16_t b) {
    return float32_add(accumulator, pam_multiply(a, b));
}

}  // namespace napier::sim
