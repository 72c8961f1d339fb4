// Greatest values over windows, in layers that differ and add: max(a, b) = a + max(0, b - a), where the clamp at zero
// is a layer's own. Exact: differences of int8 are 0..255, which int8 with the zero point -128 holds, and every factor
// is one. First along rows, then along columns; of k taps with k - 1 pairs of layers. Source: ONNX operator MaxPool.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/window.hpp"

namespace napier::onnx {

namespace {

struct Tap {
    int place;  // along the window
    int8_t weight;
};

// The window along one axis; the other is one tap wide.
class Sweep {
public:
    // target: grid of the result; its zero point may differ from the input's, with the same integers.
    Sweep(Lowering& lowering, const Node& node, const Activation& input, const Window& window, const Extents& output,
          const char* axis, const Grid& target)
        : layers_(lowering.layers()), node_(node), input_(input), window_(window), output_(output), axis_(axis),
          grid_(layers_.grid(input.tensor)), target_(target) {}

    Activation greatest() {
        const int taps = window_.kernel_h * window_.kernel_w;
        if (taps == 1) {
            return finish(select({{0, 1}}), 1, taps);
        }
        Expression difference = select({{0, -1}, {1, 1}});
        Activation result = finish(plus(select({{0, 1}}), positive(std::move(difference), 1)), 1, taps);
        for (int tap = 2; tap < taps; ++tap) {
            Expression below = plus(select({{tap, -1}}), result);
            result = finish(plus(select({{tap, 1}}), positive(std::move(below), tap)), tap, taps);
        }
        return result;
    }

private:
    // The sum of some taps of the input, each with its weight.
    Expression select(const std::vector<Tap>& taps) const {
        Expression expression = identity_expression(node_, layers_, input_);
        const size_t size = static_cast<size_t>(window_.kernel_h) * static_cast<size_t>(window_.kernel_w);
        std::vector<int8_t> weight(static_cast<size_t>(output_.channels) * size, 0);
        for (size_t channel = 0; channel < static_cast<size_t>(output_.channels); ++channel) {
            for (const Tap& tap : taps) {
                weight[channel * size + static_cast<size_t>(tap.place)] = tap.weight;
            }
        }
        expression.weight = std::make_shared<const std::vector<int8_t>>(std::move(weight));
        expression.window = window_;
        expression.extents = output_;
        expression.view = channels_first(output_, input_.view.dims.size());
        return expression;
    }

    Expression plus(Expression expression, const Activation& other) const {
        expression.residual = other;
        expression.residual_step = grid_.scale;
        return expression;
    }

    Activation positive(Expression difference, int tap) {
        difference.low = 0.0;
        const Grid grid{grid_.scale, -128, 0, -128, 127, false, grid_.vector_scales};
        return layers_.add_layer(difference, grid, fmt::format("{}/{}{}_above", node_.outputs[0], axis_, tap));
    }

    // The greatest up to `tap`; the last one goes to the target.
    Activation finish(Expression expression, int tap, int taps) {
        const bool is_last = tap + 1 >= taps;
        if (is_last) {
            expression.bias_steps.assign(expression.bias_steps.size(), grid_.zero_point - target_.zero_point);
        }
        return layers_.add_layer(expression, is_last ? target_ : grid_,
                                 fmt::format("{}/{}{}", node_.outputs[0], axis_, tap));
    }

    Layers& layers_;
    const Node& node_;
    const Activation& input_;
    const Window& window_;
    const Extents& output_;
    const char* axis_;
    const Grid grid_, target_;
};

// The same integers with the lowest as zero point, so that what stands for the padding is never the greatest.
Activation on_the_floor(Lowering& lowering, const Node& node, const Activation& input) {
    Layers& layers = lowering.layers();
    Grid grid = layers.grid(input.tensor);
    Expression expression = identity_expression(node, layers, input);
    expression.bias_steps.assign(expression.bias_steps.size(), grid.zero_point - grid.low);
    grid.zero_point = grid.low;
    return layers.add_layer(expression, grid, node.outputs[0] + "/input");
}

void check_taps(const Window& window, int64_t channels) {
    const int64_t taps = std::max(window.kernel_h, window.kernel_w);
    if (taps > greatest_generated_weights / channels) {
        throw Refusal{fmt::format("its window of {} x {} is too large", window.kernel_h, window.kernel_w),
                      "take the greatest in two steps", {}};
    }
}

}  // namespace

Value max_pool(Lowering& lowering, const Node& node) {
    Activation input = lowering.quantized_input(node, 0);
    require_channels_first(node, input, 0);
    const Placed placed = place_window(node, {}, input, Rounding::either);
    const Window& all = placed.window;
    check_taps(all, input.extents.channels);
    const Grid grid = lowering.layers().grid(input.tensor);
    if (placed.has_padding && grid.zero_point != grid.low) {
        if (input.padding != Padding{}) {
            throw Refusal{"its input is padded with zeros, and it pads on its own", "use one of both", {}};
        }
        input = on_the_floor(lowering, node, input);
    }
    const Grid inner = lowering.layers().grid(input.tensor);
    const int above = static_cast<int>(input.padding.top), below = static_cast<int>(input.padding.bottom);
    const Window x{1, all.kernel_w, 1, all.stride_x, 1, all.dilation_x, above, all.pad_left, below, all.pad_right};
    const Window y{all.kernel_h, 1, all.stride_y, 1, all.dilation_y, 1, all.pad_top - above, 0, all.pad_bottom - below,
                   0};
    const Extents half{input.extents.height, placed.output.width, placed.output.channels};
    const bool has_rows = !(y == Window{});
    if (!(x == Window{})) {
        input = Sweep(lowering, node, input, x, half, "x", has_rows ? inner : grid).greatest();
    }
    if (has_rows) {
        input = Sweep(lowering, node, input, y, placed.output, "y", grid).greatest();
    }
    return input;
}

}  // namespace napier::onnx
