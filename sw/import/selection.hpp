#pragma once
// Selections of pixels and channels, and the layers of ones that copy them to tensors.

#include "sw/import/graph.hpp"
#include "sw/import/layers.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

// Which dimension of an image's shape is which axis; `none` for one that its rank lacks.
struct Dimensions {
    static constexpr size_t none = SIZE_MAX;
    bool is_first = true;  // channels before the pixels
    size_t channel = 1, row = none, column = none;
};

// Of [1, channels], [1, channels, width], [1, channels, height, width] or these with the channels last, in memory
// order. Refusal: it is no such image; hint says what to do.
Dimensions dimensions_of(const View& view, const Extents& extents, const char* hint);

// All of an activation, or a selection again, to be narrowed by this node.
// Refusal: value is neither, or was not quantized.
Selection selection_of(const Node& node, const Layers& layers, const Value& value);

// part of what was picked before.
Pick picked(const Pick& before, const Pick& part);

// The selection with these of its channels, zero_channel for zeros. Refusal: the source's channels have other scales.
void select_channels(const Layers& layers, const std::vector<int64_t>& channels, Selection& selection);

// With extents and view as its picks and channels say.
Value value_of(Selection selection, const Dimensions& dimensions);

// Marks the source as read. Refusal: the weights would be too many.
Expression copy_expression(Layers& layers, const Selection& selection);

}  // namespace napier::onnx
