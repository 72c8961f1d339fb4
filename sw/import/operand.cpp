// MatMul of two quantized activations: the second stands in the place of the weights. Source: ONNX operator MatMul.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr const char* shapes_hint = "multiply [1, heads, M, K] by [1, heads, K, N], cut from [1, tokens, channels] by "
                                    "Reshape and Transpose";

using Dim = std::vector<Axis>;

bool is_piece(Axis axis) { return axis == Axis::cluster || axis == Axis::group; }

// All pixels of the tensor, row by row.
Dim pixels_of(const Activation& activation) {
    Dim result;
    if (activation.extents.height > 1) {
        result.push_back(Axis::height);
    }
    if (activation.extents.width > 1) {
        result.push_back(Axis::width);
    }
    return result;
}

Refusal refusal(const Activation& left, const Activation& right) {
    return {fmt::format("it multiplies two activations of the shapes {} and {}, which are not products of the pixels "
                        "and channels of each head",
                        shape_text(shape_of(left.view, left.extents)), shape_text(shape_of(right.view, right.extents))),
            shapes_hint, {}};
}

// An operand of bytes of one scale around 0.
Activation plain_input(Lowering& lowering, const Node& node, size_t index) {
    const Activation input = lowering.quantized_input(node, index);
    const Grid& grid = lowering.layers().grid(input.tensor);
    const std::string name = name_text(node.inputs[index]);
    if (grid.zero_point != 0) {
        throw Refusal{fmt::format("its input {} has the zero point {}, and a product of two activations takes 0 for "
                                  "both", name, grid.zero_point - grid.offset),
                      "quantize it symmetrically (int8 with zero point 0)", {}};
    }
    if (!grid.vector_scales.empty() || grid.one_bit || input.padding != Padding{}) {
        throw Refusal{fmt::format("its input {} has one-bit values, several scales or a padding", name),
                      "quantize it per tensor, to 2 to 8 bits", {}};
    }
    return input;
}

// The dimensions before the matrices: the heads. Each of the right one's is the left one's, or 1 behind the last such.
void check_heads(const Activation& left, const Activation& right, bool& fits) {
    const size_t rank = left.view.dims.size();
    Dim heads, own;
    const Shape left_shape = shape_of(left.view, left.extents), right_shape = shape_of(right.view, right.extents);
    for (size_t i = 0; i + 2 < rank; ++i) {
        const Dim &of_left = left.view.dims[i], &of_right = right.view.dims[i];
        heads.insert(heads.end(), of_left.begin(), of_left.end());
        fits = fits && (left_shape[i] == right_shape[i] ? own.size() + of_left.size() == heads.size()
                                                        : of_right.empty());
        if (!of_right.empty()) {
            own.insert(own.end(), of_right.begin(), of_right.end());
            fits = fits && of_left.size() == of_right.size();
        }
    }
    const Dim wanted = left.view.clusters > 1 ? Dim{Axis::cluster, Axis::group}
                                              : left.view.groups > 1 ? Dim{Axis::group} : Dim{};
    fits = fits && heads == wanted && std::all_of(own.begin(), own.end(), is_piece) &&
           own.size() == size_t{right.view.clusters > 1} + size_t{right.view.groups > 1} &&
           std::is_sorted(own.begin(), own.end());
}

}  // namespace

Value operand_product(Lowering& lowering, const Node& node) {
    const Activation left = plain_input(lowering, node, 0), right = plain_input(lowering, node, 1);
    const size_t rank = left.view.dims.size();
    if (rank < 2 || right.view.dims.size() != rank) {
        throw refusal(left, right);
    }
    const Dim &rows = left.view.dims[rank - 2], &inputs = left.view.dims[rank - 1];
    const Dim &right_rows = right.view.dims[rank - 2], &outputs = right.view.dims[rank - 1];
    const Dim channel{Axis::channel}, pixels = pixels_of(right);
    const bool turned = right_rows == channel && outputs == pixels;
    bool fits = rows == pixels_of(left) && inputs == channel;
    fits = fits && (turned || (right_rows == pixels && outputs == channel));
    check_heads(left, right, fits);
    if (!fits) {
        throw refusal(left, right);
    }
    const int64_t groups = left.view.clusters * left.view.groups, own = right.view.clusters * right.view.groups;
    const Shape left_shape = shape_of(left.view, left.extents), right_shape = shape_of(right.view, right.extents);
    if (left_shape[rank - 1] != right_shape[rank - 2]) {
        malformed(node, fmt::format("it multiplies {} by {}", shape_text(left_shape), shape_text(right_shape)));
    }
    const Layers& layers = lowering.layers();
    Expression expression;
    expression.name = node.name;
    expression.operation = node.operation;
    expression.input = left;
    expression.operand = right;
    expression.operand_groups = own;
    expression.outputs_are_pixels = turned;
    expression.groups = groups;
    expression.extents = left.extents;
    expression.extents.channels = groups * right_shape[rank - 1];
    expression.view = without_units(left.view, expression.extents);
    const size_t channels = static_cast<size_t>(expression.extents.channels);
    expression.weight = std::make_shared<const std::vector<int8_t>>();
    expression.step.assign(channels, double{layers.grid(left.tensor).scale} * double{layers.grid(right.tensor).scale});
    expression.bias_steps.assign(channels, 0);
    expression.bias.assign(channels, 0.0);
    return value_of(std::move(expression));
}

}  // namespace napier::onnx
