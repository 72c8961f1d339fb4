#pragma once
// Walks a graph of real numbers in order of execution: microscaling blocks and piecewise-affine products.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/import/import.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/real/value.hpp"

namespace napier::onnx::real {

class Lowering {
public:
    explicit Lowering(const Graph& graph) : graph_(graph) {}

    // Visits every node once. Afterwards problems() says what cannot run.
    void run();
    const std::vector<Unsupported>& problems() const { return problems_; }
    // The network; only if there are no problems.
    RealModel finish();

    // For the operators: inputs of a node. Each throws a Refusal if the input is of another kind, Follows if it is
    // unknown, and an Error if the node has no such input.
    bool has_input(const Node& node, size_t index) const;
    const Value& input(const Node& node, size_t index) const;
    ConstantPointer constant_input(const Node& node, size_t index) const;
    BlockedPointer blocked_input(const Node& node, size_t index) const;
    Stored blocks_input(const Node& node, size_t index);  // an activation that MXQuantize made
    Stored half_input(const Node& node, size_t index);    // any activation; without a format it is kept as bfloat16

    // The activation in blocks of that format; the input of the graph, or a layer that is pending.
    Stored keep_blocks(const Node& node, const std::string& format, const std::string& rule);

    const RealTensor& tensor(int index) const { return model_.tensors[static_cast<size_t>(index)]; }
    Extents extents_of(const Stored& stored) const;

private:
    enum class InputUse { none, as_it_is, in_blocks };

    void add_input(const ValueInfo& info);
    void visit(const Node& node);
    void set_output();
    // The tensor of a pending layer, kept in that format.
    Stored add_layer(const std::string& value_name, const Pending& pending, const std::string& format,
                     const std::string& rule);
    const Value& known_activation(const Node& node, size_t index) const;

    const Graph& graph_;
    RealModel model_;
    InputUse input_use_ = InputUse::none;
    std::map<std::string, Value> values_;
    std::vector<Unsupported> problems_;
};

using Operator = Value (*)(Lowering&, const Node&);

// nullptr if the importer does not know the operator in graphs of real numbers.
Operator find_operator(const Node& node);

// products.cpp
Value convolution(Lowering&, const Node&);
Value gemm(Lowering&, const Node&);
Value matrix_product(Lowering&, const Node&);
Value pam_convolution(Lowering&, const Node&);
Value pam_matrix_product(Lowering&, const Node&);
// elementwise.cpp
Value quantize(Lowering&, const Node&);
Value relu(Lowering&, const Node&);
Value clip(Lowering&, const Node&);
Value add(Lowering&, const Node&);
Value reshape(Lowering&, const Node&);
Value flatten(Lowering&, const Node&);
Value identity(Lowering&, const Node&);
Value constant(Lowering&, const Node&);

}  // namespace napier::onnx::real
