#pragma once
// Twin of rtl/mx/mx_dot.sv: the exact sum of the products of two decoded blocks.

#include "sim/mx/block_accumulate.hpp"
#include "sim/mx/mx_decode.hpp"

namespace napier::sim {

// Bits of the magnitude of a sum, any element of one mask times any of the other.
int mx_sum_bits(uint32_t elements_a, uint32_t elements_b);

// Not normalized: the magnitude counts in the product of the two blocks' steps.
BlockSum mx_dot(const DecodedBlock& a, const DecodedBlock& b);

}  // namespace napier::sim
