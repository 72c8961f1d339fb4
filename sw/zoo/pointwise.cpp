// Activations, pools, sums and normalizations.

#include <algorithm>
#include <cmath>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

namespace {

Value with_range(Value value, double low, double high, double mean, double deviation) {
    value.low = low;
    value.high = high;
    value.mean = mean;
    value.deviation = deviation;
    value.is_fusable = value.is_open = value.is_symmetric = false;
    return value;
}

// An activation of a normal value of variance 1.
struct Shape {
    const char* operation;
    double low, high;  // high 0: the input's
    double mean, deviation;
};

constexpr Shape shapes[] = {
    {"Relu", 0.0, 0.0, 0.4, 0.58},        {"HardSwish", -0.375, 0.0, 0.17, 0.58}, {"HardSigmoid", 0.0, 1.0, 0.5, 0.17},
    {"Sigmoid", 0.0, 1.0, 0.5, 0.21},     {"Gelu", -0.17, 0.0, 0.28, 0.59},       {"LeakyRelu", -0.4, 0.0, 0.36, 0.61},
    {"Silu", -0.28, 0.0, 0.21, 0.56},     {"SquaredRelu", 0.0, 12.0, 0.5, 1.12},
};

const Shape& shape_of(const std::string& operation) {
    return *std::find_if(std::begin(shapes), std::end(shapes),
                         [&](const Shape& shape) { return shape.operation == operation; });
}

Value activated_like(const std::string& operation, const Value& input) {
    const Shape& shape = shape_of(operation);
    const double scale = std::min(input.spread(), shape.high == 0.0 ? input.spread() : 1.0);
    return with_range(input, std::max(shape.low, input.low), shape.high == 0.0 ? input.high : shape.high,
                      shape.mean * scale, shape.deviation * scale);
}

}  // namespace

Value Builder::relu(const Value& input) {
    Value like = input.low < 0.0 ? activated_like("Relu", input)
                                 : with_range(input, 0.0, input.high, input.mean, input.deviation);
    like.is_open = input.is_open;
    return node(input.name + "/relu", "Relu", {input.is_fusable ? input.name : operand(input)}, like);
}

Value Builder::activation(const std::string& operation, const Value& input) {
    const Value like = activated_like(operation, input);
    const std::string read = operand(input), name = input.name + "/" + operation;
    if (operation == "Silu") {
        return node(name, "Mul", {read, node(name + "_sigmoid", "Sigmoid", {read}, like).name}, like);
    }
    if (operation == "SquaredRelu") {
        const std::string positive = node(name + "_relu", "Relu", {read}, like).name;
        return node(name, "Mul", {positive, positive}, like);
    }
    std::map<std::string, onnx::Attribute> attributes;
    if (operation == "HardSigmoid") attributes = {{"alpha", number_attribute(1.0f / 6.0f)},
                                                  {"beta", number_attribute(0.5f)}};
    if (operation == "LeakyRelu") attributes = {{"alpha", number_attribute(0.1f)}};
    return node(name, operation, {read}, like, std::move(attributes));
}

Value Builder::softmax(const std::string& name, const Value& input, const std::string& mask) {
    // Of normal scores, the greatest of S shares is some e^3.5 times 1 / (S sqrt(e)).
    const double count = double(input.dims.back());
    const Value like = with_range(input, 0.0, std::min(1.0, 40.0 / count), 1.0 / count,
                                  std::min(1.0, 1.3 / count));
    const std::string scores = operand(input);
    const std::string read = mask.empty() ? scores : node(name + "_masked", "Add", {scores, mask}, input).name;
    return node(name, "Softmax", {read}, like, {{"axis", integer_attribute(-1)}});
}

Value Builder::max_pool(const std::string& name, const Value& input, Window window, bool is_ceil) {
    const auto extent = [&](int64_t size, int64_t kernel, int64_t pad) {
        return (size + 2 * pad - kernel + (is_ceil ? window.stride - 1 : 0)) / window.stride + 1;
    };
    Value like = with_range(input, input.low, input.high, input.mean + input.deviation, input.deviation);
    like.dims = {1, input.channels(), extent(input.height(), window.kernel_height, window.pad_height),
                 extent(input.width(), window.kernel_width, window.pad_width)};
    const Value result = node(name, "MaxPool", {operand(input)}, like,
                {{"kernel_shape", integers_attribute({window.kernel_height, window.kernel_width})},
                 {"strides", integers_attribute({window.stride, window.stride})},
                 {"pads", integers_attribute({window.pad_height, window.pad_width, window.pad_height,
                                              window.pad_width})},
                 {"ceil_mode", integer_attribute(is_ceil ? 1 : 0)}});
    record(name, "maxpool", input, result);
    set_window(network_.layers.back(), window);
    return result;
}

Value Builder::global_average(const std::string& name, const Value& input) {
    Value like = with_range(input, input.low / 2.0, input.high / 2.0, input.mean, input.deviation / 2.0);
    like.dims = {1, input.channels(), 1, 1};
    like.is_fusable = true;
    const Value result = node(name, "GlobalAveragePool", {operand(input)}, like);
    record(name, "gap", input, result);
    return result;
}

