#include "sw/quantize/convert_pam.hpp"

#include <utility>

#include <fmt/format.h>

#include "sw/formats/bfloat16.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_tensor.hpp"
#include "sw/quantize/fold.hpp"
#include "sw/quantize/layer_weights.hpp"
#include "sw/quantize/onnx_writer.hpp"
#include "sw/quantize/placement.hpp"

namespace napier::quantize {

namespace {

using onnx::Graph;
using onnx::Node;

class PamConverter {
public:
    explicit PamConverter(const Graph& graph) : from_(graph), to_(graph) { to_.nodes.clear(); }

    Conversion run() {
        Conversion conversion;
        for (const Node& node : from_.nodes) {
            if (!has_weights(node)) {
                to_.nodes.push_back(node);
                continue;
            }
            conversion.layers.push_back(convert_layer(node));
            conversion.error.add(conversion.layers.back().error);
        }
        conversion.file = write_graph(to_);
        return conversion;
    }

private:
    ConvertedLayer convert_layer(const Node& node) {
        FloatTensor tensor = weights_of(node);
        require_finite(tensor.values, fmt::format("the weights of node {}", onnx::name_text(node.name)));
        ConvertedLayer layer{node.name, tensor.values.size(), {}};
        for (float& value : tensor.values) {
            const float rounded = formats::from_bfloat16(formats::to_bfloat16(value));
            layer.error.add(value, rounded);
            value = rounded;
        }
        const bool is_gemm = node.operation == "Gemm";
        Node copy = node;
        copy.domain = "napier";
        copy.operation = node.operation == "Conv" ? "PamConv" : "PamMatMul";
        copy.inputs[1] = constant(node.inputs[1] + "_bfloat16", tensor);
        if (is_gemm) copy.attributes.clear();
        if (is_gemm && node.inputs.size() > 2 && !node.inputs[2].empty()) {
            add_bias(std::move(copy), node);
        } else {
            to_.nodes.push_back(std::move(copy));
        }
        return layer;
    }

    // As PamConv and PamMatMul take them.
    FloatTensor weights_of(const Node& node) {
        const onnx::ConstantPointer weights = constant_weights(from_, node);
        const bool outputs_first_matrix = node.operation != "Conv" && !inputs_come_first(node);
        return tensor_of(outputs_first_matrix ? *weights->transposed({1, 0}) : *weights);
    }

    std::string constant(const std::string& name, const FloatTensor& tensor) {
        const std::string fresh = fresh_name(to_, name);
        to_.constants[fresh] = constant_of(tensor);
        return fresh;
    }

    // The product without its bias, and the bias behind it under the name that others read.
    void add_bias(Node product, const Node& node) {
        product.inputs.pop_back();
        product.outputs[0] = fresh_name(to_, node.outputs[0] + "_product");
        const Node addition{fresh_name(to_, node.name + "_bias"), "Add", "", {product.outputs[0], node.inputs[2]},
                            node.outputs, {}};
        to_.nodes.push_back(std::move(product));
        to_.nodes.push_back(addition);
    }

    const Graph& from_;
    Graph to_;
};

}  // namespace

Conversion convert_pam(const Graph& graph) {
    const Graph ready = folded(graph);
    return PamConverter(ready).run();
}

}  // namespace napier::quantize
