#pragma once
// The window of a convolution or a pool, from a node's attributes.

#include <cstdint>
#include <optional>

#include "sw/import/graph.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

struct Placed {
    Window window;       // with all padding
    Extents output;      // channels: the input's
    bool has_padding;    // of its own, beside that of the activation
};

// Whether a window that rounding up leaves partly outside is refused, or completed with padding.
enum class Rounding { down, either };

// kernel: {height, width} or {width}; activation: in channels-first view of that many space axes. If kernel is missing,
// the attribute kernel_shape. Refusal: rounding up cuts a window at the edge. Error: a number out of its range, a
// kernel larger than the input.
Placed place_window(const Node& node, const std::optional<std::vector<int64_t>>& kernel, const Activation& activation,
                    Rounding rounding = Rounding::down);

// The node's input in channels-first view, as [1, channels, width] or [1, channels, height, width].
// space_axes: 1 or 2 as the weights say, 0 for either. Refusal: another view or rank.
void require_channels_first(const Node& node, const Activation& activation, size_t space_axes);

}  // namespace napier::onnx
