#pragma once
// How far onnxruntime's float32 value of an output can be from the golden model's exact one. Proof: docs/numerics.md.

#include "sw/golden/layer.hpp"
#include "sw/model/model.hpp"

namespace napier::test {

// Relative error that `count` float32 roundings in a row can make: count*u / (1 - count*u), u = 2^-24.
double accumulated_rounding(double count);

// One output of a layer, exactly, before it is rounded, and what is known of the float32 computation of the same.
struct OutputValue {
    double distance = 0.0;  // from the nearest tie, in output steps, before the clamp
    double bound = 0.0;     // of |float32 value - exact value|, in output steps
    int8_t output = 0;      // the golden output
};

// channel_error: bound of what else the two sides disagree in for this channel, in output steps.
OutputValue evaluate(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors, int y,
                     int x, int channel, double channel_error);

}  // namespace napier::test
