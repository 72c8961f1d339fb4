#include "sw/zoo/builder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/quantize/calibrate.hpp"
#include "sw/zoo/random.hpp"

namespace napier::zoo {

namespace {

using onnx::Attribute;
using onnx::AttributeKind;
using onnx::Node;

quantize::ActivationGrid grid_of(const Value& value) {
    if (value.is_symmetric) {
        constexpr double greatest = 127.0;
        return {static_cast<float>(std::max(-value.low, value.high) / greatest), 0};
    }
    quantize::Range range;
    range.add(std::vector<float>{static_cast<float>(value.low), static_cast<float>(value.high)});
    return range.grid(quantize::Clip::minmax);
}

}  // namespace

Attribute integer_attribute(int64_t value) {
    Attribute attribute;
    attribute.kind = AttributeKind::integer;
    attribute.integer = value;
    return attribute;
}

Attribute number_attribute(float value) {
    Attribute attribute;
    attribute.kind = AttributeKind::number;
    attribute.number = value;
    return attribute;
}

Attribute integers_attribute(Dims values) {
    Attribute attribute;
    attribute.kind = AttributeKind::integers;
    attribute.integers = std::move(values);
    return attribute;
}

Attribute text_attribute(const std::string& value) {
    Attribute attribute;
    attribute.kind = AttributeKind::text;
    attribute.text = value;
    return attribute;
}

Builder::Builder(const std::string& name, Style style, uint64_t seed, int64_t opset, Reduction reduction)
    : style_(style), seed_(seed), reduction_(reduction) {
    network_.graph.name = name;
    network_.graph.opset = opset;
}

Value Builder::input(const std::string& name, Dims dims) {
    network_.graph.inputs.push_back({name, onnx::type::float32, true, dims});
    return {name, std::move(dims)};
}

Value Builder::token_input(const std::string& name, Dims dims) {
    network_.graph.inputs.push_back({name, onnx::type::int64, true, dims});
    return {name, std::move(dims)};
}

void Builder::output(const Value& value) {
    network_.graph.outputs.push_back({operand(value), onnx::type::float32, true, value.dims});
}

Value Builder::node(const std::string& name, const std::string& operation, const Names& inputs, Value like,
                    std::map<std::string, Attribute> attributes, const std::string& domain) {
    network_.graph.nodes.push_back({name, operation, domain, inputs, {name}, std::move(attributes)});
    network_.graph.declared[name] = {name, onnx::type::float32, true, like.dims};
    like.name = name;
    return like;
}

std::string Builder::constant(const std::string& name, Dims dims, const std::vector<float>& values) {
    network_.graph.constants[name] = onnx::Constant::reals(std::move(dims), {values.begin(), values.end()});
    return name;
}

std::string Builder::integers(const std::string& name, Dims dims, const std::vector<int64_t>& values) {
    network_.graph.constants[name] = onnx::Constant::integers(onnx::type::int64, std::move(dims), values);
    return name;
}

std::string Builder::random_constant(const std::string& name, Dims dims, float mean, float sigma) {
    const Stream stream(seed_, name);
    std::vector<float> values(static_cast<size_t>(onnx::element_count(dims, INT32_MAX)));
    for (size_t i = 0; i < values.size(); ++i) values[i] = mean + sigma * stream.normal(i);
    return constant(name, std::move(dims), values);
}

std::string Builder::late(const std::string& name, int32_t type, Dims dims,
                          std::function<std::vector<uint8_t>()> bytes) {
    network_.tensors.push_back({name, type, std::move(dims), std::move(bytes)});
    return name;
}

float Builder::step_of(const Value& value) const { return grid_of(value).scale; }

std::string Builder::operand(const Value& value) {
    if (!style_.is_integer()) {
        return value.name;
    }
    const auto found = quantized_.find(value.name);
    if (found != quantized_.end()) {
        return found->second;
    }
    const quantize::ActivationGrid grid = grid_of(value);
    const std::string scale = constant(value.name + "_scale", {}, {grid.scale});
    const std::string zero = value.name + "_zero_point";
    network_.graph.constants[zero] = onnx::Constant::integers(onnx::type::int8, {}, {grid.zero_point});
    const std::string integers = value.name + "_quantized", result = value.name + "_dequantized";
    network_.graph.nodes.push_back({value.name + "_quantize", "QuantizeLinear", "", {value.name, scale, zero},
                                    {integers}, {}});
    network_.graph.nodes.push_back({value.name + "_dequantize", "DequantizeLinear", "", {integers, scale, zero},
                                    {result}, {}});
    return quantized_[value.name] = result;
}

std::string Builder::blocks(const std::string& name, int64_t axis) {
    const std::string key = fmt::format("{}_blocks{}", name, axis);
    const auto found = blocks_.find(key);
    if (found != blocks_.end()) {
        return found->second;
    }
    network_.graph.nodes.push_back({key, "MXQuantize", "napier", {name}, {key},
                                    {{"element_format", text_attribute(style_.element->name)},
                                     {"scale_rule", text_attribute("floor")}, {"axis", integer_attribute(axis)}}});
    return blocks_[key] = key;
}

std::string Builder::product_operand(const Value& value, int64_t axis) {
    return style_.element ? blocks(value.name, axis) : operand(value);
}

std::string Builder::dequantized(const std::string& name, const Names& inputs, int64_t axis) {
    const std::string result = name + "_dequantized";
    network_.graph.nodes.push_back({name + "_dequantize", "DequantizeLinear", "", inputs, {result},
                                    {{"axis", integer_attribute(axis)}}});
    return result;
}

void Builder::record(const std::string& name, const std::string& operation, const Value& input, const Value& output,
                     int64_t parameters) {
    Layer layer{name, operation};
    layer.in_channels = input.channels();
    layer.in_height = input.height();
    layer.in_width = input.width();
    layer.out_channels = output.channels();
    layer.out_height = output.height();
    layer.out_width = output.width();
    layer.parameters = parameters;
    network_.layers.push_back(std::move(layer));
}

}  // namespace napier::zoo
