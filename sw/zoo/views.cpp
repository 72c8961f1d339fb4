// Trained constants and views.

#include <algorithm>
#include <cmath>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

Value Builder::trained(const std::string& name, Dims dims, const std::string& operation) {
    Value value;
    value.name = random_constant(name, dims, 0.0f, 0.5f);
    value.dims = std::move(dims);
    value.deviation = 0.5;
    record(name, operation, value, value, onnx::element_count(value.dims, INT32_MAX));
    return value;
}

// The same numbers as random_constant's, in int8 with one scale.
std::string Builder::quantized_constant(const std::string& name, Dims dims, float sigma) {
    constexpr float greatest = 127.0f;
    const onnx::ConstantPointer reals = network_.graph.constants.at(random_constant(name, dims, 0.0f, sigma));
    float reach = 0.0f;
    for (size_t i = 0; i < reals->count(); ++i) reach = std::max(reach, std::abs(static_cast<float>(reals->real(i))));
    const float scale = reach / greatest;
    std::vector<int64_t> integers(reals->count());
    for (size_t i = 0; i < integers.size(); ++i) {
        integers[i] = static_cast<int64_t>(std::nearbyint(static_cast<float>(reals->real(i)) / scale));
    }
    network_.graph.constants[name] = onnx::Constant::integers(onnx::type::int8, std::move(dims), integers);
    network_.graph.constants[name + "_zero_point"] = onnx::Constant::integers(onnx::type::int8, {}, {0});
    const std::string result = name + "_dequantized";
    network_.graph.nodes.push_back({name + "_dequantize", "DequantizeLinear", "",
                                    {name, constant(name + "_scale", {}, {scale}), name + "_zero_point"},
                                    {result}, {}});
    return result;
}

Value Builder::add_trained(const std::string& name, const Value& input, Dims dims, const std::string& operation) {
    const int64_t count = onnx::element_count(dims, INT32_MAX);
    Value like = input;
    like.deviation = std::hypot(input.deviation, 0.5);
    like.is_symmetric = false;
    const std::string read = input.is_open ? input.name : operand(input);
    const std::string numbers = style_.is_integer() ? quantized_constant(name, std::move(dims), 0.5f)
                                                    : random_constant(name, std::move(dims), 0.0f, 0.5f);
    const Value result = node(name + "/sum", "Add", {read, numbers}, like);
    record(name, operation, input, result, count);
    return result;
}

Value Builder::reshape(const std::string& name, const Value& input, Dims dims) {
    Value like = input;
    like.dims = dims;
    like.is_fusable = like.is_open = false;
    const std::string shape = integers(name + "_shape", {int64_t(dims.size())}, dims);
    const Value result = node(name, "Reshape", {operand(input), shape}, like);
    quantized_[result.name] = result.name;
    return result;
}

Value Builder::transpose(const std::string& name, const Value& input, Dims order) {
    Value like = input;
    like.is_fusable = like.is_open = false;
    for (size_t axis = 0; axis < order.size(); ++axis) like.dims[axis] = input.dims[size_t(order[axis])];
    const Value result = node(name, "Transpose", {operand(input)}, like, {{"perm", integers_attribute(order)}});
    quantized_[result.name] = result.name;
    return result;
}

Value Builder::slice(const std::string& name, const Value& input, int64_t axis, int64_t begin, int64_t end,
                     int64_t step) {
    Value like = input;
    like.is_fusable = like.is_open = false;
    like.dims[size_t(axis)] = (end - begin + step - 1) / step;
    const Names inputs{operand(input), integers(name + "_starts", {1}, {begin}), integers(name + "_ends", {1}, {end}),
                       integers(name + "_axes", {1}, {axis}), integers(name + "_steps", {1}, {step})};
    const Value result = node(name, "Slice", inputs, like);
    quantized_[result.name] = result.name;
    return result;
}

}  // namespace napier::zoo
