#include "sw/quantize/onnx_writer.hpp"

#include <cstring>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>

#include "sw/base/error.hpp"
#include "sw/import/limits.hpp"
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
    tensor->set_elem_type(source.type == onnx::type::int64 ? source.type : onnx::type::float32);
    for (const int64_t dim : source.dims) {
        auto* entry = tensor->mutable_shape()->add_dim();
        if (dim < 0) {
            entry->set_dim_param("N");
        } else {
            entry->set_dim_value(dim);
        }
    }
}

void write_nodes(const onnx::Graph& graph, wire::ModelProto& model, wire::GraphProto& target) {
    std::set<std::string> read, domains;
    for (const onnx::Node& node : graph.nodes) {
        write_node(node, *target.add_node());
        read.insert(node.inputs.begin(), node.inputs.end());
        if (!node.domain.empty() && domains.insert(node.domain).second) {
            auto* set = model.add_opset_import();
            set->set_domain(node.domain);
            set->set_version(1);
        }
        for (const std::string& output : node.outputs) {
            const auto declared = graph.declared.find(output);
            if (declared != graph.declared.end() && declared->second.has_shape) {
                write_value(declared->second, *target.add_value_info());
            }
        }
    }
    for (const auto& [name, constant] : graph.constants) {
        if (read.count(name) > 0) write_tensor(name, *constant, *target.add_initializer());
    }
}

using Bytes = std::span<const uint8_t>;

Bytes span_of(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

uint64_t value_bytes(const LateTensor& tensor) {
    uint64_t count = tensor.type == onnx::type::int8 ? 1 : 4;
    for (const int64_t dim : tensor.dims) count *= static_cast<uint64_t>(dim);
    return count;
}

// Tag and length of a field of bytes.
std::string field_head(int number, uint64_t length) {
    uint8_t buffer[16];
    using Stream = google::protobuf::io::CodedOutputStream;
    uint8_t* end = Stream::WriteTagToArray(static_cast<uint32_t>(number << 3 | 2), buffer);
    end = Stream::WriteVarint64ToArray(length, end);
    return {reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer)};
}

// All of a late tensor as a field of the graph but its values.
std::string tensor_head(const LateTensor& tensor) {
    wire::TensorProto proto;
    proto.set_name(tensor.name);
    proto.mutable_dims()->Add(tensor.dims.begin(), tensor.dims.end());
    proto.set_data_type(tensor.type);
    const std::string head = proto.SerializeAsString() +
                             field_head(wire::TensorProto::kRawDataFieldNumber, value_bytes(tensor));
    return field_head(wire::GraphProto::kInitializerFieldNumber, head.size() + value_bytes(tensor)) + head;
}

}  // namespace

void write_graph(const onnx::Graph& graph, std::span<const LateTensor> tensors,
                 const std::function<void(Bytes)>& sink, const std::function<void(size_t, size_t)>& written) {
    wire::ModelProto model;
    model.set_ir_version(ir_version);
    model.add_opset_import()->set_version(graph.opset);
    wire::GraphProto target;
    target.set_name(graph.name);
    write_nodes(graph, model, target);
    for (const onnx::ValueInfo& input : graph.inputs) write_value(input, *target.add_input());
    for (const onnx::ValueInfo& output : graph.outputs) write_value(output, *target.add_output());
    const std::string body = target.SerializeAsString(), head = model.SerializeAsString();
    uint64_t length = body.size();
    for (const LateTensor& tensor : tensors) length += tensor_head(tensor).size() + value_bytes(tensor);
    if (length + head.size() > onnx::greatest_file_bytes) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("the model has {} bytes, and an ONNX file can have {} at most; give it a format of "
                                "fewer bits", length + head.size(), onnx::greatest_file_bytes));
    }
    sink(span_of(head + field_head(wire::ModelProto::kGraphFieldNumber, length) + body));
    for (size_t i = 0; i < tensors.size(); ++i) {
        sink(span_of(tensor_head(tensors[i])));
        const std::vector<uint8_t> bytes = tensors[i].bytes();
        if (bytes.size() != value_bytes(tensors[i])) {
            throw std::logic_error(fmt::format("tensor {} has {} bytes instead of {}", tensors[i].name, bytes.size(),
                                               value_bytes(tensors[i])));
        }
        sink(bytes);
        if (written) written(i + 1, tensors.size());
    }
}

std::vector<uint8_t> write_graph(const onnx::Graph& graph) {
    std::vector<uint8_t> file;
    write_graph(graph, {}, [&](Bytes bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); });
    return file;
}

}  // namespace napier::quantize
