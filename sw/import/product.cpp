// Gemm and MatMul with constant weights, as convolutions. Source: ONNX operators Gemm, MatMul.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"
#include "sw/import/weights.hpp"

namespace napier::onnx {

namespace {

// A weight matrix, [outputs][inputs] or, if inputs_first, [inputs][outputs].
struct Matrix {
    QuantizedPointer weight;
    bool inputs_first;

    size_t dim(bool inputs) const {
        const Shape& dims = weight->integers->dims();
        return static_cast<size_t>(dims[dims.size() - (inputs == inputs_first ? 2 : 1)]);
    }
    size_t out_axis() const { return weight->integers->rank() - (inputs_first ? 1 : 2); }
};

Matrix read_matrix(const Lowering& lowering, const Node& node, bool inputs_first) {
    const Matrix matrix{lowering.weight_input(node, 1), inputs_first};
    const Shape& dims = matrix.weight->integers->dims();
    const bool is_plain = dims.size() >= 2 && std::all_of(dims.begin(), dims.end() - 2,
                                                          [](int64_t dim) { return dim == 1; });
    if (!is_plain) {
        throw Refusal{fmt::format("its weight of shape {} is not one matrix", shape_text(dims)),
                      "use one constant matrix of weights", {}};
    }
    if (element_count(dims, INT64_MAX) < 1) {
        malformed(node, fmt::format("its weight has the shape {}", shape_text(dims)));
    }
    return matrix;
}

// The window over which the last dimension of the input reaches: the whole tensor, or one pixel.
struct Reach {
    Extents window;
    std::vector<Axis> order;  // of the window's values in the last dimension, outermost first
};

Reach find_reach(const Activation& input) {
    const std::vector<Axis>& last = input.view.dims.back();
    const bool is_whole = !input.view.has_pieces() && std::all_of(input.view.dims.begin(), input.view.dims.end() - 1,
                                      [](const auto& dim) { return dim.empty(); });
    if (is_whole) {
        return {input.extents, last};
    }
    const bool is_pixel = !input.view.has_pieces() &&
                          (last == std::vector{Axis::channel} || (last.empty() && input.extents.channels == 1));
    if (!is_pixel) {
        throw Refusal{fmt::format("the last dimension of its input of shape {} is not its channels",
                                  shape_text(shape_of(input.view, input.extents))),
                      "flatten the input before it", {}};
    }
    return {{1, 1, input.extents.channels}, last};
}

// Place in the last dimension of the value at (y, x, channel) of the window.
size_t place_of(const Reach& reach, int64_t y, int64_t x, int64_t channel) {
    int64_t place = 0;
    for (const Axis axis : reach.order) {
        const int64_t at = axis == Axis::height ? y : axis == Axis::width ? x : channel;
        place = place * reach.window.of(axis) + at;
    }
    return static_cast<size_t>(place);
}

std::vector<int8_t> arranged(const Matrix& matrix, const Reach& reach, const std::vector<int8_t>& values) {
    const size_t inputs = matrix.dim(true), outputs = matrix.dim(false);
    std::vector<int8_t> result;
    result.reserve(values.size());
    for (size_t o = 0; o < outputs; ++o) {
        for (int64_t y = 0; y < reach.window.height; ++y) {
            for (int64_t x = 0; x < reach.window.width; ++x) {
                for (int64_t channel = 0; channel < reach.window.channels; ++channel) {
                    const size_t place = place_of(reach, y, x, channel);
                    result.push_back(values[matrix.inputs_first ? place * outputs + o : o * inputs + place]);
                }
            }
        }
    }
    return result;
}

// input times the matrix, times alpha.
Expression product(Lowering& lowering, const Node& node, const Matrix& matrix, double alpha) {
    Weights weights = read_weights(*matrix.weight, matrix.out_axis());
    const Activation input = lowering.quantized_input(node, 0);
    if (input.padding != Padding{}) {
        throw Refusal{"its input is padded", "remove the Pad before it", {}};
    }
    if (input.view.dims.empty()) {
        malformed(node, "its input has no dimension");
    }
    const Reach reach = find_reach(input);
    if (static_cast<size_t>(reach.window.count()) != matrix.dim(true)) {
        malformed(node, fmt::format("its input has {} values and its weights take {}", reach.window.count(),
                                    matrix.dim(true)));
    }
    std::transform(weights.scales.begin(), weights.scales.end(), weights.scales.begin(),
                   [alpha](double scale) { return scale * alpha; });
    Expression expression = product_expression(node, lowering, input, weights);
    expression.window.kernel_h = static_cast<int>(reach.window.height);
    expression.window.kernel_w = static_cast<int>(reach.window.width);
    expression.weight = std::make_shared<const std::vector<int8_t>>(arranged(matrix, reach, weights.values));
    expression.extents = {input.extents.height - reach.window.height + 1,
                          input.extents.width - reach.window.width + 1, static_cast<int64_t>(matrix.dim(false))};
    expression.view = input.view;
    expression.view.dims.back() = {Axis::channel};
    expression.view = without_units(expression.view, expression.extents);
    return expression;
}

}  // namespace

Value gemm(Lowering& lowering, const Node& node) {
    const Matrix matrix = read_matrix(lowering, node, integer_attribute(node, "transB", 0) == 0);
    if (matrix.weight->integers->rank() != 2) {
        malformed(node, "its weight is no matrix");
    }
    if (integer_attribute(node, "transA", 0) != 0) {
        throw Refusal{"it transposes its input", "transpose outside the model (transA 0)", {}};
    }
    Expression expression = product(lowering, node, matrix, number_attribute(node, "alpha", 1.0));
    if (expression.view.dims.size() != 2) {
        malformed(node, "its input is no matrix");
    }
    if (lowering.has_input(node, 2)) {
        add_bias(node, lowering, 2, number_attribute(node, "beta", 1.0), expression);
    }
    return value_of(std::move(expression));
}

Value matrix_product(Lowering& lowering, const Node& node) {
    if (std::holds_alternative<Activation>(lowering.input(node, 1))) {
        return operand_product(lowering, node);
    }
    return value_of(product(lowering, node, read_matrix(lowering, node, true), 1.0));
}

}  // namespace napier::onnx
