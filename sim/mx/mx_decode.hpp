#pragma once
// Twin of rtl/mx/mx_decode.sv: a block of microscaling elements as integers.

#include <array>
#include <cstdint>

#include "sw/spec/spec.hpp"

namespace napier::sim {

// Element i is values[i] * 2^exponent; infinities stand in the masks and are 0 in values.
struct DecodedBlock {
    std::array<int64_t, spec::block_elements> values;
    uint32_t plus_infinities, minus_infinities, zeros;  // bit i: element i
    bool nan;
    bool narrow;  // every value is within 16 bits
    int exponent;
};

// codes: the block's elements without gaps, as in memory; element: the format's code.
DecodedBlock mx_decode(int element, uint8_t scale, const uint8_t* codes);

}  // namespace napier::sim
