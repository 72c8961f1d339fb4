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
#include "sw/spec/spec.hpp"

namespace napier::onnx {

using Shape = std::vector<int64_t>;

// Came out of a node that was refused. The shape is kept, if known, so that later nodes can be checked.
struct Unknown {
    std::optional<Shape> shape;
};

// A constant on an integer grid: real = scale * (integer - zero_point).
struct QuantizedConstant {
    ConstantPointer integers;
    std::vector<double> scales;        // one, or one for each index of axis
    std::vector<int64_t> zero_points;  // as many as scales
    size_t axis = 0;

    size_t place(size_t index) const;  // of element `index` in scales
    int64_t value(size_t index) const { return integers->integer(index) - zero_points[place(index)]; }
    double real(size_t index) const { return static_cast<double>(value(index)) * scales[place(index)]; }
    ConstantPointer reals() const;     // as DequantizeLinear gives them
};
using QuantizedPointer = std::shared_ptr<const QuantizedConstant>;

// The integers of a quantized activation, in the machine's int8: integer = stored value + offset, in [low, high].
struct Grid {
    float scale = 1.0f;
    int zero_point = 0;
    int offset = 0;
    int low = -128, high = 127;
    bool one_bit = false;  // -1 and +1 alone
    std::vector<uint8_t> vector_scales = {};  // of the tensor's channels, as napier::Tensor has them
    bool operator==(const Grid&) const = default;

    int vector_scale(size_t channel) const { return vector_scales.empty() ? 1 : vector_scales[channel / scale_vector]; }
    // Of a channel; exact.
    double channel_scale(size_t channel) const { return static_cast<double>(scale) * vector_scale(channel); }
};

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
    Extents extents;     // of the tensor and the padding
    View view;
    Padding padding;     // zero points around the tensor, from Pad nodes
};

// A layer on its way: everything before the output is quantized.
//   real[o] = (sum(input_scale * weight * (input - its zero point)) + bias_steps[o]) * step[o] + bias[o]
//             + residual_step * (residual - its zero point), then clamped to [low, high]
// Rectified, 0 stands in the place of what is before the residual where that is negative.
// Of distances the sum is that of -|input - weight|: the weights stand on the input's grid, zero point included. Of
// matches both are -1 or +1, and there is no zero point.
struct Expression {
    std::string name, operation;  // of the node it came from
    spec::Operation terms = spec::Operation::product;
    Activation input;
    std::vector<uint8_t> input_scales;  // by which the terms are multiplied, as napier::Layer has them
    Window window;
    int64_t groups = 1;
    bool greatest = false;  // of the window, not a sum; weight is then that of one tap, 1
    std::shared_ptr<const std::vector<int8_t>> weight;  // [channels][kernel_h][kernel_w][in channels / groups]
    std::vector<double> step;                           // [channels], any sign
    std::vector<int64_t> bias_steps;                    // [channels]
    std::vector<double> bias;                           // [channels]
    bool rectified = false;                             // by a Relu before the residual; then there is one
    std::optional<Activation> residual;
    std::optional<Activation> operand;  // in the place of the weights, which are then empty; Operand as Layer has it
    int64_t operand_groups = 1;
    bool outputs_are_pixels = false;
    std::optional<Activation> factor;  // of one pixel: a term is (input - its zero point) * (factor - its zero point)
    double residual_step = 0.0;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    Extents extents;
    View view;

    bool is_clamped() const { return low != -std::numeric_limits<double>::infinity() ||
                                     high != std::numeric_limits<double>::infinity(); }
};
using ExpressionPointer = std::shared_ptr<const Expression>;

// Activations side by side along the channels, or tokens one behind the other, before they are quantized to one grid.
struct Joined {
    std::vector<Activation> parts;
    bool along_pixels = false;
    Extents extents;  // of the whole
    View view;
};
using JoinedPointer = std::shared_ptr<const Joined>;

// A function of a quantized tensor: its float32 value for each value of the tensor, by number modulo 256.
struct Curve {
    Activation input;
    std::vector<float> values;
    std::string function;  // the operators, in order: "Sigmoid, Mul"
};
using CurvePointer = std::shared_ptr<const Curve>;

// Work of the host before its output is quantized; its shape is the input's. Without a function a sum with constants,
// which Softmax takes as its mask: then [pixels][channels].
struct HostExpression {
    std::string name, operation;  // of the node
    HostWork work;                // second and initial are set when the layer is made
    Activation input;
    std::optional<Activation> second, initial;
};
using HostPointer = std::shared_ptr<const HostExpression>;

// Constant pixels before and behind an activation's, before they are quantized to one grid.
struct Surrounded {
    Activation part;
    int64_t before = 0;         // pixels
    std::vector<float> values;  // [pixels][channels], 0 where the part's stand
    Extents extents;            // of the whole, one row
    View view;
};
using SurroundedPointer = std::shared_ptr<const Surrounded>;

// Every step-th pixel along an axis.
struct Pick {
    int64_t start = 0, step = 1, count = 1;
};

// Pixels and channels of a quantized activation, from Slice and Pad nodes: no tensor yet, until a node reads it.
struct Selection {
    std::string name, operation;    // of the last node
    Activation source;
    Pick rows, columns;             // of the source with its padding
    std::vector<int64_t> channels;  // of the source, zero_channel for zeros
    Extents extents;
    View view;

    static constexpr int64_t zero_channel = -1;
};
using SelectionPointer = std::shared_ptr<const Selection>;

// An input of integers, which only Gather reads.
struct Indices {
    int tensor = -1;
    Shape shape;  // [1, count]
};

// Of each pixel's index the row of a table, before it is quantized: [1, count, channels].
struct Gathered {
    std::string name, operation;  // of the node
    Indices indices;
    ConstantPointer table;  // real numbers [rows][channels]
    Extents extents;
    View view;
};
using GatheredPointer = std::shared_ptr<const Gathered>;

using Value = std::variant<Unknown, ConstantPointer, QuantizedPointer, Activation, ExpressionPointer, JoinedPointer,
                           CurvePointer, SelectionPointer, HostPointer, SurroundedPointer, Indices, GatheredPointer>;

Value value_of(Expression expression);

// The ONNX shape, if known.
std::optional<Shape> shape_of(const Value& value);

// "float32 and was never quantized" ...: what a value is, where an operator wanted something else.
const char* kind_text(const Value& value);

}  // namespace napier::onnx
