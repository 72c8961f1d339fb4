#include "tests/support/onnx/builder.hpp"

#include <cstring>

namespace napier::test {

using namespace onnx::wire;

namespace {

void describe(ValueInfoProto* info, const std::string& name, const Dims& dims, int type) {
    info->set_name(name);
    TypeProto::Tensor* tensor = info->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(type);
    for (const int64_t dim : dims) {
        TensorShapeProto::Dimension* entry = tensor->mutable_shape()->add_dim();
        if (dim < 0) {
            entry->set_dim_param("N");
        } else {
            entry->set_dim_value(dim);
        }
    }
}

template <typename Element>
void append(std::string* bytes, Element value) {
    bytes->append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

AttributeProto* NodeBuilder::attribute(const std::string& name, int type) {
    AttributeProto* attribute = node_->add_attribute();
    attribute->set_name(name);
    attribute->set_type(type);
    return attribute;
}

NodeBuilder& NodeBuilder::integer(const std::string& name, int64_t value) {
    attribute(name, 2)->set_i(value);
    return *this;
}

NodeBuilder& NodeBuilder::number(const std::string& name, float value) {
    attribute(name, 1)->set_f(value);
    return *this;
}

NodeBuilder& NodeBuilder::text(const std::string& name, const std::string& value) {
    attribute(name, 3)->set_s(value);
    return *this;
}

NodeBuilder& NodeBuilder::integers(const std::string& name, const Dims& values) {
    attribute(name, 7)->mutable_ints()->Add(values.begin(), values.end());
    return *this;
}

NodeBuilder& NodeBuilder::domain(const std::string& value) {
    node_->set_domain(value);
    return *this;
}

NodeBuilder& NodeBuilder::input(const std::string& value) {
    node_->add_input(value);
    return *this;
}

OnnxBuilder::OnnxBuilder(int64_t opset) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(opset);
    model_.mutable_graph()->set_name("graph");
}

std::string OnnxBuilder::input(const std::string& name, const Dims& dims, int type) {
    describe(graph().add_input(), name, dims, type);
    return name;
}

void OnnxBuilder::output(const std::string& name, const Dims& dims, int type) {
    describe(graph().add_output(), name, dims, type);
}

TensorProto* OnnxBuilder::initializer(const std::string& name, const Dims& dims, int type) {
    TensorProto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    tensor->mutable_dims()->Add(dims.begin(), dims.end());
    return tensor;
}

std::string OnnxBuilder::reals(const std::string& name, const Dims& dims, const std::vector<float>& values) {
    std::string* bytes = initializer(name, dims, 1)->mutable_raw_data();
    for (const float value : values) {
        append(bytes, value);
    }
    return name;
}

std::string OnnxBuilder::integers(const std::string& name, const Dims& dims, const std::vector<int>& values,
                                  int type) {
    std::string* bytes = initializer(name, dims, type)->mutable_raw_data();
    for (const int value : values) {
        if (type == 6) {
            append(bytes, value);
        } else if (type == 7) {
            append(bytes, int64_t{value});
        } else {
            append(bytes, static_cast<uint8_t>(value));
        }
    }
    return name;
}

std::string OnnxBuilder::shape(const std::string& name, const Dims& values) {
    std::string* bytes = initializer(name, {static_cast<int64_t>(values.size())}, 7)->mutable_raw_data();
    for (const int64_t value : values) {
        append(bytes, value);
    }
    return name;
}

NodeBuilder OnnxBuilder::node(const std::string& operation, const std::string& name, const Names& inputs) {
    NodeProto* node = graph().add_node();
    node->set_op_type(operation);
    node->set_name(name);
    for (const std::string& input : inputs) {
        node->add_input(input);
    }
    node->add_output(name);
    return NodeBuilder(node);
}

std::string OnnxBuilder::quantized(const std::string& name, float scale, int zero_point, int type) {
    const Names constants{reals(name + "_scale", {}, {scale}), integers(name + "_zero_point", {}, {zero_point}, type)};
    node("QuantizeLinear", name + "_quantized", {name, constants[0], constants[1]});
    node("DequantizeLinear", name + "_dequantized", {name + "_quantized", constants[0], constants[1]});
    return name + "_dequantized";
}

std::string OnnxBuilder::weight(const std::string& name, const Dims& dims, const std::vector<int>& values,
                                const std::vector<float>& scales) {
    const Dims places = scales.size() == 1 ? Dims{} : Dims{static_cast<int64_t>(scales.size())};
    node("DequantizeLinear", name, {integers(name + "_integers", dims, values, 3),
                                    reals(name + "_scale", places, scales)}).integer("axis", 0);
    return name;
}

std::vector<uint8_t> OnnxBuilder::bytes() const {
    const std::string text = model_.SerializeAsString();
    return {text.begin(), text.end()};
}

}  // namespace napier::test