Value Builder::mean_tokens(const std::string& name, const Value& input) {
    Value like = with_range(input, input.low / 2.0, input.high / 2.0, input.mean, input.deviation / 2.0);
    like.dims = {1, input.channels()};
    const Value result = node(name, "ReduceMean", {operand(input), integers(name + "_axes", {1}, {1})}, like,
                              {{"keepdims", integer_attribute(0)}});
    record(name, "gap", input, result);
    return result;
}

Value Builder::add(const std::string& name, const Value& left, const Value& right) {
    const bool takes_right = !left.is_open && right.is_open;
    const Value &open = takes_right ? right : left, &other = takes_right ? left : right;
    Value like = with_range(left, left.low + right.low, left.high + right.high, left.mean + right.mean,
                            std::hypot(left.deviation, right.deviation));
    like.low = std::max(like.low, like.mean - 4.0 * like.deviation);
    like.high = std::min(like.high, like.mean + 5.0 * like.deviation);
    like.is_fusable = true;
    const Names inputs{open.is_open ? open.name : operand(open), operand(other)};
    const Value result = node(name, "Add", inputs, like);
    record(name, "add", left, result);
    return result;
}

Value Builder::multiply(const std::string& name, const Value& left, const Value& right) {
    const double products[] = {left.low * right.low, left.low * right.high, left.high * right.low,
                               left.high * right.high};
    const double spread = left.spread() * right.spread(), reach = 8.0 * spread;
    const Value like = with_range(left, std::max(*std::min_element(products, products + 4), -reach),
                                  std::min(*std::max_element(products, products + 4), reach),
                                  left.mean * right.mean, spread);
    const Value result = node(name, "Mul", {operand(left), operand(right)}, like);
    record(name, "mul", left, result);
    return result;
}

Value Builder::scaled(const std::string& name, const Value& input, double factor) {
    Value like = with_range(input, input.low * factor, input.high * factor, input.mean * factor,
                            input.deviation * factor);
    const std::string read = input.is_open ? input.name : operand(input);
    return node(name, "Mul", {read, constant(name + "_factor", {}, {static_cast<float>(factor)})}, like);
}

Value Builder::concat(const std::string& name, const std::vector<Value>& values, int64_t axis) {
    Value like = with_range(values[0], values[0].low, values[0].high, 0.0, 0.0);
    Names inputs;
    double squares = 0.0;
    like.dims[size_t(axis)] = 0;
    for (const Value& value : values) {
        inputs.push_back(operand(value));
        like.low = std::min(like.low, value.low);
        like.high = std::max(like.high, value.high);
        like.dims[size_t(axis)] += value.dims[size_t(axis)];
        squares += value.spread() * value.spread() * double(value.dims[size_t(axis)]);
    }
    like.deviation = std::sqrt(squares / double(like.dims[size_t(axis)]));
    const Value result = node(name, "Concat", inputs, like, {{"axis", integer_attribute(axis)}});
    record(name, "concat", result, result);
    return result;
}

Value Builder::layer_norm(const std::string& name, const Value& input) {
    const Dims count{input.channels()};
    const Names inputs{operand(input), random_constant(name + "_gain", count, 1.0f, 0.1f),
                       random_constant(name + "_offset", count, 0.0f, 0.1f)};
    const Value result = node(name, "LayerNormalization", inputs, with_range(input, -4.0, 4.0, 0.0, 1.0),
                              {{"axis", integer_attribute(-1)}, {"epsilon", number_attribute(1e-6f)}});
    record(name, "ln", input, result, 2 * input.channels());
    return result;
}

Value Builder::rms_norm(const std::string& name, const Value& input) {
    const Names inputs{operand(input), random_constant(name + "_gain", {input.channels()}, 1.0f, 0.1f)};
    const Value result = node(name, "RMSNormalization", inputs, with_range(input, -4.0, 4.0, 0.0, 1.0),
                              {{"axis", integer_attribute(-1)}, {"epsilon", number_attribute(1e-5f)}});
    record(name, "rmsnorm", input, result, input.channels());
    return result;
}

Value Builder::batch_norm(const std::string& name, const Value& input) {
    const Dims count{input.channels()};
    const float spread = static_cast<float>(input.spread());
    const ChannelNorm norm(seed_, name, size_t(input.channels()));
    std::vector<float> variance = norm.variance, mean = norm.mean;
    for (float& value : variance) value *= spread * spread;
    for (float& value : mean) value *= spread;
    const Names inputs{operand(input), constant(name + "_gain", count, norm.scale),
                       constant(name + "_offset", count, norm.offset), constant(name + "_mean", count, mean),
                       constant(name + "_variance", count, variance)};
    const Value result = node(name, "BatchNormalization", inputs, with_range(input, -4.0, 4.0, 0.0, 1.0),
                              {{"epsilon", number_attribute(ChannelNorm::epsilon)}});
    record(name, "bn", input, result, 2 * input.channels());
    return result;
}

}  // namespace napier::zoo
