#include "tests/zoo/count.hpp"

#include <set>
#include <stdexcept>

#include "sw/import/attributes.hpp"

namespace napier::test {
namespace {

using onnx::Node;
using Shape = std::vector<int64_t>;

int64_t product(const Shape& shape) {
    int64_t result = 1;
    for (const int64_t dim : shape) result *= dim;
    return result;
}

class Counter {
public:
    explicit Counter(const zoo::Network& network) {
        for (const auto& [name, constant] : network.graph.constants) constants_[name] = constant->dims();
        for (const quantize::LateTensor& tensor : network.tensors) constants_[tensor.name] = tensor.dims;
        for (const auto& [name, info] : network.graph.declared) shapes_[name] = info.dims;
        for (const onnx::ValueInfo& info : network.graph.inputs) shapes_[info.name] = info.dims;
        for (const Node& node : network.graph.nodes) visit(node);
    }

    Count result() const { return count_; }

private:
    // Initializer behind quantizers, or "".
    std::string source(const std::string& name) const {
        const auto found = sources_.find(name);
        return found != sources_.end() ? found->second : constants_.count(name) > 0 ? name : "";
    }

    Shape shape(const std::string& name) const {
        const std::string constant = source(name);
        if (!constant.empty()) return constants_.at(constant);
        const auto found = shapes_.find(name);
        if (found == shapes_.end()) throw std::runtime_error("no shape of " + name);
        return found->second;
    }

    void parameter(const Node& node, size_t input) {
        if (input >= node.inputs.size()) return;
        const std::string constant = source(node.inputs[input]);
        if (!constant.empty() && seen_.insert(constant).second) count_.parameters += product(constants_.at(constant));
    }

    void visit(const Node& node) {
        const std::string& operation = node.operation;
        if (operation == "QuantizeLinear" || operation == "DequantizeLinear" || operation == "MXQuantize") {
            const std::string constant = source(node.inputs[0]);
            if (!constant.empty()) sources_[node.outputs[0]] = constant;
            else shapes_[node.outputs[0]] = shape(node.inputs[0]);
        } else if (operation == "Conv" || operation == "Gemm" || operation == "MatMul") {
            multiply(node);
        } else if (operation == "BatchNormalization" || operation == "LayerNormalization") {
            parameter(node, 1);
            parameter(node, 2);
        } else if (operation == "RMSNormalization") {
            parameter(node, 1);
        } else if (operation == "Gather" || operation == "Concat") {
            parameter(node, 0);
        } else if (operation == "Add" && node.inputs[1].find("mask") == std::string::npos) {
            parameter(node, 1);
        }
    }

    void multiply(const Node& node) {
        const Shape left = shape(node.inputs[0]), right = shape(node.inputs[1]), out = shape(node.outputs[0]);
        if (source(node.inputs[1]).empty()) {
            count_.activation_products += product(out) * left.back();
            return;
        }
        const int64_t depth = node.operation == "Conv" ? product(right) / right[0] : left.back();
        count_.weighted_products += product(out) * depth;
        parameter(node, 1);
        parameter(node, 2);
    }

    std::map<std::string, Shape> constants_, shapes_;
    std::map<std::string, std::string> sources_;
    std::set<std::string> seen_;
    Count count_;
};

}  // namespace

Count count(const zoo::Network& network) { return Counter(network).result(); }

}  // namespace napier::test
