#pragma once
// The piecewise-affine product of bfloat16 patterns and its float32 accumulator. docs/microscaling.md has every case.

#include "hls/float32.hpp"

namespace napier::hls {

using Bfloat16 = sc_dt::sc_uint<16>;  // a bit pattern

inline Bfloat16 pam_product(Bfloat16 a, Bfloat16 b) {
    const sc_dt::sc_uint<8> a_field = a.range(14, 7), b_field = b.range(14, 7);
    const bool negative = a[15] != b[15];
    const Bfloat16 zero = negative ? 0x8000 : 0;
    if (a_field == 255 || b_field == 255) return 0x7FC0;
    if (a_field == 0 || b_field == 0) return zero;
    // One addition; the bias is that of 1.0.
    const sc_dt::sc_int<18> sum = a.range(14, 0).to_int() + b.range(14, 0).to_int() - 0x3F80;
    if (sum < 0x0080) return zero;
    if (sum >= 0x7F80) return 0x7FC0;
    return Bfloat16(sum.to_int()) | zero;
}

inline Float32 pam_accumulate(Float32 accumulator, Bfloat16 a, Bfloat16 b) {
    return add(accumulator, unpack(Float32(pam_product(a, b).to_uint() << 16)));
}

}  // namespace napier::hls
