#pragma once
// Factors and offsets taken into a layer on its way, exactly but for double precision.

#include <vector>

#include "sw/import/value.hpp"

namespace napier::onnx {

// values: one, or one for each channel.
// Refusal: a factor or offset after a clamp, or a factor beside a residual, that is not the same for all channels;
// an offset to a sum whose layer is rectified.
void multiply_channels(Expression& expression, const std::vector<double>& values);
void add_channels(Expression& expression, const std::vector<double>& values);

// min(max(expression, low), high)
void clamp(Expression& expression, double low, double high);

}  // namespace napier::onnx
