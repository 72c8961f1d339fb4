#pragma once
// Scales of activations that differ along the channels: integers for vectors of neighbouring channels, times one scale.

#include <cstdint>
#include <optional>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

struct VectorScales {
    float scale = 1.0f;
    std::vector<uint8_t> integers;  // one for each vector of scale_vector channels, 1..15
};

// scale and integers of which the scales, one a vector, positive and finite, are the float32 products; of several the
// least integers. Nothing: there are none.
std::optional<VectorScales> split_scales(const std::vector<float>& scales);

// The scales of a QuantizeLinear or DequantizeLinear for each index of an axis of an activation.
// Refusal: they differ along height or width or within a vector, are not positive, or are no products as above.
VectorScales vector_scales(const std::vector<double>& scales, size_t axis, const View& view, const Extents& extents);

}  // namespace napier::onnx
