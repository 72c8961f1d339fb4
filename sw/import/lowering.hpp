#pragma once
// Walks a graph in order of execution and keeps what is known of every value: constants, tensors, layers on their way.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/import/import.hpp"
#include "sw/import/layers.hpp"
#include "sw/import/value.hpp"

namespace napier::onnx {

class Lowering {
public:
    explicit Lowering(const Graph& graph) : graph_(graph) {}

    // Visits every node once. Afterwards problems() says what cannot run.
    void run();
    const std::vector<Unsupported>& problems() const { return problems_; }
    // The network; only if there are no problems.
    Model finish();

    // For the operators: inputs of a node. Each throws a Refusal if the input is of another kind, Follows if it is
    // unknown, and an Error if the node has no such input.
    bool has_input(const Node& node, size_t index) const;
    const Value& input(const Node& node, size_t index) const;
    ConstantPointer constant_input(const Node& node, size_t index) const;
    std::vector<int64_t> integers_input(const Node& node, size_t index) const;  // of rank 0 or 1
    QuantizedPointer weight_input(const Node& node, size_t index) const;
    Activation quantized_input(const Node& node, size_t index);
    Expression expression_input(const Node& node, size_t index);  // a quantized tensor counts as itself times one

    // The tensor that holds a selection, which is the value of that name; from then on it is the tensor.
    Activation copy_selection(const std::string& name);

    // value, rounded to a grid: a new tensor and, unless value is an input of the graph, the layer that computes it.
    Value quantize(const Node& node, const Value& value, const Grid& grid, Form form);
    int64_t opset() const { return graph_.opset; }
    Layers& layers() { return layers_; }
    const Layers& layers() const { return layers_; }

private:
    void add_input(const ValueInfo& info);
    void visit(const Node& node);
    Value value_of_node(const Node& node);
    void copy_selections(const Node& node);  // that it reads, unless it takes them as they are
    // curve.cpp: what a node makes of one quantized tensor, value by value; null if it is no function of one.
    CurvePointer follow(const Node& node) const;
    CurvePointer curve_input(const Node& node, size_t index) const;
    void refuse(const std::string& name, const std::string& operation, const std::string& reason,
                const std::string& hint);
    void compare_with_declared(const Node& node, const Value& value);
    void check_output();
    void check_indices();  // each input of integers is read

    const Graph& graph_;
    Layers layers_;
    std::map<std::string, Value> values_;
    std::map<std::string, CurvePointer> curves_;  // of values that are such functions, layers on their way among them
    std::vector<Unsupported> problems_;
};

// value * 1 as a layer on its way.
Expression identity_expression(const Node& node, const Layers& layers, const Activation& activation);

}  // namespace napier::onnx
