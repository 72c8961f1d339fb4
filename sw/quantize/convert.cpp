#include "sw/quantize/convert.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/float_tensor.hpp"
#include "sw/quantize/fold.hpp"
#include "sw/quantize/layer_weights.hpp"
#include "sw/quantize/onnx_writer.hpp"

namespace napier::quantize {

namespace {

using onnx::Graph;
using onnx::Node;
using Names = std::vector<std::string>;

constexpr int64_t first_opset = 13;  // of DequantizeLinear with a scale a channel
constexpr int64_t narrow_opset = 21;  // of QuantizeLinear to 4 bits
constexpr double greatest_bias = 2147483647.0;

onnx::ConstantPointer reals(std::vector<int64_t> dims, const std::vector<float>& values) {
    return constant_of({std::move(dims), values});
}

// The weights of a node, a row an output channel.
struct Matrix {
    Matrix(const Graph& graph, const Node& node) {
        source = constant_weights(graph, node);
        is_transposed = inputs_come_first(node);
        rows.values = tensor_of(is_transposed ? *source->transposed({1, 0}) : *source).values;
        rows.channels = static_cast<size_t>(source->dims()[is_transposed ? 1 : 0]);
        rows.per_channel = rows.values.size() / rows.channels;
        rows.taps = is_transposed ? 1 : rows.per_channel / static_cast<size_t>(source->dims()[1]);
        require_finite(rows, fmt::format("the weights of node {}", onnx::name_text(node.name)));
    }
    // Integers in the file's own order.
    onnx::ConstantPointer integers(const IntegerWeights& quantized) const {
        std::vector<int64_t> dims = source->dims();
        if (is_transposed) {
            std::swap(dims[0], dims[1]);
        }
        const auto constant = onnx::Constant::integers(
            onnx::type::int8, dims, {quantized.integers.begin(), quantized.integers.end()});
        return is_transposed ? constant->transposed({1, 0}) : constant;
    }
    onnx::ConstantPointer source;
    bool is_transposed = false;
    FloatWeights rows;
};

class Converter {
public:
    Converter(const Graph& graph, const WeightFormat& format, Clip clip, std::span<const std::vector<float>> images,
              const ActivationFormat& activations)
        : from_(graph), format_(format), placement_(place_quantizers(graph)), to_(graph), bits_(activations.bits) {
        for (const auto& [point, range] : calibrate(graph, placement_, images)) {
            grids_[point] = range.grid(clip);
        }
        if (activations.in_vectors) {
            vectors_ = calibrate_vectors(graph, placement_, images, bits_);
            for (const auto& [point, grid] : vectors_) {
                grids_[point] = {grid.scale, 0};
            }
        }
        to_.opset = bits_ == 8 ? graph.opset : std::max(graph.opset, narrow_opset);
        clip_ = clip;
        to_.nodes.clear();
    }

    Conversion run() {
        Conversion conversion;
        quantize_value(from_.inputs[0].name, from_.inputs[0].name);
        for (const Node& node : from_.nodes) {
            Node copy = node;
            for (std::string& input : copy.inputs) {
                const auto replaced = replaced_.find(input);
                input = replaced == replaced_.end() ? input : replaced->second;
            }
            if (has_weights(node)) {
                conversion.layers.push_back(quantize_weights(node, copy));
            }
            append(std::move(copy));
        }
        for (const ConvertedLayer& layer : conversion.layers) conversion.error.add(layer.error);
        conversion.file = write_graph(to_);
        return conversion;
    }

private:
    std::string constant(const std::string& name, onnx::ConstantPointer value) {
        const std::string fresh = fresh_name(to_, name);
        to_.constants[fresh] = std::move(value);
        return fresh;
    }

    // Adds a node; what it gives is quantized behind it if it is a point.
    void append(Node node) {
        const std::string output = node.outputs[0];
        const bool is_point = grids_.count(output) > 0;
        const bool is_output = is_point && output == from_.outputs[0].name;
        if (is_output) {
            node.outputs[0] = fresh_name(from_, output + "_real");
        }
        const std::string value = node.outputs[0];
        to_.nodes.push_back(std::move(node));
        if (is_point) {
            quantize_value(output, value);
        }
    }

    // QuantizeLinear and DequantizeLinear of `value`, which stands for the point. The output keeps the point's name.
    void quantize_value(const std::string& point, const std::string& value) {
        const ActivationGrid& grid = grids_.at(point);
        const auto vectors = vectors_.find(point);
        if (vectors != vectors_.end()) {
            quantize_vectors(point, value, vectors->second);
            return;
        }
        const Names constants = {
            constant(point + "_scale", reals({}, {grid.scale})),
            constant(point + "_zero_point", onnx::Constant::integers(onnx::type::int8, {}, {grid.zero_point}))};
        const std::string quantized = fresh_name(from_, point + "_quantized");
        const std::string result = value == point ? fresh_name(from_, point + "_dequantized") : point;
        to_.nodes.push_back({point + "_quantize", "QuantizeLinear", "", {value, constants[0], constants[1]},
                             {quantized}, {}});
        to_.nodes.push_back({point + "_dequantize", "DequantizeLinear", "", {quantized, constants[0], constants[1]},
                             {result}, {}});
        replaced_[point] = result;
    }

