#include "sw/quantize/layer_weights.hpp"

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/text.hpp"

namespace napier::quantize {

bool inputs_come_first(const onnx::Node& node) {
    return node.operation == "MatMul" ||
           (node.operation == "Gemm" && onnx::integer_attribute(node, "transB", 0) == 0);
}

onnx::ConstantPointer constant_weights(const onnx::Graph& graph, const onnx::Node& node) {
    const auto found = graph.constants.find(node.inputs.at(1));
    if (found == graph.constants.end()) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("node {} ({}): its weights are not constant; only layers with constant weights can "
                                "be quantized", onnx::name_text(node.name), onnx::printable(node.operation)));
    }
    const bool is_matrix = node.operation != "Conv";
    const onnx::ConstantPointer weights = found->second;
    if (weights->rank() < 2 || weights->count() == 0 || (is_matrix && weights->rank() != 2)) {
        onnx::malformed(node, "its weights are no matrix");
    }
    return weights;
}

}  // namespace napier::quantize
