// Greatest values over windows: a layer that takes the greatest. Source: ONNX operator MaxPool.
#include <fmt/format.h>

#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/window.hpp"

namespace napier::onnx {

namespace {

void check_taps(const Window& window, int64_t channels) {
    if (int64_t{window.kernel_h} * window.kernel_w > greatest_generated_weights / channels) {
        throw Refusal{fmt::format("its window of {} x {} is too large", window.kernel_h, window.kernel_w),
                      "take the greatest in two steps", {}};
    }
}

// The activation with the zeros around it: to a pool these are values.
Activation with_zeros(Layers& layers, const Node& node, const Activation& input) {
    Expression expression = identity_expression(node, layers, input);
    const Padding& padding = input.padding;
    Window& window = expression.window;
    window.pad_top = static_cast<int>(padding.top);
    window.pad_left = static_cast<int>(padding.left);
    window.pad_bottom = static_cast<int>(padding.bottom);
    window.pad_right = static_cast<int>(padding.right);
    const Grid grid = layers.grid(input.tensor);
    return layers.add_layer(expression, grid, node.outputs[0] + "/input");
}

}  // namespace

Value max_pool(Lowering& lowering, const Node& node) {
    Layers& layers = lowering.layers();
    Activation input = lowering.quantized_input(node, 0);
    require_channels_first(node, input, 0);
    if (input.padding != Padding{}) {
        input = with_zeros(layers, node, input);
    }
    const Placed placed = place_window(node, {}, input, Rounding::either);
    check_taps(placed.window, input.extents.channels);
    if (placed.window == Window{}) {
        return input;
    }
    Expression expression = identity_expression(node, layers, input);
    expression.greatest = true;
    expression.window = placed.window;
    expression.extents = placed.output;
    expression.view = channels_first(placed.output, input.view.dims.size());
    const Grid grid = layers.grid(input.tensor);
    return layers.add_layer(expression, grid, node.outputs[0]);
}

}  // namespace napier::onnx
