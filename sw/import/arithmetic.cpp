// Add, Sub, Mul, Div: of constants, of a layer and a constant, of two activations. Source: ONNX operators.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sw/import/affine.hpp"
#include "sw/import/fold_arithmetic.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

bool is_constant(const Value& value) {
    return std::holds_alternative<ConstantPointer>(value) || std::holds_alternative<QuantizedPointer>(value);
}

bool is_expression(const Value& value) { return std::holds_alternative<ExpressionPointer>(value); }

// The channel values of constant input `index`, to combine with the expression.
std::vector<double> channel_values(const Lowering& lowering, const Node& node, size_t index, const Expression& with) {
    const ConstantPointer constant = lowering.constant_input(node, index);
    const std::optional<std::vector<double>> values = per_channel(*constant, with.view, with.extents);
    if (!values || values->empty()) {
        throw Refusal{fmt::format("its constant {} of shape {} is not one value or one for each channel of {}",
                                  name_text(node.inputs[index]), shape_text(constant->dims()),
                                  shape_text(shape_of(with.view, with.extents))),
                      "combine activations with scalars or per-channel constants only", {}};
    }
    return *values;
}

// Makes a Relu of the expression part of the sum that it enters.
void rectify(Expression& expression) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (expression.low != 0.0 || expression.high != infinity) {
        throw Refusal{"a Clip, or a Relu that is subtracted, stands between its layer and the sum",
                      "quantize behind it", {}};
    }
    expression.rectified = true;
    expression.low = -infinity;
}

// expression + residual.
Value with_residual(Expression expression, const Activation& residual) {
    if (expression.residual) {
        throw Refusal{"it adds a third activation in one layer", "quantize the sum before it", {}};
    }
    if (expression.factor) {
        throw Refusal{"it adds an activation to a product of two", "quantize the product before it", {}};
    }
    if (expression.is_clamped()) {
        rectify(expression);
    }
    if (residual.padding != Padding{}) {
        throw Refusal{"one of its inputs is padded", "put Pad directly before a convolution", {}};
    }
    if (residual.extents != expression.extents || residual.view != expression.view) {
        throw Refusal{fmt::format("its inputs have the shapes {} and {}",
                                  shape_text(shape_of(expression.view, expression.extents)),
                                  shape_text(shape_of(residual.view, residual.extents))),
                      "add activations of the same shape only", {}};
    }
    expression.residual = residual;
    return value_of(std::move(expression));
}

// The integers of a quantized constant as a tensor for every image; nothing if it has more than one scale.
std::optional<Activation> constant_tensor(Lowering& lowering, const Node& node, size_t index, const Expression& with) {
    const auto* constant = std::get_if<QuantizedPointer>(&lowering.input(node, index));
    if (!constant || (*constant)->scales.size() != 1 || !((*constant)->scales[0] > 0.0)) {
        return std::nullopt;
    }
    const std::vector<float> integers = spread_over(*(*constant)->integers, with.view, with.extents);
    Grid grid;
    grid.scale = static_cast<float>((*constant)->scales[0]);
    const bool is_unsigned = std::any_of(integers.begin(), integers.end(), [](float value) { return value > 127.0f; });
    grid.offset = is_unsigned ? -128 : 0;
    const int64_t zero_point = (*constant)->zero_points[0] + grid.offset;
    std::vector<int8_t> values;
    for (const float integer : integers) {
        const float value = integer + static_cast<float>(grid.offset);
        if (value < -128.0f || value > 127.0f) {
            return std::nullopt;
        }
        values.push_back(static_cast<int8_t>(value));
    }
    if (values.empty() || zero_point < -128 || zero_point > 127) {
        return std::nullopt;
    }
    grid.zero_point = static_cast<int>(zero_point);
    return lowering.layers().add_constant(node.inputs[index], with.extents, with.view, grid, std::move(values));
}

// input[activation] + a constant that differs along its pixels: a residual, or the mask of a Softmax.
Value add_pixels(Lowering& lowering, const Node& node, size_t activation) {
    const Value& value = lowering.input(node, activation);
    if (!std::holds_alternative<HostPointer>(value)) {
        Expression expression = lowering.expression_input(node, activation);
        if (const auto residual = constant_tensor(lowering, node, 1 - activation, expression)) {
            expression.residual_step = lowering.layers().grid(residual->tensor).scale;
            return with_residual(std::move(expression), *residual);
        }
    }
    if (is_expression(value) && !is_scaled_tensor(lowering, node, activation)) {
        channel_values(lowering, node, 1 - activation, lowering.expression_input(node, activation));
    }
    return masked(lowering, node, activation);
}

// Whether a constant has one value or one for each channel of a value; true if nothing is known of that.
bool is_of_channels(const Lowering& lowering, const Node& node, size_t constant, const Value& value) {
    const auto fits = [&](const View& view, const Extents& extents) {
        return per_channel(*lowering.constant_input(node, constant), view, extents).has_value();
    };
    if (const auto* activation = std::get_if<Activation>(&value)) {
        return fits(activation->view, activation->extents);
    }
    if (const auto* expression = std::get_if<ExpressionPointer>(&value)) {
        return fits((*expression)->view, (*expression)->extents);
    }
    return !std::holds_alternative<HostPointer>(value);
}

