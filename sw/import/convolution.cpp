// Conv. Source: ONNX operator Conv. AdderConv of the domain "napier" has the inputs and attributes of Conv and the
// terms -|x - w| instead of x * w. Source: Chen et al., AdderNet: Do We Really Need Multiplications in Deep Learning?
// (2020).
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"
#include "sw/import/weights.hpp"
#include "sw/import/window.hpp"

namespace napier::onnx {

namespace {

// [out][in][kernel_h][kernel_w] -> [out][kernel_h][kernel_w][in]
std::vector<int8_t> channels_last_weights(const std::vector<int8_t>& weight, size_t out, size_t in, size_t taps) {
    std::vector<int8_t> result(weight.size());
    size_t next = 0;
    for (size_t o = 0; o < out; ++o) {
        for (size_t tap = 0; tap < taps; ++tap) {
            for (size_t i = 0; i < in; ++i) {
                result[next++] = weight[(o * in + i) * taps + tap];
            }
        }
    }
    return result;
}

// Weights on the input's grid, so that their differences are those of the real numbers.
void put_on_grid(const Grid& grid, Weights& weights) {
    for (double& scale : weights.scales) {
        if (static_cast<float>(scale) != grid.scale) {
            throw Refusal{fmt::format("the scale {} of its weights is not the scale {} of its input, and a distance "
                                      "needs one for both",
                                      scale, grid.scale),
                          "quantize input and weights of an AdderConv with the same scale, per tensor", {}};
        }
        scale = 1.0;  // a step of the sum is one of the input
    }
    for (int8_t& value : weights.values) {
        const int moved = value + grid.zero_point;
        if (moved < -128 || moved > 127) {
            throw Refusal{fmt::format("its weight {} lies outside the range of its input, whose zero point is {}",
                                      value, grid.zero_point),
                          "quantize the input of an AdderConv symmetrically (zero point 0), or clip the weights to its "
                          "range", {}};
        }
        value = static_cast<int8_t>(moved);
    }
}

Value convolution_of(Lowering& lowering, const Node& node, spec::Operation terms) {
    const QuantizedPointer weight = lowering.weight_input(node, 1);
    const Shape& dims = weight->integers->dims();
    if (dims.size() < 3 || element_count(dims, INT64_MAX) < 1) {
        malformed(node, fmt::format("its weight has the shape {}", shape_text(dims)));
    }
    if (dims.size() > 4) {
        throw Refusal{"it is a convolution over three or more space axes", "use one or two", {}};
    }
    Weights weights = read_weights(*weight, 0);
    const int64_t groups = integer_attribute(node, "group", 1);
    if (groups < 1 || dims[0] % groups != 0) {
        malformed(node, fmt::format("its {} output channels cannot form {} groups", dims[0], groups));
    }
    const Activation input = lowering.quantized_input(node, 0);
    require_channels_first(node, input, dims.size() - 2);
    if (input.extents.channels / groups != dims[1] || input.extents.channels % groups != 0) {
        malformed(node, fmt::format("its input has {} channels and its weights take {} groups of {}",
                                    input.extents.channels, groups, dims[1]));
    }
    const std::vector<int64_t> kernel(dims.begin() + 2, dims.end());
    if (has_attribute(node, "kernel_shape") && integers_attribute(node, "kernel_shape", {}) != kernel) {
        malformed(node, "its kernel_shape differs from its weights");
    }
    const Placed placed = place_window(node, kernel, input);
    if (terms == spec::Operation::distance) {
        if (lowering.layers().grid(input.tensor).one_bit) {
            throw Refusal{"it takes distances of activations of -1 and +1", "quantize them to 2 to 8 bits with Quant",
                          {}};
        }
        if (!lowering.layers().grid(input.tensor).vector_scales.empty()) {
            throw Refusal{"its input has a scale for each vector of channels, and a distance needs one for all",
                          "quantize the input of an AdderConv per tensor", {}};
        }
        put_on_grid(lowering.layers().grid(input.tensor), weights);
    }
    Expression expression = product_expression(node, lowering, input, weights, groups);
    if (terms == spec::Operation::distance) {
        expression.terms = terms;
    }
    expression.window = placed.window;
    expression.extents = {placed.output.height, placed.output.width, dims[0]};
    expression.view = channels_first(expression.extents, dims.size());
    const size_t taps = static_cast<size_t>(placed.window.kernel_h) * static_cast<size_t>(placed.window.kernel_w);
    expression.weight = std::make_shared<const std::vector<int8_t>>(
        channels_last_weights(weights.values, static_cast<size_t>(dims[0]), static_cast<size_t>(dims[1]), taps));
    if (lowering.has_input(node, 2)) {
        add_bias(node, lowering, 2, 1.0, expression);
    }
    return value_of(std::move(expression));
}

}  // namespace

Value convolution(Lowering& lowering, const Node& node) {
    return convolution_of(lowering, node, spec::Operation::product);
}

Value adder_convolution(Lowering& lowering, const Node& node) {
    return convolution_of(lowering, node, spec::Operation::distance);
}

}  // namespace napier::onnx
