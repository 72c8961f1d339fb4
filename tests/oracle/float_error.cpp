#include "tests/oracle/float_error.hpp"

#include <cmath>
#include <cstdlib>

namespace napier::test {

namespace {

// Sum of the magnitudes of (activation - zero point) * weight over one output, and number of terms.
struct Magnitude {
    double sum = 0.0;
    double terms = 0.0;
    int64_t weights = 0;  // sum of the weights, times the scales of their inputs
};

Magnitude magnitude(const Model& model, const Layer& layer, const golden::TensorValues& input, int y, int x, int o) {
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const Window& w = layer.window;
    const int in_per_group = source.channels / layer.groups;
    const int group = o / (static_cast<int>(layer.bias.size()) / layer.groups);
    size_t next = static_cast<size_t>(o * w.kernel_h * w.kernel_w * in_per_group);
    Magnitude result;
    for (int ky = 0; ky < w.kernel_h; ++ky) {
        for (int kx = 0; kx < w.kernel_w; ++kx) {
            const int in_y = y * w.stride_y + ky * w.dilation_y - w.pad_top;
            const int in_x = x * w.stride_x + kx * w.dilation_x - w.pad_left;
            const bool inside = 0 <= in_y && in_y < source.height && 0 <= in_x && in_x < source.width;
            for (int i = 0; i < in_per_group; ++i) {
                const int weight = layer.weight[next++];
                const int activation =
                    inside ? input[golden::element_index(source, in_y, in_x, group * in_per_group + i)]
                           : source.zero_point;
                const size_t vector = static_cast<size_t>(group * in_per_group + i) / 16;
                const int scale = layer.input_scales.empty() ? 1 : source.vector_scales[vector];
                result.sum += std::abs(scale * (activation - source.zero_point) * weight);
                result.terms += 1.0;
                result.weights += scale * weight;
            }
        }
    }
    return result;
}

// Of a layer with an operand, and the sum itself.
struct OperandTerms {
    Magnitude magnitude;
    int64_t sum = 0;
};

OperandTerms operand_terms(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors,
                           size_t pixel, int o) {
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const Tensor& operand = model.tensors[static_cast<size_t>(layer.operand.tensor)];
    const int in = source.channels / layer.groups, out = static_cast<int>(layer.bias.size()) / layer.groups;
    const int group = o / out, part = group / (layer.groups / layer.operand.groups);
    const bool turned = layer.operand.outputs_are_pixels;
    OperandTerms result;
    for (int i = 0; i < in; ++i) {
        const int row = turned ? o % out : i, column = turned ? part * in + i : part * out + o % out;
        const int factor = tensors[static_cast<size_t>(layer.operand.tensor)]
                                  [static_cast<size_t>(row * operand.channels + column)];
        const int value = tensors[static_cast<size_t>(layer.input)]
                                 [pixel * static_cast<size_t>(source.channels) + static_cast<size_t>(group * in + i)];
        const int64_t term = int64_t{value - source.zero_point} * (factor - operand.zero_point);
        result.sum += term;
        result.magnitude.sum += std::abs(static_cast<double>(term));
        result.magnitude.terms += 1.0;
    }
    return result;
}

}  // namespace

double accumulated_rounding(double count) {
    const double roundings = std::ldexp(count, -24);
    return roundings / (1.0 - roundings);
}

OutputValue evaluate(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors, int y,
                     int x, int channel, double channel_error) {
    const size_t o = static_cast<size_t>(channel);
    const golden::TensorValues& input = tensors[static_cast<size_t>(layer.input)];
    const Tensor& target = model.tensors[static_cast<size_t>(layer.output)];
    const golden::Requantization column = golden::requantization(model, layer, channel);
    const bool has_operand = layer.operand.tensor >= 0;
    const size_t pixel = golden::element_index(target, y, x, 0) / static_cast<size_t>(target.channels);
    const OperandTerms products = has_operand ? operand_terms(model, layer, tensors, pixel, channel) : OperandTerms{};
    const int64_t accumulator =
        has_operand ? products.sum : golden::accumulate(model, layer, input, y, x, channel);
    const size_t place = golden::element_index(target, y, x, channel);
    const int residual = layer.residual < 0 ? 0 : tensors[static_cast<size_t>(layer.residual)][place];

    const Int128 unit = Int128{1} << column.shift;
    const Int128 rest = ((golden::scaled_value(column, accumulator, residual) % unit) + unit) % unit;
    const double half_step = std::ldexp(1.0, -column.shift - 1);  // half a unit of a significand, in output steps
    OutputValue value;
    value.distance = std::abs(static_cast<double>(2 * rest - unit)) * half_step;
    value.output = golden::requantize(column, accumulator, residual);

    const Magnitude terms = has_operand ? products.magnitude : magnitude(model, layer, input, y, x, channel);
    const int zero = model.tensors[static_cast<size_t>(layer.input)].zero_point;
    const double bias = std::abs(static_cast<double>(layer.bias[o] + zero * terms.weights));
    const double multiplier = std::ldexp(column.significand, -column.shift) + half_step;
    const double own = std::abs(static_cast<double>(accumulator + layer.bias[o]));
    double size = multiplier * (terms.sum + bias);
    double golden_error = own * half_step;
    if (layer.residual >= 0) {
        const double distance = std::abs(residual - column.residual_zero);
        size += (std::ldexp(column.residual_significand, -column.shift) + half_step) * distance;
        golden_error += distance * half_step;
    }
    const bool scaled = !model.tensors[static_cast<size_t>(layer.input)].vector_scales.empty() ||
                        !target.vector_scales.empty();  // float32 products of a scale and an integer
    value.bound = accumulated_rounding(terms.terms + (scaled ? 18 : 16)) * size + golden_error + channel_error;
    return value;
}

}  // namespace napier::test
