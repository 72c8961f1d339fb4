#pragma once
// The graph of an ONNX file, checked: names resolve, every value has one source, nodes stand in order of execution.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sw/import/constant.hpp"

namespace napier::onnx {

enum class AttributeKind { other, number, integer, text, tensor, numbers, integers };

struct Attribute {
    AttributeKind kind = AttributeKind::other;
    float number = 0.0f;
    int64_t integer = 0;
    std::string text;
    ConstantPointer tensor;
    std::vector<float> numbers;
    std::vector<int64_t> integers;
};

struct Node {
    std::string name;                  // never empty: made from the operator and the place if the file has none
    std::string operation;
    std::string domain;                // "" for ONNX's own
    std::vector<std::string> inputs;   // "" for one left out
    std::vector<std::string> outputs;
    std::map<std::string, Attribute> attributes;
};

// What the file declares about a value.
struct ValueInfo {
    std::string name;
    int32_t type = 0;           // 0: not declared
    bool has_shape = false;
    std::vector<int64_t> dims;  // -1: symbolic or unknown
};

struct Graph {
    std::string name;
    int64_t opset = 0;                                 // version of ONNX's own operator set
    std::vector<Node> nodes;
    std::map<std::string, ConstantPointer> constants;  // initializers
    std::vector<ValueInfo> inputs;                     // without those that have an initializer
    std::vector<ValueInfo> outputs;
    std::map<std::string, ValueInfo> declared;         // value_info and outputs, by name
    std::vector<std::string> notes;
};

// Checks that every value has exactly one source and that none is missing, sorts the nodes by their dependencies, and
// drops those that no output depends on. Error: a name given twice, a name nobody gives, a cycle.
void order_nodes(Graph& graph);

}  // namespace napier::onnx
