#pragma once
// Consistency of a model: what everything downstream may rely on.

#include "sw/model/model.hpp"

namespace napier::golden {

// Greatest extent of a tensor and greatest kernel, stride, dilation and padding: keeps every coordinate in an int.
inline constexpr int greatest_extent = 1 << 20;

// Returns if the model obeys sw/model/model.hpp: indices, order, shapes, ranges, weights its format holds.
// Error (input): a sentence that names the layer or tensor and what is wrong with it.
void validate(const Model& model);

// One layer of it, its tensors being valid.
void validate_layer(const Model& model, const Layer& layer);

// One of the host.
void validate_host(const Model& model, const Layer& layer);

}  // namespace napier::golden
