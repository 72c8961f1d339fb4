// BatchNormalization, Relu, Clip: taken into the layer before them. Source: ONNX operators.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sw/import/affine.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

bool is_uniform(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [&](double value) { return value == values[0]; });
}

void require_finite(const std::vector<double>& values) {
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
        throw Refusal{"a factor or an offset of it is not finite", "check its constants", {}};
    }
}

double at(const std::vector<double>& values, size_t channel) { return values[values.size() == 1 ? 0 : channel]; }

std::vector<double> channel_input(const Lowering& lowering, const Node& node, size_t index, size_t channels) {
    const ConstantPointer constant = lowering.constant_input(node, index);
    if (constant->count() != channels || constant->is_integer()) {
        malformed(node, fmt::format("its input {} is not one real number for each of {} channels",
                                    name_text(node.inputs[index]), channels));
    }
    std::vector<double> values(channels);
    for (size_t i = 0; i < channels; ++i) {
        values[i] = constant->real(i);
    }
    return values;
}

double bound_input(const Lowering& lowering, const Node& node, size_t index, const char* attribute, double otherwise) {
    double bound = number_attribute(node, attribute, otherwise);
    if (lowering.has_input(node, index)) {
        const ConstantPointer constant = lowering.constant_input(node, index);
        if (constant->count() != 1) {
            malformed(node, fmt::format("its {} is not one number", attribute));
        }
        bound = constant->real(0);
    }
    if (std::isnan(bound)) {
        malformed(node, fmt::format("its {} is not a number", attribute));
    }
    return bound;
}

}  // namespace

void multiply_channels(Expression& expression, const std::vector<double>& values) {
    require_finite(values);
    const bool uniform = is_uniform(values);
    const bool positive = std::all_of(values.begin(), values.end(), [](double value) { return value > 0.0; });
    const bool keeps_clamp = positive && (expression.low == 0.0 || std::isinf(expression.low)) &&
                             (expression.high == 0.0 || std::isinf(expression.high));
    if (expression.is_clamped() && !keeps_clamp && (!uniform || values[0] == 0.0)) {
        throw Refusal{"it scales channels differently after a Relu or Clip", "quantize before it", {}};
    }
    if (expression.residual && !(uniform && values[0] > 0.0)) {
        throw Refusal{"it scales a sum of two activations by channel or by a negative number", "quantize before it",
                      {}};
    }
    for (size_t o = 0; o < expression.step.size(); ++o) {
        expression.step[o] *= at(values, o);
        expression.bias[o] *= at(values, o);
    }
    expression.residual_step *= values[0];
    if (expression.is_clamped() && uniform) {
        expression.low *= values[0];
        expression.high *= values[0];
        if (values[0] < 0.0) {
            std::swap(expression.low, expression.high);
        }
    }
}

void add_channels(Expression& expression, const std::vector<double>& values) {
    require_finite(values);
    if (expression.is_clamped() && !is_uniform(values)) {
        throw Refusal{"it shifts channels differently after a Relu or Clip", "quantize before it", {}};
    }
    if (expression.rectified) {
        throw Refusal{"it adds a constant to a sum that a Relu enters", "quantize before it", {}};
    }
    for (size_t o = 0; o < expression.bias.size(); ++o) {
        expression.bias[o] += at(values, o);
    }
    expression.low += values[0];
    expression.high += values[0];
}

void clamp(Expression& expression, double low, double high) {
    const auto clamped = [&](double value) { return std::min(std::max(value, low), high); };
    expression.low = clamped(expression.low);
    expression.high = clamped(expression.high);
}

Value batch_normalization(Lowering& lowering, const Node& node) {
    if (integer_attribute(node, "training_mode", 0) != 0) {
        throw Refusal{"it is in training mode", "export the model for inference", {}};
    }
    Expression expression = lowering.expression_input(node, 0);
    const size_t channels = static_cast<size_t>(expression.extents.channels);
    const std::vector<Axis> wanted = channels == 1 ? std::vector<Axis>{} : std::vector{Axis::channel};
    if (expression.view.dims.size() < 2 || expression.view.dims[1] != wanted ||
        expression.view.has_pieces()) {
        throw Refusal{"its channels are not the second dimension of its input", "remove the Transpose before it", {}};
    }
    std::vector<double> factor = channel_input(lowering, node, 1, channels);
    std::vector<double> offset = channel_input(lowering, node, 2, channels);
    const std::vector<double> mean = channel_input(lowering, node, 3, channels);
    const std::vector<double> variance = channel_input(lowering, node, 4, channels);
    const double epsilon = number_attribute(node, "epsilon", static_cast<double>(1e-5f));
    for (size_t o = 0; o < channels; ++o) {
        if (!(variance[o] + epsilon > 0.0)) {
            malformed(node, fmt::format("the variance of channel {} is {}", o, variance[o]));
        }
        factor[o] /= std::sqrt(variance[o] + epsilon);
        offset[o] -= mean[o] * factor[o];
    }
    multiply_channels(expression, factor);
    add_channels(expression, offset);
    return value_of(std::move(expression));
}

Value relu(Lowering& lowering, const Node& node) {
    const auto* activation = std::get_if<Activation>(&lowering.input(node, 0));
    if (activation && activation->form == Form::real) {
        const Grid& grid = lowering.layers().grid(activation->tensor);
        if (grid.zero_point <= grid.low) {
            return *activation;  // never negative
        }
    }
    Expression expression = lowering.expression_input(node, 0);
    clamp(expression, 0.0, std::numeric_limits<double>::infinity());
    return value_of(std::move(expression));
}

Value clip(Lowering& lowering, const Node& node) {
    const double infinity = std::numeric_limits<double>::infinity();
    const double low = bound_input(lowering, node, 1, "min", -infinity);
    const double high = bound_input(lowering, node, 2, "max", infinity);
    const Value& value = lowering.input(node, 0);
    if (std::holds_alternative<ConstantPointer>(value) || std::holds_alternative<QuantizedPointer>(value)) {
        const ConstantPointer constant = lowering.constant_input(node, 0);
        std::vector<double> values(constant->count());
        for (size_t i = 0; i < values.size(); ++i) {
            values[i] = std::min(std::max(constant->real(i), low), high);
        }
        return Constant::reals(constant->dims(), values);
    }
    Expression expression = lowering.expression_input(node, 0);
    clamp(expression, low, high);
    return value_of(std::move(expression));
}

}  // namespace napier::onnx
