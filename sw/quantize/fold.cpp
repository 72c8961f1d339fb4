#include "sw/quantize/fold.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_tensor.hpp"

namespace napier::quantize {

namespace {

using onnx::Graph;
using onnx::Node;

[[noreturn]] void unsupported(const Node& node, const std::string& reason) {
    throw Error(ErrorKind::unsupported, fmt::format("node {} ({}): {}", onnx::name_text(node.name),
                                                    onnx::printable(node.operation), reason));
}

const onnx::Constant& constant_input(const Graph& graph, const Node& node, size_t index) {
    const auto found = index < node.inputs.size() ? graph.constants.find(node.inputs[index]) : graph.constants.end();
    if (found == graph.constants.end()) {
        unsupported(node, fmt::format("its input {} is not a constant; only layers with constant weights can be "
                                      "quantized", index));
    }
    return *found->second;
}

bool has_input(const Node& node, size_t index) { return index < node.inputs.size() && !node.inputs[index].empty(); }

void constants_to_initializers(Graph& graph) {
    std::vector<Node> rest;
    for (Node& node : graph.nodes) {
        const auto value = node.attributes.find("value");
        if (node.operation == "Constant" && node.domain.empty() && value != node.attributes.end() &&
            value->second.tensor) {
            graph.constants[node.outputs[0]] = value->second.tensor;
        } else {
            rest.push_back(std::move(node));
        }
    }
    graph.nodes = std::move(rest);
}

// Replaces a constant input by new values under a name of its own.
void replace_constant(Graph& graph, Node& node, size_t index, const FloatTensor& tensor, const std::string& role) {
    const std::string name = fresh_name(graph, node.name + role);
    graph.constants[name] = constant_of(tensor);
    node.inputs.resize(std::max(node.inputs.size(), index + 1));
    node.inputs[index] = name;
}

void fold_factors(Graph& graph, Node& node) {
    constexpr const char* names[] = {"alpha", "beta"};
    for (size_t i = 0; i < 2; ++i) {
        const double factor = onnx::number_attribute(node, names[i], 1.0);
        node.attributes.erase(names[i]);
        if (factor == 1.0 || !has_input(node, i + 1)) {
            continue;
        }
        FloatTensor tensor = tensor_of(constant_input(graph, node, i + 1));
        for (float& value : tensor.values) {
            value = static_cast<float>(value * factor);
        }
        replace_constant(graph, node, i + 1, tensor, i == 0 ? "_weight" : "_bias");
    }
}

// Factor and offset of each channel of a BatchNormalization.
struct Affine {
    std::vector<double> factor, mean, beta;
};

Affine read_affine(const Graph& graph, const Node& node, size_t channels) {
    const double epsilon = onnx::number_attribute(node, "epsilon", 1e-5);
    for (size_t i = 1; i < 5; ++i) {
        if (constant_input(graph, node, i).count() != channels) {
            onnx::malformed(node, "its constants are not one for each channel");
        }
    }
    Affine affine;
    for (size_t c = 0; c < channels; ++c) {
        const auto constant = [&](size_t index) { return constant_input(graph, node, index).real(c); };
        affine.factor.push_back(constant(1) / std::sqrt(constant(4) + epsilon));
        affine.mean.push_back(constant(3));
        affine.beta.push_back(constant(2));
    }
    return affine;
}

void fold_into(Graph& graph, Node& layer, const Node& normalization) {
    FloatTensor weight = tensor_of(constant_input(graph, layer, 1));
    if (weight.dims.size() < 2 || weight.values.empty()) {
        onnx::malformed(layer, "its weights are no matrix");
    }
    const bool outputs_last = layer.operation == "Gemm" && onnx::integer_attribute(layer, "transB", 0) == 0;
    const size_t channels = static_cast<size_t>(weight.dims[outputs_last ? 1 : 0]);
    const Affine affine = read_affine(graph, normalization, channels);
    FloatTensor bias{{static_cast<int64_t>(channels)}, std::vector<float>(channels, 0.0f)};
    if (has_input(layer, 2)) {
        const FloatTensor own = tensor_of(constant_input(graph, layer, 2));
        if (own.values.size() != 1 && own.values.size() != channels) {
            onnx::malformed(layer, "its bias is not one value for each output channel");
        }
        for (size_t c = 0; c < channels; ++c) {
            bias.values[c] = own.values[own.values.size() == 1 ? 0 : c];
        }
    }
    const size_t per_channel = weight.values.size() / channels;
    for (size_t i = 0; i < weight.values.size(); ++i) {
        const size_t c = outputs_last ? i % channels : i / per_channel;
        weight.values[i] = static_cast<float>(weight.values[i] * affine.factor[c]);
    }
    for (size_t c = 0; c < channels; ++c) {
        bias.values[c] = static_cast<float>(affine.beta[c] + (bias.values[c] - affine.mean[c]) * affine.factor[c]);
    }
    replace_constant(graph, layer, 1, weight, "_weight");
    replace_constant(graph, layer, 2, bias, "_bias");
    layer.outputs[0] = normalization.outputs[0];
}

void fold_normalizations(Graph& graph) {
    for (size_t i = 0; i < graph.nodes.size();) {
        const Node node = graph.nodes[i];
        if (node.operation != "BatchNormalization" || !node.domain.empty()) {
            ++i;
            continue;
        }
        const auto layer = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& other) {
            return (other.operation == "Conv" || other.operation == "Gemm") && other.outputs[0] == node.inputs.at(0);
        });
        if (layer == graph.nodes.end() || reader_count(graph, node.inputs[0]) != 1) {
            unsupported(node, "it does not stand behind a Conv or Gemm of its own, so it cannot be folded; export the "
                              "model with it folded");
        }
        fold_into(graph, *layer, node);
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

}  // namespace

onnx::Graph folded(onnx::Graph graph) {
    constants_to_initializers(graph);
    for (Node& node : graph.nodes) {
        if (node.operation == "Gemm" && node.domain.empty()) {
            fold_factors(graph, node);
        }
    }
    fold_normalizations(graph);
    return graph;
}

size_t reader_count(const Graph& graph, const std::string& value) {
    size_t count = 0;
    for (const Node& node : graph.nodes) {
        count += static_cast<size_t>(std::count(node.inputs.begin(), node.inputs.end(), value));
    }
    for (const onnx::ValueInfo& output : graph.outputs) {
        count += output.name == value;
    }
    return count;
}

const Node* source_of(const Graph& graph, const std::string& value) {
    const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
        return std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end();
    });
    return found == graph.nodes.end() ? nullptr : &*found;
}

std::string fresh_name(const Graph& graph, std::string name) {
    const auto is_input = [&](const onnx::ValueInfo& input) { return input.name == name; };
    const auto is_taken = [&] {
        return graph.constants.count(name) > 0 || source_of(graph, name) ||
               std::any_of(graph.inputs.begin(), graph.inputs.end(), is_input);
    };
    while (is_taken()) {
        name += "_";
    }
    return name;
}

}  // namespace napier::quantize
