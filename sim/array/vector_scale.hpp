#pragma once
// Twin of rtl/array/vector_scale.sv: the integer scales of a pass. Here they join the weights, for the same sums.

#include <algorithm>
#include <cstdint>

#include "sim/memory/buffer.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

// Cycles between the array and the accumulators.
constexpr int scale_cycles(const spec::Machine& machine) { return spec::has_scales(machine) ? 1 : 0; }

// The scale of a column, of the bytes of a pass.
inline int16_t scale_of(const spec::Format& format, const uint8_t* scales, int column) {
    return static_cast<int16_t>(scales[column] & ((1 << format.scale_bits) - 1));
}

// The first pass whose scales stand out of the buffer; `passes` if there is none.
inline int64_t first_bad_scales(const spec::Machine& machine, const spec::Format& format, int64_t word,
                                int64_t passes) {
    if (!spec::is_scaled(format)) return passes;
    return std::min(passes, std::max<int64_t>(0, machine.palette_words - word));
}

}  // namespace napier::sim
