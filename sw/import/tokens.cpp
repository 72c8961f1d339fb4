// An activation's pixels with constant ones before and behind them. Source: ONNX operator Concat.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/golden/quantize.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

int64_t pixels_of(const Extents& extents) { return extents.height * extents.width; }

// Each pixel of the whole that is one of the part's: a row of one 1. The part's zero point is 0.
Expression chosen(Layers& layers, const Node& node, const Surrounded& from, const std::string& tensor_name) {
    const int64_t own = pixels_of(from.part.extents), whole = pixels_of(from.extents);
    const Extents extents{1, whole, own};
    std::vector<int8_t> rows(static_cast<size_t>(extents.count()), 0);
    for (int64_t pixel = 0; pixel < own; ++pixel) {
        rows[static_cast<size_t>((from.before + pixel) * own + pixel)] = 1;
    }
    Expression expression = identity_expression(node, layers, from.part);
    expression.input = layers.add_constant(tensor_name + "/rows", extents, channels_last(extents, 3), Grid{},
                                           std::move(rows));
    expression.operand = from.part;
    expression.groups = 1;
    expression.weight = std::make_shared<const std::vector<int8_t>>();
    return expression;
}

}  // namespace

Value surround(Lowering& lowering, const Node& node, size_t activation) {
    Surrounded result;
    result.part = lowering.quantized_input(node, activation);
    const Activation& part = result.part;
    const View rows = channels_last(part.extents, 4);
    const size_t axis = checked_axis(node, integer_attribute(node, "axis", 1), part.view.dims.size());
    View flat{{{}, rows.dims[1], rows.dims[3]}};
    flat.dims[1].insert(flat.dims[1].end(), rows.dims[2].begin(), rows.dims[2].end());
    if (axis != 1 || part.view != flat || part.padding != Padding{} ||
        !lowering.layers().grid(part.tensor).vector_scales.empty()) {
        throw Refusal{fmt::format("it joins constants to {} along axis {}",
                                  shape_text(shape_of(part.view, part.extents)), axis),
                      "join constants to the tokens of [1, tokens, channels], quantized per tensor", {}};
    }
    int64_t tokens = 0;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (i == activation) {
            result.before = tokens;
            tokens += pixels_of(part.extents);
            result.values.resize(static_cast<size_t>(tokens * part.extents.channels), 0.0f);
            continue;
        }
        const ConstantPointer constant = lowering.constant_input(node, i);
        if (constant->rank() != 3 || constant->dims()[0] != 1 || constant->dims()[2] != part.extents.channels) {
            malformed(node, fmt::format("it joins {} to {}", shape_text(constant->dims()),
                                        shape_text(shape_of(part.view, part.extents))));
        }
        for (size_t index = 0; index < constant->count(); ++index) {
            result.values.push_back(static_cast<float>(constant->real(index)));
        }
        tokens += constant->dims()[1];
    }
    if (tokens > greatest_window_number || tokens * pixels_of(part.extents) > greatest_generated_weights) {
        throw Refusal{fmt::format("its result has {} tokens", tokens), "join fewer", {}};
    }
    result.extents = {1, tokens, part.extents.channels};
    result.view = channels_last(result.extents, 3);
    return std::make_shared<const Surrounded>(std::move(result));
}

Activation surround(Layers& layers, const Node& node, const Surrounded& from, const Grid& grid,
                    const std::string& tensor_name) {
    if (!grid.vector_scales.empty() || grid.one_bit) {
        throw Refusal{"it quantizes tokens and constants to one bit, or with several scales", "quantize it per tensor",
                      {}};
    }
    const Extents& extents = from.extents;
    const int64_t first = from.before * extents.channels, behind = first + from.part.extents.count();
    std::vector<int8_t> values;
    for (int64_t i = 0; i < extents.count(); ++i) {
        const int value = golden::quantize(from.values[static_cast<size_t>(i)], grid.scale, grid.zero_point);
        const bool is_constant = i < first || i >= behind;
        values.push_back(static_cast<int8_t>(is_constant ? std::clamp(value, grid.low, grid.high) : grid.zero_point));
    }
    Expression expression = identity_expression(node, layers, from.part);
    if (from.part.extents.height == 1) {
        expression.window.pad_left = static_cast<int>(from.before);
        expression.window.pad_right = static_cast<int>(extents.width - from.before - from.part.extents.width);
    } else if (layers.grid(from.part.tensor).zero_point == 0) {
        expression = chosen(layers, node, from, tensor_name);
    } else {
        throw Refusal{fmt::format("it puts the {} x {} pixels of an image with the zero point {} behind constants",
                                  from.part.extents.height, from.part.extents.width,
                                  layers.grid(from.part.tensor).zero_point),
                      "quantize the image symmetrically (int8 with zero point 0)", {}};
    }
    expression.operation = "Concat";
    expression.extents = extents;
    expression.view = from.view;
    expression.residual = layers.add_constant(tensor_name + "/constants", extents, from.view, grid, std::move(values));
    expression.residual_step = grid.scale;
    return layers.add_layer(expression, grid, tensor_name);
}

}  // namespace napier::onnx