    // The same with a scale for each channel. The integers of 4 bits have no zero point: its type would need packing.
    void quantize_vectors(const std::string& point, const std::string& value, const VectorGrid& grid) {
        const int64_t channels = static_cast<int64_t>(grid.channels);
        Names constants = {constant(point + "_scale", reals({channels}, grid.channel_scales()))};
        if (bits_ == 8) {
            constants.push_back(constant(point + "_zero_point", onnx::Constant::integers(
                grid.is_signed ? onnx::type::int8 : onnx::type::uint8, {channels},
                std::vector<int64_t>(grid.channels, 0))));
        }
        const std::string quantized = fresh_name(from_, point + "_quantized");
        const auto node = [&](const char* suffix, const char* operation, const std::string& from,
                              const std::string& to) -> Node& {
            Node added{point + suffix, operation, "", {from}, {to}, {}};
            added.inputs.insert(added.inputs.end(), constants.begin(), constants.end());
            set_integer(added, "axis", 1);
            return to_.nodes.emplace_back(std::move(added));
        };
        Node& quantize = node("_quantize", "QuantizeLinear", value, quantized);
        if (bits_ == 4) {
            set_integer(quantize, "output_dtype", grid.is_signed ? onnx::type::int4 : onnx::type::uint4);
        }
        replaced_[point] = fresh_name(from_, point + "_dequantized");
        node("_dequantize", "DequantizeLinear", quantized, replaced_[point]);
    }

    static void set_integer(Node& node, const char* name, int64_t value) {
        node.attributes[name].kind = onnx::AttributeKind::integer;
        node.attributes[name].integer = value;
    }

    // DequantizeLinear of an initializer with a scale for each index of an axis; returns what it gives.
    std::string dequantized(const std::string& name, onnx::ConstantPointer integers, const std::vector<float>& scales,
                            int64_t axis) {
        const int64_t count = static_cast<int64_t>(scales.size());
        const int32_t type = integers->type();
        const Names inputs = {constant(name + "_quantized", std::move(integers)),
                              constant(name + "_scale", reals({count}, scales)),
                              constant(name + "_zero_point", onnx::Constant::integers(
                                  type, {count}, std::vector<int64_t>(scales.size(), 0)))};
        Node node{name + "_dequantize", "DequantizeLinear", "", inputs, {fresh_name(to_, name + "_dequantized")}, {}};
        set_integer(node, "axis", axis);
        to_.nodes.push_back(node);
        return node.outputs[0];
    }

    ConvertedLayer quantize_weights(const Node& node, Node& copy) {
        const Matrix matrix(from_, node);
        const IntegerWeights quantized = format_.quantize(matrix.rows, clip_);
        copy.inputs[1] = dequantized(node.name + "_weight", matrix.integers(quantized), quantized.scales,
                                     matrix.is_transposed ? 1 : 0);
        if (node.inputs.size() > 2 && !node.inputs[2].empty()) {
            copy.inputs[2] = quantize_bias(node, quantized.scales);
        }
        return {node.name, matrix.rows.values.size(), error_of(matrix.rows, quantized)};
    }

    // The bias in steps of the accumulator; the float32 constant itself where that cannot be.
    std::string quantize_bias(const Node& node, const std::vector<float>& weight_scales) {
        const auto found = from_.constants.find(node.inputs[2]);
        if (found == from_.constants.end() || found->second->count() != weight_scales.size()) {
            return node.inputs[2];
        }
        const float input_scale = grids_.at(placement_.origin.at(node.inputs[0])).scale;
        std::vector<int64_t> integers;
        std::vector<float> scales;
        for (size_t o = 0; o < weight_scales.size(); ++o) {
            const float scale = input_scale * weight_scales[o];
            const double steps = std::nearbyint(found->second->real(o) / static_cast<double>(scale));
            if (!(std::abs(steps) <= greatest_bias)) {
                return node.inputs[2];
            }
            integers.push_back(static_cast<int64_t>(steps));
            scales.push_back(scale);
        }
        const int64_t count = static_cast<int64_t>(scales.size());
        const auto constant = onnx::Constant::integers(onnx::type::int32, {count}, integers);
        return dequantized(node.name + "_bias", constant, scales, 0);
    }

    const Graph& from_;
    const WeightFormat& format_;
    Placement placement_;
    Graph to_;
    Clip clip_ = Clip::minmax;
    int bits_;  // of activations in vectors
    std::map<std::string, ActivationGrid> grids_;
    std::map<std::string, VectorGrid> vectors_;
    std::map<std::string, std::string> replaced_;  // value of the float graph -> value to read instead
};

// Operator set 18 moved the axes of ReduceMean from an attribute to an input; the other operators that quantization
// knows read the same in set 21 as in 13.
void require_newer_opset(const Graph& graph) {
    for (const Node& node : graph.nodes) {
        if (node.operation == "ReduceMean" && onnx::has_attribute(node, "axes")) {
            throw Error(ErrorKind::unsupported,
                        fmt::format("node {} (ReduceMean): activations of 4 bits need operator set {}, which reads its "
                                    "axes from an input; export the model again with that set",
                                    onnx::name_text(node.name), narrow_opset));
        }
    }
}

}  // namespace

Conversion convert(const Graph& graph, const WeightFormat& format, Clip clip,
                   std::span<const std::vector<float>> images, const ActivationFormat& activations) {
    if (activations.bits != 8 && (activations.bits != 4 || !activations.in_vectors)) {
        throw Error(ErrorKind::usage, "activations have 8 bits, or 4 with scales of vectors");
    }
    if (graph.opset < first_opset) {
        throw Error(ErrorKind::unsupported, fmt::format("the model uses operator set {}, and a scale for each channel "
                                                        "needs {}; export it again with that or a newer one",
                                                        graph.opset, first_opset));
    }
    const Graph ready = folded(graph);
    if (activations.bits == 4 && graph.opset < narrow_opset) {
        require_newer_opset(ready);
    }
    return Converter(ready, format, clip, images, activations).run();
}

}  // namespace napier::quantize
