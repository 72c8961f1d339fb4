#include "driver/squeezenext/graph.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/text.hpp"

namespace napier::driver::squeezenext {
namespace {

using onnx::Node;
using Shape = std::vector<int64_t>;

// What gives a value of its first input's shape; the first row are quantizers, through which weights are followed, too.
constexpr std::string_view quantizers[] = {"QuantizeLinear", "DequantizeLinear", "MXQuantize", "Quant", "IntQuant"};
constexpr std::string_view free_operators[] = {"Relu", "Clip", "BatchNormalization", "Identity", "Dropout", "Constant",
                                               "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Shape",
                                               "Cast"};

template <size_t count>
bool is_one_of(const std::string_view (&names)[count], const Node& node) {
    return std::find(std::begin(names), std::end(names), node.operation) != std::end(names);
}

class Reader {
public:
    explicit Reader(const onnx::Graph& graph) {
        for (const auto& [name, constant] : graph.constants) weights_[name] = constant->dims();
        for (const auto& [name, info] : graph.declared) declare(info);
        for (const onnx::ValueInfo& info : graph.inputs) declare(info);
        for (const Node& node : graph.nodes) visit(node);
    }

    GraphLayers result() && { return std::move(result_); }

private:
    void declare(const onnx::ValueInfo& info) {
        if (info.has_shape) shapes_[info.name] = info.dims;
    }

    void visit(const Node& node) {
        if (is_one_of(quantizers, node)) {
            const auto weight = weights_.find(node.inputs.at(0));
            if (weight != weights_.end()) weights_[node.outputs[0]] = weight->second;
            else if (shapes_.count(node.inputs[0]) > 0) shapes_[node.outputs[0]] = shapes_[node.inputs[0]];
            return;
        }
        const bool is_product = node.operation == "Gemm" || node.operation == "MatMul";
        if (node.operation == "Conv") {
            add_convolution(node);
        } else if (is_product && weights_.count(node.inputs.at(1)) > 0) {
            add_product(node);
        } else if (!is_one_of(free_operators, node)) {
            result_.uncounted.push_back(fmt::format("{} ({})", node.name, node.operation));
        }
    }

    const Shape& shape(const Node& node, const std::string& value, size_t least_rank) const {
        const auto found = shapes_.find(value);
        const auto is_known = [](const Shape& dims) {  // but for the batch
            return onnx::element_count({dims.begin() + 1, dims.end()}, onnx::greatest_activation_elements) > 0;
        };
        if (found == shapes_.end() || found->second.size() < least_rank || !is_known(found->second)) {
            throw Error(ErrorKind::unsupported,
                        fmt::format("the file does not declare the shape of {}, which node {} ({}) reads or gives; "
                                    "write the shapes of all values into it (ONNX shape inference)",
                                    onnx::name_text(value), onnx::name_text(node.name), node.operation));
        }
        return found->second;
    }

    void add_convolution(const Node& node) {
        const Shape &in = shape(node, node.inputs.at(0), 4), &out = shape(node, node.outputs[0], 4);
        const auto weight = weights_.find(node.inputs.at(1));
        if (weight == weights_.end() || weight->second.size() != 4) onnx::malformed(node, "its weights are not known");
        const Shape strides = onnx::integers_attribute(node, "strides", {1, 1});
        const Shape pads = onnx::integers_attribute(node, "pads", {0, 0, 0, 0});
        if (strides.size() != 2 || strides[0] != strides[1] || pads.size() != 4) {
            throw Error(ErrorKind::unsupported,
                        fmt::format("node {} (Conv) has different strides along height and width, which the machine "
                                    "of the study does not know; profile it on another machine",
                                    onnx::name_text(node.name)));
        }
        const int64_t groups = onnx::integer_attribute(node, "group", 1);
        const bool fits = groups >= 1 && in[1] % groups == 0 && out[1] % groups == 0 && weight->second[0] == out[1] &&
                          weight->second[1] == in[1] / groups && strides[0] >= 1 &&
                          strides[0] <= onnx::greatest_window_number;
        if (!fits) onnx::malformed(node, "its groups, strides or weights do not fit the shapes of its values");
        zoo::Layer layer{node.name, "conv"};
        layer.in_channels = in[1];
        layer.in_height = in[2];
        layer.in_width = in[3];
        layer.out_channels = out[1];
        layer.out_height = out[2];
        layer.out_width = out[3];
        layer.kernel_height = weight->second[2];
        layer.kernel_width = weight->second[3];
        layer.stride = strides[0];
        layer.pad_height = pads[0];
        layer.pad_width = pads[1];
        layer.groups = groups;
        if (layer.groups == layer.in_channels && layer.groups > 1) layer.operation = "dwconv";
        layer.parameters = weight->second[0] * weight->second[1] * weight->second[2] * weight->second[3];
        layer.products = layer.parameters * layer.out_height * layer.out_width;
        result_.layers.push_back(std::move(layer));
    }

    // Rows of the product stand along the height.
    void add_product(const Node& node) {
        const Shape &in = shape(node, node.inputs[0], 1), &out = shape(node, node.outputs[0], 1);
        const Shape& weight = weights_.at(node.inputs[1]);
        const int64_t count = in.back() * out.back();
        if (weight.size() != 2 || onnx::element_count(weight, onnx::greatest_constant_elements) != count) {
            onnx::malformed(node, "its weights do not fit the shapes of its values");
        }
        zoo::Layer layer{node.name, "fc"};
        layer.in_channels = in.back();
        layer.out_channels = out.back();
        for (size_t axis = 1; axis + 1 < in.size(); ++axis) layer.in_height *= in[axis];
        layer.out_height = layer.in_height;
        layer.parameters = count;
        layer.products = layer.parameters * layer.in_height;
        result_.layers.push_back(std::move(layer));
    }

    std::map<std::string, Shape> shapes_, weights_;
    GraphLayers result_;
};

}  // namespace

GraphLayers layers_of(const onnx::Graph& graph) { return Reader(graph).result(); }

}  // namespace napier::driver::squeezenext
