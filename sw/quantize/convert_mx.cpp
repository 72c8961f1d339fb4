#include "sw/quantize/convert_mx.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_tensor.hpp"
#include "sw/quantize/fold.hpp"
#include "sw/quantize/layer_weights.hpp"
#include "sw/quantize/microscale.hpp"
#include "sw/quantize/onnx_writer.hpp"

namespace napier::quantize {

namespace {

using onnx::Attribute;
using onnx::AttributeKind;
using onnx::Graph;
using onnx::Node;

constexpr int64_t activation_axis = 1;

class BlockConverter {
public:
    BlockConverter(const Graph& graph, const BlockFormats& formats) : from_(graph), to_(graph), formats_(formats) {
        to_.nodes.clear();
    }

    Conversion run() {
        Conversion conversion;
        for (const Node& node : from_.nodes) {
            Node copy = node;
            if (has_weights(node)) {
                copy.inputs[0] = blocks(node.inputs[0], activation_axis, formats_.activations);
                conversion.layers.push_back(quantize_weights(node, copy));
            }
            to_.nodes.push_back(std::move(copy));
        }
        for (const ConvertedLayer& layer : conversion.layers) conversion.error.add(layer.error);
        conversion.file = write_graph(to_);
        return conversion;
    }

private:
    // The value in blocks: one node for all its readers.
    std::string blocks(const std::string& value, int64_t axis, const spec::Element& element) {
        const auto found = blocks_.find(value);
        if (found != blocks_.end()) {
            return found->second;
        }
        Node node{value + "_mx", "MXQuantize", "napier", {value}, {fresh_name(from_, value + "_blocks")}, {}};
        Attribute& format = node.attributes["element_format"];
        format.kind = AttributeKind::text;
        format.text = element.name;
        Attribute& rule = node.attributes["scale_rule"];
        rule.kind = AttributeKind::text;
        rule.text = golden::mx::name_of(formats_.rule);
        Attribute& along = node.attributes["axis"];
        along.kind = AttributeKind::integer;
        along.integer = axis;
        to_.nodes.push_back(node);
        return blocks_[value] = node.outputs[0];
    }

    ConvertedLayer quantize_weights(const Node& node, Node& copy) {
        const int axis = inputs_come_first(node) ? 0 : 1;
        const FloatTensor tensor = tensor_of(*constant_weights(from_, node));
        require_finite(tensor.values, fmt::format("the weights of node {}", onnx::name_text(node.name)));
        const std::vector<size_t> shape(tensor.dims.begin(), tensor.dims.end());
        const BlockedTensor quantized = quantize_mx(tensor.values, shape, axis, formats_.weights, formats_.rule);
        copy.inputs[1] = blocks(node.inputs[1], axis, formats_.weights);
        return {node.name, tensor.values.size(), error_of(tensor.values, quantized)};
    }

    const Graph& from_;
    Graph to_;
    const BlockFormats& formats_;
    std::map<std::string, std::string> blocks_;  // value -> the same in blocks
};

}  // namespace

const spec::Element* find_element(std::string_view name) {
    const auto* found = std::find_if(std::begin(spec::elements), std::end(spec::elements),
                                     [&](const spec::Element& element) { return element.name == name; });
    return found == std::end(spec::elements) ? nullptr : found;
}

Conversion convert_mx(const Graph& graph, const BlockFormats& formats) {
    const Graph ready = folded(graph);
    return BlockConverter(ready, formats).run();
}

}  // namespace napier::quantize
