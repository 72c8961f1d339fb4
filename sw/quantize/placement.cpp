#include "sw/quantize/placement.hpp"

#include <algorithm>
#include <set>

#include "sw/quantize/float_operators.hpp"
#include "sw/quantize/fold.hpp"

namespace napier::quantize {

namespace {

using onnx::Graph;
using onnx::Node;

class Placer {
public:
    explicit Placer(const Graph& graph) : graph_(graph) {}

    Placement run() {
        close(graph_.inputs.at(0).name);
        for (const Node& node : graph_.nodes) {
            visit(node);
        }
        return placement_;
    }

private:
    void close(const std::string& value) {
        placement_.points.push_back(value);
        placement_.origin[value] = value;
    }

    void visit(const Node& node) {
        const std::string& output = node.outputs[0];
        if (is_view(node)) {
            placement_.origin[output] = placement_.origin.at(node.inputs[0]);
            return;
        }
        const bool is_clamp = node.operation == "Relu" || node.operation == "Clip";
        if (is_clamp || clamped_.count(node.inputs[0]) > 0) {
            clamped_.insert(output);
        }
        const bool is_relu = node.operation == "Relu" && products_.count(node.inputs[0]) > 0;
        if (has_weights(node) || is_relu) {
            products_.insert(output);
        }
        if (!stays_open(output)) {
            close(output);
            clamped_.erase(output);
            products_.erase(output);
        }
    }

    // The one node that reads a value; null if there are none or more, or the value is the output.
    const Node* only_reader(const std::string& value) const {
        const auto reads = [&](const Node& node) {
            return std::find(node.inputs.begin(), node.inputs.end(), value) != node.inputs.end();
        };
        const auto found = std::find_if(graph_.nodes.begin(), graph_.nodes.end(), reads);
        return found == graph_.nodes.end() || reader_count(graph_, value) != 1 ? nullptr : &*found;
    }

    bool stays_open(const std::string& value) {
        const Node* reader = only_reader(value);
        if (!reader) {
            return false;
        }
        if (reader->operation == "Relu" || reader->operation == "Clip") {
            return reader->inputs[0] == value;
        }
        if (reader->operation != "Add") {
            return false;
        }
        const std::string& other = reader->inputs[reader->inputs[0] == value ? 1 : 0];
        if (graph_.constants.count(other) > 0) {
            return clamped_.count(value) == 0;
        }
        return products_.count(value) > 0 && joined_.insert(reader->outputs[0]).second;
    }

    const Graph& graph_;
    Placement placement_;
    std::set<std::string> products_;  // open values of a layer with weights, or of a Relu behind it
    std::set<std::string> clamped_;  // open values behind a Relu or Clip
    std::set<std::string> joined_;   // sums that one side enters without being quantized
};

}  // namespace

bool has_weights(const Node& node) {
    return node.domain.empty() && (node.operation == "Conv" || node.operation == "Gemm" || node.operation == "MatMul");
}

Placement place_quantizers(const Graph& graph) { return Placer(graph).run(); }

}  // namespace napier::quantize
