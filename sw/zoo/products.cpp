// Convolutions and products.

#include <cmath>
#include <memory>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

namespace {

using onnx::type::float32;

constexpr int64_t image_axis = 1;

// The axis of channels.
int64_t channel_axis(const Value& value) {
    return value.dims.size() == 4 ? image_axis : int64_t(value.dims.size()) - 1;
}

Value product_like(Dims dims) {
    Value value;
    value.dims = std::move(dims);
    value.is_fusable = value.is_open = true;
    return value;
}

int64_t tail_parameters(Tail tail, int64_t channels) {
    return tail == Tail::bias ? channels : 0;
}

}  // namespace

Builder::Weights Builder::weights(const WeightPlan& plan, Dims dims, int64_t block_axis) {
    const auto made = std::make_shared<LayerWeights>(plan, style_);
    const int64_t channels = int64_t(plan.channels);
    const std::string weight = plan.name + "_weight", bias = plan.name + "_bias";
    const auto scaled_constant = [&](const std::string& name, int32_t type, Dims shape, auto bytes, auto scales,
                                     int64_t axis) {
        late(name, type, std::move(shape), bytes);
        late(name + "_scale", float32, {channels}, scales);
        network_.graph.constants[name + "_zero_point"] = onnx::Constant::integers(
            type, {channels}, std::vector<int64_t>(plan.channels, 0));
        return dequantized(name, {name, name + "_scale", name + "_zero_point"}, axis);
    };
    const bool has_bias = plan.has_bias || plan.is_folded;
    Weights result;
    const auto weight_bytes = [made] { return made->weight_bytes(); };
    const auto bias_bytes = [made] { return made->bias_bytes(); };
    if (style_.is_integer()) {
        result.weight = scaled_constant(weight, onnx::type::int8, dims, weight_bytes,
                                        [made] { return made->scale_bytes(); }, plan.is_transposed ? 1 : 0);
        if (has_bias) {
            result.bias = scaled_constant(bias, onnx::type::int32, {channels}, bias_bytes,
                                          [made] { return made->bias_scale_bytes(); }, 0);
        }
        return result;
    }
    result.weight = late(weight, float32, dims, weight_bytes);
    if (style_.element) result.weight = blocks(weight, block_axis);
    if (has_bias) result.bias = late(bias, float32, {channels}, bias_bytes);
    return result;
}

// Float32 numbers keep a batch normalization as a node of its own, over [rows, channels] if there are tokens.
Value Builder::normalized(const Value& result, const WeightPlan& plan) {
    const std::string name = plan.name + "/bn";
    const Dims count{int64_t(plan.channels)};
    const ChannelNorm norm(plan.seed, plan.name, plan.channels);
    Value value = result;
    record(name, "bn", result, result, 2 * int64_t(plan.channels));
    if (style_.is_integer()) {
        return value;
    }
    if (result.dims.size() == 3) value = reshape(name + "_rows", result, {result.dims[1], result.dims[2]});
    const Names inputs{value.name, constant(name + "_gain", count, norm.scale),
                       constant(name + "_offset", count, norm.offset), constant(name + "_mean", count, norm.mean),
                       constant(name + "_variance", count, norm.variance)};
    value = node(name, "BatchNormalization", inputs, value, {{"epsilon", number_attribute(ChannelNorm::epsilon)}});
    if (result.dims.size() == 3) value = reshape(name + "_tokens", value, result.dims);
    return value;
}

Value Builder::conv(const std::string& name, const Value& input, int64_t out_channels, Window window, Tail tail) {
    const int64_t depth = input.channels() / window.groups;
    const Dims dims{out_channels, depth, window.kernel_height, window.kernel_width};
    WeightPlan plan{seed_, name, size_t(out_channels), size_t(depth * window.kernel_height * window.kernel_width)};
    plan.sigma = 1.0 / (std::sqrt(double(plan.per_channel)) * input.spread());
    plan.has_bias = tail == Tail::bias;
    plan.is_folded = tail == Tail::batch_norm && style_.is_integer();
    plan.input_scale = step_of(input);
    const std::string operand = product_operand(input, image_axis);
    const Weights constants = weights(plan, dims, image_axis);
    const auto extent = [&](int64_t size, int64_t kernel, int64_t pad) {
        return (size + 2 * pad - kernel) / window.stride + 1;
    };
    const int64_t height = extent(input.height(), window.kernel_height, window.pad_height);
    const int64_t width = extent(input.width(), window.kernel_width, window.pad_width);
    Names inputs{operand, constants.weight};
    if (!constants.bias.empty()) inputs.push_back(constants.bias);
    Value result = node(name, "Conv", inputs, product_like({1, out_channels, height, width}),
                        {{"kernel_shape", integers_attribute({window.kernel_height, window.kernel_width})},
                         {"strides", integers_attribute({window.stride, window.stride})},
                         {"pads", integers_attribute({window.pad_height, window.pad_width, window.pad_height,
                                                      window.pad_width})},
                         {"group", integer_attribute(window.groups)}});
    const int64_t parameters = int64_t(plan.channels * plan.per_channel) + tail_parameters(tail, out_channels);
    record(name, window.groups > 1 && depth == 1 ? "dwconv" : "conv", input, result, parameters);
    Layer& layer = network_.layers.back();
    set_window(layer, window);
    layer.products = int64_t(plan.channels * plan.per_channel) * height * width;
    return tail == Tail::batch_norm ? normalized(result, plan) : result;
}