// input[first] + sign * input[second], both computed while the network runs.
Value add_activations(Lowering& lowering, const Node& node, double sign) {
    const bool first_is_layer = is_expression(lowering.input(node, 0));
    const bool second_is_layer = is_expression(lowering.input(node, 1));
    if (first_is_layer && second_is_layer) {
        throw Refusal{"both of its inputs are float32 and not quantized",
                      "put QuantizeLinear and DequantizeLinear on one of them", {}};
    }
    // A subtracted activation must be the one that is multiplied: the residual's multiplier is positive.
    const size_t layer = first_is_layer || (!second_is_layer && sign > 0.0) ? 0 : 1;
    if (layer == 0 && sign < 0.0) {
        throw Refusal{"it subtracts an activation from a layer that is not quantized",
                      "put QuantizeLinear and DequantizeLinear on its first input", {}};
    }
    Expression expression = lowering.expression_input(node, layer);
    const Activation residual = lowering.quantized_input(node, 1 - layer);
    if (sign < 0.0) {
        multiply_channels(expression, {-1.0});
    }
    expression.residual_step = lowering.layers().grid(residual.tensor).scale;
    return with_residual(std::move(expression), residual);
}

Value add_or_subtract(Lowering& lowering, const Node& node, double sign) {
    const Value &a = lowering.input(node, 0), &b = lowering.input(node, 1);
    if (is_constant(a) && is_constant(b)) {
        return fold_arithmetic(node, *lowering.constant_input(node, 0), *lowering.constant_input(node, 1));
    }
    if (!is_constant(a) && !is_constant(b)) {
        return add_activations(lowering, node, sign);
    }
    const size_t layer = is_constant(a) ? 1 : 0;
    if (sign > 0.0 && !is_of_channels(lowering, node, 1 - layer, lowering.input(node, layer))) {
        return add_pixels(lowering, node, layer);
    }
    Expression expression = lowering.expression_input(node, layer);
    std::vector<double> values = channel_values(lowering, node, 1 - layer, expression);
    if (sign < 0.0 && layer == 1) {
        multiply_channels(expression, {-1.0});
    } else if (sign < 0.0) {
        std::transform(values.begin(), values.end(), values.begin(), std::negate<>());
    }
    add_channels(expression, values);
    return value_of(std::move(expression));
}

// True if b has one value for each channel of a.
bool is_factor_of(const Activation& a, const Activation& b) {
    const size_t rank = a.view.dims.size();
    return a.tensor != b.tensor && b.extents == Extents{1, 1, a.extents.channels} && b.view.dims.size() == rank &&
           without_units(a.view, a.extents) == without_units(channels_first(a.extents, rank), a.extents) &&
           without_units(b.view, b.extents) == without_units(channels_first(b.extents, rank), b.extents) &&
           a.padding == Padding{} && b.padding == Padding{};
}

// Squeeze and excite: an image times a value for each of its channels.
Value multiply_activations(Lowering& lowering, const Node& node) {
    Activation image = lowering.quantized_input(node, 0), factor = lowering.quantized_input(node, 1);
    if (!is_factor_of(image, factor)) {
        std::swap(image, factor);
    }
    if (!is_factor_of(image, factor)) {
        return host_product(lowering, node);
    }
    Expression expression = identity_expression(node, lowering.layers(), image);
    const Grid& grid = lowering.layers().grid(factor.tensor);
    for (size_t channel = 0; channel < expression.step.size(); ++channel) {
        expression.step[channel] *= grid.channel_scale(channel);
    }
    expression.factor = factor;
    return value_of(std::move(expression));
}

}  // namespace

Value add(Lowering& lowering, const Node& node) { return add_or_subtract(lowering, node, 1.0); }

Value subtract(Lowering& lowering, const Node& node) { return add_or_subtract(lowering, node, -1.0); }

Value multiply(Lowering& lowering, const Node& node) {
    const Value &a = lowering.input(node, 0), &b = lowering.input(node, 1);
    if (is_constant(a) && is_constant(b)) {
        return fold_arithmetic(node, *lowering.constant_input(node, 0), *lowering.constant_input(node, 1));
    }
    if (!is_constant(a) && !is_constant(b)) {
        return multiply_activations(lowering, node);
    }
    const size_t layer = is_constant(a) ? 1 : 0;
    Expression expression = lowering.expression_input(node, layer);
    multiply_channels(expression, channel_values(lowering, node, 1 - layer, expression));
    return value_of(std::move(expression));
}

Value divide(Lowering& lowering, const Node& node) {
    const Value &a = lowering.input(node, 0), &b = lowering.input(node, 1);
    if (is_constant(a) && is_constant(b)) {
        return fold_arithmetic(node, *lowering.constant_input(node, 0), *lowering.constant_input(node, 1));
    }
    if (is_constant(a)) {
        throw Refusal{"it divides by an activation", "divide by constants only", shape_of(b)};
    }
    Expression expression = lowering.expression_input(node, 0);
    std::vector<double> values = channel_values(lowering, node, 1, expression);
    std::transform(values.begin(), values.end(), values.begin(), [](double value) { return 1.0 / value; });
    multiply_channels(expression, values);
    return value_of(std::move(expression));
}

}  // namespace napier::onnx
