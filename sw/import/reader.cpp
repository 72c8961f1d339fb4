#include "sw/import/reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/onnx.pb.h"
#include "sw/import/tensor_reader.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

[[noreturn]] void refuse(const std::string& sentence) { throw Error(ErrorKind::input, sentence); }

std::string canonical_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

int64_t checked_opset(const wire::ModelProto& model) {
    for (const auto& set : model.opset_import()) {
        if (!canonical_domain(set.domain()).empty()) {
            continue;
        }
        if (set.version() < oldest_opset || set.version() > newest_opset) {
            throw Error(ErrorKind::unsupported, fmt::format("the model uses operator set {}, and Napier knows {} to "
                                                            "{}; export it again with one of these",
                                                            set.version(), oldest_opset, newest_opset));
        }
        return set.version();
    }
    refuse("the model names no version of the ONNX operator set; export it again with one");
}

Attribute read_attribute(const wire::AttributeProto& source, const std::string& node,
                         const std::filesystem::path& folder) {
    Attribute attribute;
    switch (source.type()) {
        case 1: attribute.kind = AttributeKind::number; break;
        case 2: attribute.kind = AttributeKind::integer; break;
        case 3: attribute.kind = AttributeKind::text; break;
        case 4:
            attribute.kind = AttributeKind::tensor;
            attribute.tensor = read_tensor(source.t(), fmt::format("{} of node {}", source.name(), node), folder);
            break;
        case 6: attribute.kind = AttributeKind::numbers; break;
        case 7: attribute.kind = AttributeKind::integers; break;
        default: break;
    }
    attribute.number = source.f();
    attribute.integer = source.i();
    attribute.text = source.s();
    attribute.numbers.assign(source.floats().begin(), source.floats().end());
    attribute.integers.assign(source.ints().begin(), source.ints().end());
    return attribute;
}

Node read_node(const wire::NodeProto& source, int place, const std::filesystem::path& folder) {
    Node node;
    node.operation = source.op_type();
    node.domain = canonical_domain(source.domain());
    node.name = source.name().empty() ? fmt::format("{}_{}", source.op_type(), place) : source.name();
    node.inputs.assign(source.input().begin(), source.input().end());
    node.outputs.assign(source.output().begin(), source.output().end());
    if (node.operation.empty() || node.outputs.empty() || node.outputs[0].empty()) {
        refuse(fmt::format("node {} has no operator or no output; the file is damaged, export it again",
                           name_text(node.name)));
    }
    for (const auto& attribute : source.attribute()) {
        if (!node.attributes.emplace(attribute.name(), read_attribute(attribute, node.name, folder)).second) {
            refuse(fmt::format("node {} has attribute {} twice; export the model again", name_text(node.name),
                               name_text(attribute.name())));
        }
    }
    return node;
}

ValueInfo read_value(const wire::ValueInfoProto& source) {
    ValueInfo value;
    value.name = source.name();
    const auto& tensor = source.type().tensor_type();
    value.type = tensor.elem_type();
    value.has_shape = tensor.has_shape();
    if (static_cast<size_t>(tensor.shape().dim_size()) > greatest_rank) {
        refuse(fmt::format("value {} has {} dimensions, more than {}; export the model with fewer",
                           name_text(value.name), tensor.shape().dim_size(), greatest_rank));
    }
    for (const auto& dim : tensor.shape().dim()) {
        value.dims.push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
    }
    return value;
}

void read_values(const wire::GraphProto& source, Graph& graph) {
    for (const auto& input : source.input()) {
        if (graph.constants.count(input.name()) == 0) {
            graph.inputs.push_back(read_value(input));
        }
    }
    for (const auto& value : source.value_info()) {
        graph.declared[value.name()] = read_value(value);
    }
    for (const auto& output : source.output()) {
        graph.outputs.push_back(read_value(output));
        graph.declared[output.name()] = graph.outputs.back();
    }
}

Graph read_proto(const wire::GraphProto& source, const std::filesystem::path& folder) {
    if (static_cast<size_t>(source.node_size()) > greatest_node_count) {
        refuse(fmt::format("the model has {} nodes, more than {}; split it", source.node_size(), greatest_node_count));
    }
    if (source.sparse_initializer_size() > 0) {
        throw Error(ErrorKind::unsupported,
                    "the model has sparse initializers, which Napier cannot read; export it with dense ones");
    }
    Graph graph;
    graph.name = source.name();
    for (const auto& initializer : source.initializer()) {
        if (!graph.constants.emplace(initializer.name(), read_tensor(initializer, initializer.name(), folder)).second) {
            refuse(fmt::format("initializer {} is given twice; every value must have one source, so export the model "
                               "again",
                               name_text(initializer.name())));
        }
    }
    int place = 0;
    for (const auto& node : source.node()) {
        graph.nodes.push_back(read_node(node, place++, folder));
    }
    read_values(source, graph);
    return graph;
}

}  // namespace

Graph read_graph(std::span<const uint8_t> bytes, const std::filesystem::path& folder) {
    if (bytes.empty()) {
        refuse("the model file is empty; export the model again");
    }
    if (bytes.size() > greatest_file_bytes) {
        refuse(fmt::format("the model file has {} bytes, and an ONNX file can have {} at most; export it with external "
                           "data",
                           bytes.size(), greatest_file_bytes));
    }
    wire::ModelProto model;
    if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        refuse("the model file is damaged, cut short or no ONNX file; export the model again");
    }
    if (!model.has_graph()) {
        refuse("the model file holds no graph; it is no ONNX model or is damaged, so export it again");
    }
    const int64_t opset = checked_opset(model);
    Graph graph = read_proto(model.graph(), folder);
    graph.opset = opset;
    if (graph.outputs.empty()) {
        refuse("the model has no output; export it again with one");
    }
    order_nodes(graph);
    return graph;
}

}  // namespace napier::onnx
