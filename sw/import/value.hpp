#pragma once
// What is known of a value of the graph while its nodes are walked in order.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sw/import/constant.hpp"
#include "sw/import/view.hpp"
#include "sw/model/model.hpp"

namespace napier::onnx {

// Came out of a node that was refused. The shape is kept, if known, so that later nodes can be checked.
struct Unknown {
    std::optional<std::vector<int64_t>> shape;
};

// A constant on an integer grid: real = scale * (integer - zero_point).
struct QuantizedConstant {
    ConstantPointer integers;
    std::vector<double> scales;         // one, or one for each index of axis
    std::vector<int64_t> zero_points;   // as many as scales
    size_t axis = 0;

    size_t place(size_t index) const;  // of element `index` in scales
    int64_t value(size_t index) const { return integers->integer(index) - zero_points[place(index)]; }
    double real(size_t index) const { return static_cast<double>(value(index)) * scales[place(index)]; }
    ConstantPointer reals() const;
};
using QuantizedPointer = std::shared_ptr<const QuantizedConstant>;

struct Padding {
    int64_t top = 0, left = 0, bottom = 0, right = 0;
    bool operator==(const Padding&) const = default;
};

enum class Form {
    unquantized,  // a float input of the graph before its QuantizeLinear
    stored,       // integers
    real          // integers with their scale and zero point applied
};

// A tensor of the model, looked at through a view.
struct Activation {
    Form form = Form::real;
    int tensor = -1;
    int generation = 0;  // how often the tensor had been laid out anew when this was made
    View view;
    Padding padding;     // zero points around it, from Pad nodes; empty for all but convolutions and pools
};

// A layer on its way: everything before the output is quantized.
//   real[o] = (sum(weight * (input - zero point)) + bias_steps[o]) * step[o] + bias[o] + residual_step * (residual - its zero point)
// then clamped to [low, high].
struct Expression {
    std::string name, operation;  // of the node it came from
    int input = -1;
    Window window;
    int64_t groups = 1;
    std::shared_ptr<const std::vector<int8_t>> weight;  // [channels][kernel_h][kernel_w][in channels / groups]
    std::vector<double> step;                           // [channels], any sign
    std::vector<int64_t> bias_steps;                    // [channels]
    std::vector<double> bias;                           // [channels]
    int residual = -1;
    double residual_step = 0.0;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    Extents extents;
    View view;

    bool is_clamped() const { return low > -std::numeric_limits<double>::max() || high < std::numeric_limits<double>::max(); }
};
using ExpressionPointer = std::shared_ptr<const Expression>;

using Value = std::variant<Unknown, ConstantPointer, QuantizedPointer, Activation, ExpressionPointer>;

}  // namespace napier::onnx
