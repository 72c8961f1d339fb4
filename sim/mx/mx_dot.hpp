#pragma once
// Twin of rtl/mx/mx_dot.sv: the exact sum of the products of two decoded blocks.

#include "sim/mx/block_accumulate.hpp"
#include "sim/mx/mx_decode.hpp"

namespace napier::sim {

// Not normalized: the magnitude counts in the product of the two blocks' steps.
BlockSum mx_dot(const DecodedBlock& a, const DecodedBlock& b);

}  // namespace napier::sim
