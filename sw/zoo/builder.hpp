#pragma once
// Networks from layers: an ONNX graph whose weights are made when it is written, and the list of its layers.
//
// Integers: every value that a layer reads is quantized (int8, a scale and zero point a tensor, from the value's
// expected range), except what a Relu or a sum takes from the layer before it. Weights are scaled so that every product
// has about the variance 1, whatever it reads; no images are needed.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/quantize/onnx_writer.hpp"
#include "sw/zoo/layer.hpp"
#include "sw/zoo/layer_weights.hpp"
#include "sw/zoo/style.hpp"
#include "sw/zoo/value.hpp"

namespace napier::zoo {

using Dims = std::vector<int64_t>;
using Names = std::vector<std::string>;

struct Network {
    onnx::Graph graph;                         // nodes and small constants
    std::vector<quantize::LateTensor> tensors; // weights
    std::vector<Layer> layers;
};

// A copy of a convolutional network with the same layers and smaller sizes, for tests: channels and classes divided,
// images of at most so many pixels a side.
struct Reduction {
    int64_t divisor = 1;
    int64_t side = INT64_MAX;
};

class Builder {
public:
    Builder(const std::string& name, Style style, uint64_t seed, int64_t opset, Reduction reduction = {});

    // Published numbers of channels and pixels, reduced.
    int64_t width(int64_t channels) const { return std::max<int64_t>(1, channels / reduction_.divisor); }
    int64_t side(int64_t pixels) const { return std::min(pixels, reduction_.side); }

    // Ports. Values of an input: about normal with variance 1.
    Value input(const std::string& name, Dims dims);
    Value token_input(const std::string& name, Dims dims);  // int64
    void output(const Value& value);

    // Products by weights, named like their value.
    Value conv(const std::string& name, const Value& input, int64_t out_channels, Window window, Tail tail);
    Value fc(const std::string& name, const Value& input, int64_t out_channels, Tail tail);

    // A product of two activations [..., M, K] x [..., K, N]; spread: expected of the result.
    Value matmul(const std::string& name, const Value& left, const Value& right, double spread);

    Value relu(const Value& input);
    // HardSwish, HardSigmoid, Sigmoid, Gelu, LeakyRelu; Silu and SquaredRelu are two nodes.
    Value activation(const std::string& operation, const Value& input);
    // Over the last axis; mask: a constant that is added to the scores first, or "".
    Value softmax(const std::string& name, const Value& input, const std::string& mask = "");

    Value max_pool(const std::string& name, const Value& input, Window window, bool is_ceil);
    Value global_average(const std::string& name, const Value& input);  // [N, C, H, W] -> [N, C, 1, 1]
    Value mean_tokens(const std::string& name, const Value& input);     // [N, T, C] -> [N, C]
    Value add(const std::string& name, const Value& left, const Value& right);
    Value multiply(const std::string& name, const Value& left, const Value& right);
    Value concat(const std::string& name, const std::vector<Value>& values, int64_t axis);
    Value scaled(const std::string& name, const Value& input, double factor);

    // Normalizations with trained constants: over channels (layer_norm, rms_norm), with fixed statistics (batch_norm).
    Value layer_norm(const std::string& name, const Value& input);
    Value rms_norm(const std::string& name, const Value& input);
    Value batch_norm(const std::string& name, const Value& input);

    // Sum with a constant of trained numbers that broadcasts; operation: the layer's, such as "posemb".
    Value add_trained(const std::string& name, const Value& input, Dims dims, const std::string& operation);
    // A constant of trained numbers as a value.
    Value trained(const std::string& name, Dims dims, const std::string& operation);

    // Other views of the same values.
    Value reshape(const std::string& name, const Value& input, Dims dims);
    Value transpose(const std::string& name, const Value& input, Dims order);
    Value slice(const std::string& name, const Value& input, int64_t axis, int64_t begin, int64_t end,
                int64_t step = 1);

    Network finish() && { return std::move(network_); }

    // For layers that only one family has: raw nodes, constants and rows.
    Value node(const std::string& name, const std::string& operation, const Names& inputs, Value like,
               std::map<std::string, onnx::Attribute> attributes = {}, const std::string& domain = "");
    std::string constant(const std::string& name, Dims dims, const std::vector<float>& values);
    std::string integers(const std::string& name, Dims dims, const std::vector<int64_t>& values);
    std::string random_constant(const std::string& name, Dims dims, float mean, float sigma);
    // The name to read the value by, quantized if the numbers are integers.
    std::string operand(const Value& value);
    void record(const std::string& name, const std::string& operation, const Value& input, const Value& output,
                int64_t parameters = 0);
    // A table [rows, channels] of weights of variance 1 in the style's numbers, quantized by rows, and a product by its
    // rows.
    std::string weight_table(const std::string& name, int64_t rows, int64_t channels);
    Value fc_by_table(const std::string& name, const Value& input, const std::string& table, int64_t rows);

private:
    struct Weights {
        std::string weight, bias;  // names to read; bias empty if there is none
    };
    Weights weights(const WeightPlan& plan, Dims dims, int64_t block_axis);
    std::string late(const std::string& name, int32_t type, Dims dims,
                     std::function<std::vector<uint8_t>()> bytes);
    std::string dequantized(const std::string& name, const Names& inputs, int64_t axis);
    std::string blocks(const std::string& name, int64_t axis);
    std::string product_operand(const Value& value, int64_t axis);
    std::string add_operand(const Value& value);
    std::string quantized_constant(const std::string& name, Dims dims, float sigma);
    Value normalized(const Value& result, const WeightPlan& plan);
    float step_of(const Value& value) const;

    const Style style_;
    const uint64_t seed_;
    const Reduction reduction_;
    Network network_;
    std::map<std::string, std::string> quantized_;  // value -> name of its quantized form
    std::map<std::string, std::string> blocks_;     // value and axis -> name of its blocks
};

onnx::Attribute integer_attribute(int64_t value);
onnx::Attribute number_attribute(float value);
onnx::Attribute integers_attribute(Dims values);
onnx::Attribute text_attribute(const std::string& value);

}  // namespace napier::zoo
