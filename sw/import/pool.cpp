// Averages over windows, as depthwise convolutions of ones. Source: ONNX operators AveragePool, GlobalAveragePool,
// ReduceMean.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"
#include "sw/import/window.hpp"

namespace napier::onnx {

namespace {

// The mean over a window with all padding counted.
Expression average(const Node& node, const Lowering& lowering, const Activation& input, const char* operation,
                   const Window& window, const Extents& output) {
    const int64_t taps = int64_t{window.kernel_h} * window.kernel_w;
    if (taps > greatest_generated_weights / output.channels) {
        throw Refusal{fmt::format("its window of {} x {} is too large", window.kernel_h, window.kernel_w),
                      "average in two steps", {}};
    }
    Expression expression = identity_expression(node, lowering.layers(), input);
    expression.operation = operation;
    expression.window = window;
    expression.extents = output;
    expression.weight = std::make_shared<const std::vector<int8_t>>(taps * output.channels, int8_t{1});
    for (double& step : expression.step) {
        step /= static_cast<double>(taps);
    }
    return expression;
}

// Over all of height and width. The result keeps the input's view, its space dimensions now of size 1.
Value average_all(const Node& node, const Lowering& lowering, const Activation& input) {
    const Extents& all = input.extents;
    const Extents output{1, 1, all.channels};
    if (all.height * all.width == 1) {
        return input;
    }
    const Padding& padding = input.padding;
    Window window;
    window.kernel_h = static_cast<int>(all.height);
    window.kernel_w = static_cast<int>(all.width);
    window.pad_top = static_cast<int>(padding.top);
    window.pad_left = static_cast<int>(padding.left);
    window.pad_bottom = static_cast<int>(padding.bottom);
    window.pad_right = static_cast<int>(padding.right);
    Expression expression = average(node, lowering, input, "GlobalAveragePool", window, output);
    expression.view = without_units(input.view, output);
    return value_of(std::move(expression));
}

// The axes a ReduceMean names, from its attribute or its second input.
std::vector<size_t> reduced_axes(const Lowering& lowering, const Node& node, size_t rank) {
    const std::vector<int64_t> axes = lowering.has_input(node, 1) ? lowering.integers_input(node, 1)
                                                                  : integers_attribute(node, "axes", {});
    std::vector<size_t> result = checked_axes(node, axes, rank);
    if (axes.empty() && integer_attribute(node, "noop_with_empty_axes", 0) == 0) {
        for (size_t axis = 0; axis < rank; ++axis) {
            result.push_back(axis);
        }
    }
    return result;
}

// view without dimensions `axes`, or with them empty.
View reduced(View view, const std::vector<size_t>& axes, bool keep) {
    View result{{}, view.clusters, view.groups};
    for (size_t i = 0; i < view.dims.size(); ++i) {
        const bool is_reduced = std::find(axes.begin(), axes.end(), i) != axes.end();
        if (!is_reduced || keep) {
            result.dims.push_back(is_reduced ? std::vector<Axis>{} : view.dims[i]);
        }
    }
    return result;
}

}  // namespace

Value global_average_pool(Lowering& lowering, const Node& node) {
    const Activation input = lowering.quantized_input(node, 0);
    require_channels_first(node, input, 0);
    return average_all(node, lowering, input);
}

Value average_pool(Lowering& lowering, const Node& node) {
    const Activation input = lowering.quantized_input(node, 0);
    require_channels_first(node, input, 0);
    const Placed placed = place_window(node, {}, input);
    if (placed.has_padding && integer_attribute(node, "count_include_pad", 0) == 0) {
        throw Refusal{"it divides by fewer values at the padded edges (count_include_pad 0), and a layer by one number",
                      "use no padding or count_include_pad 1", {}};
    }
    return value_of(average(node, lowering, input, "AveragePool", placed.window, placed.output));
}

Value reduce_mean(Lowering& lowering, const Node& node) {
    const Activation input = lowering.quantized_input(node, 0);
    const std::vector<size_t> axes = reduced_axes(lowering, node, input.view.dims.size());
    const bool keep = integer_attribute(node, "keepdims", 1) != 0;
    std::vector<Axis> averaged;
    for (const size_t axis : axes) {
        averaged.insert(averaged.end(), input.view.dims[axis].begin(), input.view.dims[axis].end());
    }
    const bool has = std::any_of(averaged.begin(), averaged.end(), [](Axis axis) {
        return axis != Axis::height && axis != Axis::width;
    });
    const size_t space = (input.extents.height > 1) + (input.extents.width > 1);
    if (has || (!averaged.empty() && averaged.size() != space)) {
        throw Refusal{"it averages over other axes than height and width", "average over both of these and no other",
                      {}};
    }
    if (averaged.empty()) {
        Activation result = input;
        result.view = reduced(input.view, axes, keep);
        return result;
    }
    Expression expression = *std::get<ExpressionPointer>(average_all(node, lowering, input));
    expression.view = reduced(input.view, axes, keep);
    return value_of(std::move(expression));
}

}  // namespace napier::onnx
