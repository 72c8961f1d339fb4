#include "sw/import/weights.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr double same_grid = 1.0 / (1 << 22);  // relative: two roundings to float32

void take_vector_scales(const Grid& grid, size_t channels, Expression& expression) {
    const size_t groups = static_cast<size_t>(expression.groups), per_group = channels / groups;
    const auto is_uniform = [&](size_t group) {
        for (size_t i = 1; i < per_group; ++i) {
            if (grid.vector_scale(group * per_group + i) != grid.vector_scale(group * per_group)) {
                return false;
            }
        }
        return true;
    };
    for (size_t group = 0; group < groups; ++group) {
        if (!is_uniform(group)) {
            expression.input_scales = grid.vector_scales;
            return;
        }
    }
    const size_t outputs = expression.step.size() / groups;
    for (size_t o = 0; o < expression.step.size(); ++o) {
        expression.step[o] *= grid.vector_scale(o / outputs * per_group);
    }
}

}  // namespace

Weights read_weights(const QuantizedConstant& weight, size_t out_axis) {
    const size_t channels = static_cast<size_t>(weight.integers->dims()[out_axis]);
    Weights result;
    if (weight.scales.size() == 1) {
        result.scales.assign(channels, weight.scales[0]);
    } else if (weight.axis == out_axis) {
        result.scales = weight.scales;
    } else {
        throw Refusal{fmt::format("the scale of its weights differs along axis {}, not along the output channels' {}",
                                  weight.axis, out_axis),
                      "quantize weights per tensor or per output channel", {}};
    }
    result.values.resize(weight.integers->count());
    for (size_t i = 0; i < result.values.size(); ++i) {
        const int64_t value = weight.value(i);
        if (value < -128 || value > 127) {
            throw Refusal{fmt::format("weight {} less its zero point is {}, which int8 does not hold", i, value),
                          "quantize weights symmetrically (zero point 0) to 8 bits or less", {}};
        }
        result.values[i] = static_cast<int8_t>(value);
    }
    return result;
}

Expression product_expression(const Node& node, const Lowering& lowering, const Activation& input,
                              const Weights& weights, int64_t groups) {
    Expression expression;
    expression.name = node.name;
    expression.operation = node.operation;
    expression.input = input;
    if (lowering.layers().grid(input.tensor).one_bit) {
        expression.terms = spec::Operation::match;
    }
    const double input_scale = lowering.layers().grid(input.tensor).scale;
    for (const double scale : weights.scales) {
        expression.step.push_back(input_scale * scale);
    }
    expression.groups = groups;
    take_vector_scales(lowering.layers().grid(input.tensor), static_cast<size_t>(input.extents.channels), expression);
    expression.bias_steps.assign(weights.scales.size(), 0);
    expression.bias.assign(weights.scales.size(), 0.0);
    return expression;
}

void add_bias(const Node& node, const Lowering& lowering, size_t index, double factor, Expression& expression) {
    const Value& value = lowering.input(node, index);
    const ConstantPointer reals = lowering.constant_input(node, index);
    const auto* quantized = std::get_if<QuantizedPointer>(&value);
    const size_t channels = expression.step.size();
    const bool is_vector = reals->rank() > 0 && reals->dims().back() == static_cast<int64_t>(channels) &&
                           reals->count() == channels;
    if (!is_vector && reals->count() != 1) {
        malformed(node, fmt::format("its bias has the shape {} and there are {} output channels",
                                    shape_text(reals->dims()), channels));
    }
    for (size_t o = 0; o < channels; ++o) {
        const size_t from = reals->count() == 1 ? 0 : o;
        const double step = expression.step[o];
        if (quantized) {
            const double scale = (*quantized)->scales[(*quantized)->place(from)] * factor;
            if (std::abs(scale - step) <= same_grid * std::abs(step)) {
                expression.bias_steps[o] += (*quantized)->value(from);
                continue;
            }
            expression.bias[o] += static_cast<double>((*quantized)->value(from)) * scale;
        } else {
            expression.bias[o] += reals->real(from) * factor;
        }
    }
}

}  // namespace napier::onnx
