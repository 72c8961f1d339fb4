// Pad: of pixels, kept with the activation until a window takes it up; of channels, a selection. Source: ONNX operator
// Pad.
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/selection.hpp"

namespace napier::onnx {

namespace {

constexpr const char* directly = "put Pad directly before the convolution that uses it";

using Pads = std::pair<int64_t, int64_t>;  // before, after
constexpr Pads no_pads{0, 0};

// Of each dimension.
std::vector<Pads> read_pads(const Lowering& lowering, const Node& node, size_t rank) {
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
    std::vector<Pads> result(rank, no_pads);
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

Activation pad_pixels(const Activation& activation, const Dimensions& at, const Pads& rows, const Pads& columns) {
    Activation result = activation;
    result.padding.top += rows.first;
    result.padding.bottom += rows.second;
    result.padding.left += columns.first;
    result.padding.right += columns.second;
    result.extents.height += rows.first + rows.second;
    result.extents.width += columns.first + columns.second;
    const Padding& all = result.padding;
    if (std::max({all.top, all.bottom, all.left, all.right}) > greatest_window_number) {
        throw Refusal{fmt::format("it and the nodes before it pad by more than {}", greatest_window_number),
                      "use less padding", {}};
    }
    const size_t rank = activation.view.dims.size();
    result.view = at.is_first ? channels_first(result.extents, rank) : channels_last(result.extents, rank);
    return result;
}

// Zeros before and behind the channels.
Value pad_channels(const Node& node, const Layers& layers, const Value& value, const Dimensions& at,
                   const Pads& pads) {
    Selection selection = selection_of(node, layers, value);
    std::vector<int64_t> channels(static_cast<size_t>(pads.first), Selection::zero_channel);
    for (int64_t channel = 0; channel < selection.extents.channels; ++channel) {
        channels.push_back(channel);
    }
    channels.insert(channels.end(), static_cast<size_t>(pads.second), Selection::zero_channel);
    select_channels(layers, channels, selection);
    return value_of(std::move(selection), at);
}

}  // namespace

Value pad(Lowering& lowering, const Node& node) {
    const Value value = lowering.input(node, 0);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    const auto* selection = std::get_if<SelectionPointer>(&value);
    const auto* activation = selection ? &(*selection)->source : std::get_if<Activation>(&value);
    if (!activation) {
        throw Refusal{"its input is not quantized", directly, {}};
    }
    if (text_attribute(node, "mode", "constant") != "constant") {
        throw Refusal{"it pads with other values than a constant", "pad with zeros", {}};
    }
    const bool has_zero = activation->form != Form::stored || lowering.layers().has_grid(activation->tensor);
    if (!has_zero || pad_value(lowering, node) != zero_of(lowering.layers(), *activation)) {
        throw Refusal{"it pads with another value than the zero point", "pad with zeros", {}};
    }
    const View& view = selection ? (*selection)->view : activation->view;
    const Dimensions at = dimensions_of(view, selection ? (*selection)->extents : activation->extents, directly);
    const auto pads = read_pads(lowering, node, view.dims.size());
    const Pads rows = at.row == Dimensions::none ? no_pads : pads[at.row];
    const Pads columns = at.column == Dimensions::none ? no_pads : pads[at.column];
    if (pads[0] != no_pads) {
        throw Refusal{"it pads the batch", "pad channels, height and width only", {}};
    }
    Value result = value;
    if (rows != no_pads || columns != no_pads) {
        result = pad_pixels(selection ? lowering.copy_selection(node.inputs[0]) : *activation, at, rows, columns);
    }
    return pads[at.channel] == no_pads ? result
                                       : pad_channels(node, lowering.layers(), result, at, pads[at.channel]);
}

}  // namespace napier::onnx
