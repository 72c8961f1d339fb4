#pragma once
// Twin of rtl/mx/mx_quantize.sv (with mx_scale and mx_encode): 32 float32 values to a microscaling block.

#include <array>
#include <cstdint>

#include "sw/spec/spec.hpp"

namespace napier::sim {

struct QuantizedBlock {
    uint8_t scale;
    std::array<uint8_t, spec::block_elements> codes;
};

// element: code of the format; rule: 0 floor, 1 ceil, 2 even, 3 rceil; values: 32 patterns of float32.
QuantizedBlock mx_quantize(int element, int rule, const uint32_t* values);

}  // namespace napier::sim
