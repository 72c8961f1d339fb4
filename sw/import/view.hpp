#pragma once
// How an ONNX tensor's dimensions lie over an activation tensor [height][width][channels].

#include <cstdint>
#include <optional>
#include <vector>

#include "sw/import/constant.hpp"

namespace napier::onnx {

// Channels that a reshape cut into pieces are clusters of groups of channels.
enum class Axis : uint8_t { height, width, cluster, group, channel };

struct Extents {
    int64_t height = 1, width = 1, channels = 1;

    int64_t of(Axis axis) const;  // height, width or channel
    int64_t count() const { return height * width * channels; }
    bool operator==(const Extents&) const = default;
};

// Each dimension of the ONNX shape is the product of some axes, outermost first. Axes of extent 1 stand nowhere, so a
// dimension of size 1 (the batch among them) is empty. Channel c is number c % n of group c / n % groups of cluster
// c / n / groups, n being channels / (clusters * groups). Pieces that stand side by side in a dimension are one.
struct View {
    std::vector<std::vector<Axis>> dims;
    int64_t clusters = 1, groups = 1;
    bool operator==(const View&) const = default;

    bool has_pieces() const { return groups > 1; }  // of its channels
};

// Number of values along an axis of the view.
int64_t size_of(const View& view, const Extents& extents, Axis axis);

// The view of a tensor as a convolution sees it: [1, channels, height, width], [1, channels, width] or [1, channels].
View channels_first(const Extents& extents, size_t rank);
// [1, height, width, channels] or [1, width, channels] or [1, channels].
View channels_last(const Extents& extents, size_t rank);
// [1, heads, tokens, channels] of a row of tokens.
View heads_of(const Extents& extents, int64_t heads);
// Drops the axes of extent 1.
View without_units(View view, const Extents& extents);

// Extents of an activation of this ONNX shape in those views. shape: rank 2, 3 or 4, the first 1.
Extents extents_of(const std::vector<int64_t>& shape, bool channels_first);

std::vector<int64_t> shape_of(const View& view, const Extents& extents);

// The view after a Reshape to `shape` (same count); nothing if it would cut an axis into pieces, but channels into
// three at most.
std::optional<View> reshaped(const View& view, const Extents& extents, const std::vector<int64_t>& shape);

// The axes, outermost first, whatever the dimensions.
std::vector<Axis> axis_order(const View& view);

// The values of a constant that is broadcast against the view, [height][width][channels]; empty if it would change the
// shape.
std::vector<float> spread_over(const Constant& constant, const View& view, const Extents& extents);

// One value per channel of a constant that is broadcast against the view; one value alone if it is the same for all.
// Nothing if the constant differs along another axis, or would change the shape.
std::optional<std::vector<double>> per_channel(const Constant& constant, const View& view, const Extents& extents);

}  // namespace napier::onnx
