// Operators that only change the shape: of constants, and of activations as a new view of the same values.
// Source: ONNX operators Reshape, Flatten, Squeeze, Unsqueeze, Transpose.
#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

Shape known_shape(const Lowering& lowering, const Node& node) {
    const std::optional<Shape> shape = shape_of(lowering.input(node, 0));
    if (!shape) {
        throw Follows{};
    }
    return *shape;
}

QuantizedPointer reshaped_constant(const QuantizedConstant& constant, const Shape& shape) {
    QuantizedConstant result = constant;
    result.integers = constant.integers->reshaped(shape);
    if (constant.scales.size() == 1) {
        return std::make_shared<const QuantizedConstant>(std::move(result));
    }
    const Shape& old = constant.integers->dims();
    const int64_t before = element_count({old.begin(), old.begin() + static_cast<ptrdiff_t>(constant.axis)}, INT64_MAX);
    int64_t product = 1;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
        if (product == before && shape[axis] == old[constant.axis]) {
            result.axis = axis;
            return std::make_shared<const QuantizedConstant>(std::move(result));
        }
        product *= shape[axis];
    }
    throw Refusal{"it reshapes the axis along which its weights' scale differs", "reshape before the quantization", {}};
}

Value reshaped_activation(Lowering& lowering, const Activation& activation, const Shape& shape) {
    if (shape.size() >= 2 && shape.size() <= 4 && shape[0] == 1 && lowering.layers().may_lay_out(activation)) {
        return lowering.layers().lay_out(activation, shape);
    }
    Activation result = activation;
    const std::optional<View> view = reshaped(activation.view, activation.extents, shape);
    if (!view || activation.padding != Padding{}) {
        throw Refusal{fmt::format("it cuts an axis of {} into the pieces of {}",
                                  shape_text(shape_of(activation.view, activation.extents)), shape_text(shape)),
                      "reshape only to flatten, or to add and remove dimensions of size 1", shape};
    }
    result.view = *view;
    return result;
}

// A layer on its way. Refusal: the value is no such.
Expression expression_of(const Node& node, const Value& value) {
    if (const auto* expression = std::get_if<ExpressionPointer>(&value)) {
        return **expression;
    }
    throw Refusal{fmt::format("its input {} is {}", name_text(node.inputs[0]), kind_text(value)),
                  "put QuantizeLinear and DequantizeLinear behind the node that gives it", {}};
}

// The first input in another shape.
Value to_shape(Lowering& lowering, const Node& node, const Shape& shape) {
    const Value& value = lowering.input(node, 0);
    const Shape old = known_shape(lowering, node);
    const int64_t count = element_count(old, INT64_MAX);
    if (shape.size() > greatest_rank || element_count(shape, INT64_MAX) != count) {
        malformed(node, fmt::format("it takes the shape {} to {}", shape_text(old), shape_text(shape)));
    }
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{shape};
    }
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        return (*constant)->reshaped(shape);
    }
    if (const auto* constant = std::get_if<QuantizedPointer>(&value)) {
        return reshaped_constant(**constant, shape);
    }
    if (const auto* activation = std::get_if<Activation>(&value)) {
        return reshaped_activation(lowering, *activation, shape);
    }
    Expression expression = expression_of(node, value);
    const std::optional<View> view = reshaped(expression.view, expression.extents, shape);
    if (!view) {
        throw Refusal{fmt::format("it cuts an axis of {} into the pieces of {}", shape_text(old), shape_text(shape)),
                      "reshape only to flatten, or to add and remove dimensions of size 1", shape};
    }
    expression.view = *view;
    return value_of(std::move(expression));
}

// Axes from the second input (operator set 13) or the attribute.
std::vector<int64_t> named_axes(const Lowering& lowering, const Node& node) {
    return lowering.has_input(node, 1) ? lowering.integers_input(node, 1) : integers_attribute(node, "axes", {});
}

QuantizedPointer transposed_constant(const QuantizedConstant& constant, const std::vector<size_t>& order) {
    QuantizedConstant result = constant;
    result.integers = constant.integers->transposed(order);
    const auto found = std::find(order.begin(), order.end(), constant.axis);
    result.axis = static_cast<size_t>(found - order.begin());
    return std::make_shared<const QuantizedConstant>(std::move(result));
}

View transposed(const View& view, const std::vector<size_t>& order) {
    View result = view;
    for (size_t i = 0; i < order.size(); ++i) {
        result.dims[i] = view.dims[order[i]];
    }
    return result;
}

// A channels-last input of the graph, turned to channels first before anything reads it.
bool turns_to_channels_first(const Activation& activation, const std::vector<size_t>& order) {
    const bool is_turn = order == std::vector<size_t>{0, 3, 1, 2} || order == std::vector<size_t>{0, 2, 1};
    const size_t rank = activation.view.dims.size();
    return is_turn && rank == order.size() && activation.view == channels_first(activation.extents, rank);
}

}  // namespace

