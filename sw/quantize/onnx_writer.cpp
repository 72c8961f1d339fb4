#include "sw/quantize/onnx_writer.hpp"

#include <cstring>
#include <set>

#include "sw/import/onnx.pb.h"

namespace napier::quantize {

namespace {

namespace wire = onnx::wire;

constexpr int64_t ir_version = 8;

void append(std::string& bytes, const void* value, size_t size) {
    bytes.append(static_cast<const char*>(value), size);
}

void write_tensor(const std::string& name, const onnx::Constant& constant, wire::TensorProto& tensor) {
    const bool is_narrow = constant.type() == onnx::type::int8 || constant.type() == onnx::type::uint8;
    const bool is_kept = is_narrow || constant.type() == onnx::type::int32;
    tensor.set_name(name);
    tensor.mutable_dims()->Add(constant.dims().begin(), constant.dims().end());
    tensor.set_data_type(!constant.is_integer() ? onnx::type::float32 : is_kept ? constant.type() : onnx::type::int64);
    std::string& bytes = *tensor.mutable_raw_data();
    for (size_t i = 0; i < constant.count(); ++i) {
        if (!constant.is_integer()) {
            const float value = static_cast<float>(constant.real(i));
            append(bytes, &value, sizeof value);
        } else {
            const int64_t value = constant.integer(i);
            append(bytes, &value, is_narrow ? 1 : is_kept ? 4 : 8);  // little endian
        }
    }
}

void write_attribute(const std::string& name, const onnx::Attribute& source, wire::AttributeProto& attribute) {
    attribute.set_name(name);
    switch (source.kind) {
        case onnx::AttributeKind::number: attribute.set_type(1); attribute.set_f(source.number); break;
        case onnx::AttributeKind::integer: attribute.set_type(2); attribute.set_i(source.integer); break;
        case onnx::AttributeKind::text: attribute.set_type(3); attribute.set_s(source.text); break;
        case onnx::AttributeKind::tensor:
            attribute.set_type(4);
            write_tensor("", *source.tensor, *attribute.mutable_t());
            break;
        case onnx::AttributeKind::numbers:
            attribute.set_type(6);
            attribute.mutable_floats()->Add(source.numbers.begin(), source.numbers.end());
            break;
        case onnx::AttributeKind::integers:
            attribute.set_type(7);
            attribute.mutable_ints()->Add(source.integers.begin(), source.integers.end());
            break;
        case onnx::AttributeKind::other: break;
    }
}

void write_node(const onnx::Node& source, wire::NodeProto& node) {
    node.set_name(source.name);
    node.set_op_type(source.operation);
    node.set_domain(source.domain);
    for (const std::string& input : source.inputs) node.add_input(input);
    for (const std::string& output : source.outputs) node.add_output(output);
    for (const auto& [name, attribute] : source.attributes) {
        if (attribute.kind != onnx::AttributeKind::other) {
            write_attribute(name, attribute, *node.add_attribute());
        }
    }
}

void write_value(const onnx::ValueInfo& source, wire::ValueInfoProto& value) {
    value.set_name(source.name);
    auto* tensor = value.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(onnx::type::float32);
    for (const int64_t dim : source.dims) {
        auto* entry = tensor->mutable_shape()->add_dim();
        if (dim < 0) {
            entry->set_dim_param("N");
        } else {
            entry->set_dim_value(dim);
        }
    }
}

}  // namespace

std::vector<uint8_t> write_graph(const onnx::Graph& graph) {
    wire::ModelProto model;
    model.set_ir_version(ir_version);
    model.add_opset_import()->set_version(graph.opset);
    wire::GraphProto& target = *model.mutable_graph();
    target.set_name(graph.name);
    std::set<std::string> read, domains;
    for (const onnx::Node& node : graph.nodes) {
        write_node(node, *target.add_node());
        read.insert(node.inputs.begin(), node.inputs.end());
        if (!node.domain.empty() && domains.insert(node.domain).second) {
            auto* set = model.add_opset_import();
            set->set_domain(node.domain);
            set->set_version(1);
        }
    }
    for (const auto& [name, constant] : graph.constants) {
        if (read.count(name) > 0) write_tensor(name, *constant, *target.add_initializer());
    }
    for (const onnx::ValueInfo& input : graph.inputs) write_value(input, *target.add_input());
    for (const onnx::ValueInfo& output : graph.outputs) write_value(output, *target.add_output());
    const std::string bytes = model.SerializeAsString();
    return {bytes.begin(), bytes.end()};
}

}  // namespace napier::quantize
