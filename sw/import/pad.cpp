// Pad: kept with the activation until a window takes it up. Source: ONNX operator Pad.
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"

namespace napier::onnx {

namespace {

// [before, after] of each dimension.
std::vector<std::pair<int64_t, int64_t>> read_pads(const Lowering& lowering, const Node& node, size_t rank) {
    const std::vector<int64_t> pads = lowering.has_input(node, 1) ? lowering.integers_input(node, 1)
                                                                  : integers_attribute(node, "pads", {});
    std::vector<size_t> axes;
    if (lowering.has_input(node, 3)) {
        axes = checked_axes(node, lowering.integers_input(node, 3), rank);
    } else {
        for (size_t axis = 0; axis < rank; ++axis) {
            axes.push_back(axis);
        }
    }
    if (pads.size() != 2 * axes.size()) {
        malformed(node, fmt::format("it has {} pads for {} axes", pads.size(), axes.size()));
    }
    std::vector<std::pair<int64_t, int64_t>> result(rank, {0, 0});
    for (size_t i = 0; i < axes.size(); ++i) {
        result[axes[i]] = {pads[i], pads[axes.size() + i]};
        for (const int64_t pad : {pads[i], pads[axes.size() + i]}) {
            if (pad < 0) {
                throw Refusal{"its padding is negative", "crop outside the model", {}};
            }
            if (pad > greatest_window_number) {
                malformed(node, fmt::format("it pads by {}, more than {}", pad, greatest_window_number));
            }
        }
    }
    return result;
}

double pad_value(const Lowering& lowering, const Node& node) {
    if (!lowering.has_input(node, 2)) {
        return number_attribute(node, "value", 0.0);
    }
    const ConstantPointer value = lowering.constant_input(node, 2);
    if (value->count() != 1) {
        malformed(node, "its value is not one number");
    }
    return value->real(0);
}

// The stored or real number that means zero.
double zero_of(const Layers& layers, const Activation& activation) {
    if (activation.form != Form::stored) {
        return 0.0;
    }
    const Grid& grid = layers.grid(activation.tensor);
    return grid.zero_point - grid.offset;
}

}  // namespace

Value pad(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    const auto* activation = std::get_if<Activation>(&value);
    if (!activation) {
        throw Refusal{"its input is not quantized", "put Pad directly before the convolution that uses it", {}};
    }
    if (text_attribute(node, "mode", "constant") != "constant") {
        throw Refusal{"it pads with other values than a constant", "pad with zeros", {}};
    }
    const bool has_zero = activation->form != Form::stored || lowering.layers().has_grid(activation->tensor);
    if (!has_zero || pad_value(lowering, node) != zero_of(lowering.layers(), *activation)) {
        throw Refusal{"it pads with another value than the zero point", "pad with zeros", {}};
    }
    const size_t rank = activation->view.dims.size();
    const auto pads = read_pads(lowering, node, rank);
    const bool is_first = activation->view == channels_first(activation->extents, rank);
    if (rank < 3 || rank > 4 || (!is_first && activation->view != channels_last(activation->extents, rank))) {
        throw Refusal{"its input is no image", "put Pad directly before the convolution that uses it", {}};
    }
    const size_t x = is_first ? rank - 1 : rank - 2;
    const size_t channel = is_first ? 1 : rank - 1;
    const auto none = std::pair<int64_t, int64_t>{0, 0};
    if (pads[0] != none || pads[channel] != none) {
        throw Refusal{"it pads the batch or the channels", "pad height and width only", {}};
    }
    Activation result = *activation;
    const auto y_pads = rank == 4 ? pads[x - 1] : none;
    result.padding.top += y_pads.first;
    result.padding.bottom += y_pads.second;
    result.padding.left += pads[x].first;
    result.padding.right += pads[x].second;
    result.extents.height += y_pads.first + y_pads.second;
    result.extents.width += pads[x].first + pads[x].second;
    const Padding& all = result.padding;
    if (std::max({all.top, all.bottom, all.left, all.right}) > greatest_window_number) {
        throw Refusal{fmt::format("it and the nodes before it pad by more than {}", greatest_window_number),
                      "use less padding", {}};
    }
    result.view = is_first ? channels_first(result.extents, rank) : channels_last(result.extents, rank);
    return result;
}

}  // namespace napier::onnx