Value reshape(Lowering& lowering, const Node& node) {
    Shape shape = lowering.integers_input(node, 1);
    const Shape old = known_shape(lowering, node);
    int64_t known = 1;
    int64_t* free = nullptr;
    for (size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 0 && integer_attribute(node, "allowzero", 0) == 0) {
            shape[i] = i < old.size() ? old[i] : 0;
        }
        if (shape[i] < -1 || (shape[i] == -1 && free) || (shape[i] > 0 && known > INT64_MAX / shape[i])) {
            malformed(node, fmt::format("the shape it asks for has {} at {}", shape[i], i));
        }
        if (shape[i] == -1) {
            free = &shape[i];
        } else {
            known *= shape[i];
        }
    }
    if (free) {
        *free = known > 0 ? element_count(old, INT64_MAX) / known : 0;
    }
    return to_shape(lowering, node, shape);
}

Value flatten(Lowering& lowering, const Node& node) {
    const Shape old = known_shape(lowering, node);
    int64_t axis = integer_attribute(node, "axis", 1);
    const int64_t rank = static_cast<int64_t>(old.size());
    if (axis < -rank || axis > rank) {
        malformed(node, fmt::format("axis {} is outside a value of {} dimensions", axis, rank));
    }
    const auto middle = old.begin() + (axis < 0 ? axis + rank : axis);
    return to_shape(lowering, node, {element_count({old.begin(), middle}, INT64_MAX),
                                     element_count({middle, old.end()}, INT64_MAX)});
}

Value squeeze(Lowering& lowering, const Node& node) {
    const Shape old = known_shape(lowering, node);
    std::vector<size_t> axes = checked_axes(node, named_axes(lowering, node), old.size());
    Shape shape;
    for (size_t i = 0; i < old.size(); ++i) {
        const bool is_named = std::find(axes.begin(), axes.end(), i) != axes.end();
        if (is_named && old[i] != 1) {
            malformed(node, fmt::format("it removes axis {} of size {}", i, old[i]));
        }
        if (!is_named && (old[i] != 1 || !axes.empty())) {
            shape.push_back(old[i]);
        }
    }
    return to_shape(lowering, node, shape);
}

Value unsqueeze(Lowering& lowering, const Node& node) {
    const Shape old = known_shape(lowering, node);
    const std::vector<int64_t> named = named_axes(lowering, node);
    if (old.size() + named.size() > greatest_rank) {
        malformed(node, "its result has too many dimensions");
    }
    const std::vector<size_t> axes = checked_axes(node, named, old.size() + named.size());
    Shape shape;
    size_t next = 0;
    for (size_t i = 0; i < old.size() + axes.size(); ++i) {
        shape.push_back(std::find(axes.begin(), axes.end(), i) != axes.end() ? 1 : old[next++]);
    }
    return to_shape(lowering, node, shape);
}

Value transpose(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    const Shape old = known_shape(lowering, node);
    std::vector<int64_t> reversed(old.size());
    std::iota(reversed.rbegin(), reversed.rend(), 0);
    const std::vector<size_t> order = checked_axes(node, integers_attribute(node, "perm", reversed), old.size());
    if (order.size() != old.size()) {
        malformed(node, fmt::format("its perm has {} axes of {}", order.size(), old.size()));
    }
    if (std::holds_alternative<Unknown>(value)) {
        Shape shape;
        std::transform(order.begin(), order.end(), std::back_inserter(shape), [&](size_t axis) { return old[axis]; });
        throw Follows{shape};
    }
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        return (*constant)->transposed(order);
    }
    if (const auto* constant = std::get_if<QuantizedPointer>(&value)) {
        return transposed_constant(**constant, order);
    }
    if (const auto* activation = std::get_if<Activation>(&value)) {
        if (turns_to_channels_first(*activation, order) && lowering.layers().may_lay_out(*activation)) {
            return lowering.layers().lay_out_channels_last(*activation);
        }
        Activation result = *activation;
        result.view = transposed(activation->view, order);
        return result;
    }
    Expression expression = expression_of(node, value);
    expression.view = transposed(expression.view, order);
    return value_of(std::move(expression));
}

Value identity(Lowering& lowering, const Node& node) {
    if (node.operation == "Dropout" && lowering.has_input(node, 2) && lowering.constant_input(node, 2)->count() == 1 &&
        lowering.constant_input(node, 2)->real(0) != 0.0) {
        throw Refusal{"it is in training mode", "export the model for inference", {}};
    }
    const Value& value = lowering.input(node, 0);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{shape_of(value)};
    }
    return value;
}

}  // namespace napier::onnx
