#pragma once
// From a float32 accumulator to a layer's output, channel by channel.

namespace napier::golden::mx {

// minimum(maximum(value, low), high) of IEEE 754-2019: -0 is less than +0; NaN stays, as 0x7FC00000.
// low, high: not NaN.
float clamp(float value, float low, float high);

// add(accumulator, bias), then the clamp. Relu: low = +0. No bias is a bias of +0.
float finish(float accumulator, float bias, float low, float high);

}  // namespace napier::golden::mx
