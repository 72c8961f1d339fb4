#pragma once
// Makes ONNX files in memory: nodes, initializers, quantizers.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/import/onnx.pb.h"
#include "sw/model/model.hpp"

namespace napier::test {

using Names = std::vector<std::string>;
using Dims = std::vector<int64_t>;

// A node just added; its calls add attributes.
class NodeBuilder {
public:
    explicit NodeBuilder(onnx::wire::NodeProto* node) : node_(node) {}

    NodeBuilder& integer(const std::string& name, int64_t value);
    NodeBuilder& number(const std::string& name, float value);
    NodeBuilder& text(const std::string& name, const std::string& value);
    NodeBuilder& integers(const std::string& name, const Dims& values);
    NodeBuilder& domain(const std::string& value);
    NodeBuilder& input(const std::string& value);

private:
    onnx::wire::AttributeProto* attribute(const std::string& name, int type);
    onnx::wire::NodeProto* node_;
};

class OnnxBuilder {
public:
    explicit OnnxBuilder(int64_t opset = 13);

    // Ports; a dimension of -1 is symbolic. type: ONNX's number, 1 float32, 2 uint8, 3 int8.
    std::string input(const std::string& name, const Dims& dims, int type = 1);
    void output(const std::string& name, const Dims& dims, int type = 1);

    // Initializers; each returns its name.
    std::string reals(const std::string& name, const Dims& dims, const std::vector<float>& values);
    std::string integers(const std::string& name, const Dims& dims, const std::vector<int>& values, int type);
    std::string shape(const std::string& name, const Dims& values);

    // One output, named like the node.
    NodeBuilder node(const std::string& operation, const std::string& name, const Names& inputs);

    // QuantizeLinear <name>_quantized and DequantizeLinear <name>_dequantized behind a value; returns the latter.
    std::string quantized(const std::string& name, float scale, int zero_point, int type = 3);
    // DequantizeLinear of an initializer of int8, with one scale or one for each index of axis 0; returns its name.
    std::string weight(const std::string& name, const Dims& dims, const std::vector<int>& values,
                       const std::vector<float>& scales);

    onnx::wire::ModelProto& proto() { return model_; }
    const onnx::wire::ModelProto& proto() const { return model_; }
    onnx::wire::GraphProto& graph() { return *model_.mutable_graph(); }
    std::vector<uint8_t> bytes() const;

private:
    onnx::wire::TensorProto* initializer(const std::string& name, const Dims& dims, int type);
    onnx::wire::ModelProto model_;
};

}  // namespace napier::test