Value Builder::fc(const std::string& name, const Value& input, int64_t out_channels, Tail tail) {
    const bool is_row = input.dims.size() == 2;
    WeightPlan plan{seed_, name, size_t(out_channels), size_t(input.channels())};
    plan.sigma = 1.0 / (std::sqrt(double(plan.per_channel)) * input.spread());
    plan.is_transposed = !is_row;
    plan.has_bias = tail == Tail::bias;
    plan.is_folded = tail == Tail::batch_norm && style_.is_integer();
    plan.input_scale = step_of(input);
    const std::string operand = product_operand(input, channel_axis(input));
    const Dims dims = is_row ? Dims{out_channels, input.channels()} : Dims{input.channels(), out_channels};
    const Weights constants = weights(plan, dims, is_row ? 1 : 0);
    Dims out = input.dims;
    out.back() = out_channels;
    Names inputs{operand, constants.weight};
    Value result = product_like(out);
    if (is_row) {
        if (!constants.bias.empty()) inputs.push_back(constants.bias);
        result = node(name, "Gemm", inputs, result, {{"transB", integer_attribute(1)}});
    } else if (constants.bias.empty()) {
        result = node(name, "MatMul", inputs, result);
    } else {
        const Value product = node(name + "_product", "MatMul", inputs, result);
        result = node(name, "Add", {product.name, constants.bias}, result);
    }
    const int64_t size = input.channels() * out_channels;
    record(name, "fc", input, result, size + tail_parameters(tail, out_channels));
    network_.layers.back().products = size * input.height();
    return tail == Tail::batch_norm ? normalized(result, plan) : result;
}

Value Builder::matmul(const std::string& name, const Value& left, const Value& right, double spread) {
    const int64_t rank = int64_t(left.dims.size());
    Value like = product_like(left.dims);
    like.dims.back() = right.dims.back();
    like.deviation = spread;
    like.low = -4.0 * spread;
    like.high = 4.0 * spread;
    like.is_fusable = false;
    const std::string first = product_operand(left, rank - 1), second = product_operand(right, rank - 2);
    Value result = node(name, "MatMul", {first, second}, like);
    Layer layer{name, "matmul"};
    layer.in_channels = left.dims[size_t(rank - 1)];
    layer.in_height = left.dims[size_t(rank - 2)];
    layer.out_channels = right.dims.back();
    layer.out_height = layer.in_height;
    for (int64_t axis = 0; axis + 2 < rank; ++axis) layer.groups *= left.dims[size_t(axis)];
    layer.products = layer.groups * layer.in_channels * layer.in_height * layer.out_channels;
    network_.layers.push_back(std::move(layer));
    return result;
}

std::string Builder::weight_table(const std::string& name, int64_t rows, int64_t channels) {
    const WeightPlan plan{seed_, name, size_t(rows), size_t(channels)};
    Value table;
    table.dims = {rows, channels};
    const std::string result = style_.element ? late(name + "_weight", float32, table.dims,
                                                     [made = std::make_shared<LayerWeights>(plan, style_)] {
                                                         return made->weight_bytes();
                                                     })
                                              : weights(plan, table.dims, 1).weight;
    Layer layer{name, "embed"};
    layer.in_channels = rows;
    layer.out_channels = channels;
    layer.parameters = rows * channels;
    network_.layers.push_back(std::move(layer));
    return result;
}

Value Builder::fc_by_table(const std::string& name, const Value& input, const std::string& table, int64_t rows) {
    const std::string operand = product_operand(input, channel_axis(input));
    const std::string matrix = style_.element ? blocks(table, 1) : table;
    Value like = product_like({1, rows});  // the table's numbers have variance 1
    like.deviation = std::sqrt(double(input.channels())) * input.spread();
    like.low = -4.0 * like.deviation;
    like.high = 4.0 * like.deviation;
    const Value result = node(name, "Gemm", {operand, matrix}, like, {{"transB", integer_attribute(1)}});
    record(name, "fc", input, result);
    network_.layers.back().products = input.channels() * rows;
    return result;
}

}  // namespace napier::zoo
