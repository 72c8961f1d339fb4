#include "sw/quantize/float_interpreter.hpp"

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/text.hpp"
#include "sw/quantize/float_operators.hpp"

namespace napier::quantize {

namespace {

using Operator = FloatTensor (*)(const onnx::Node&, const Inputs&);

struct Row {
    const char* name;
    Operator function;
    size_t inputs;  // needed
};

constexpr Row operators[] = {
    {"Conv", convolve, 2}, {"Gemm", multiply_matrix, 2}, {"MatMul", multiply_matrix, 2},
    {"AveragePool", average_pool, 1}, {"GlobalAveragePool", global_average_pool, 1}, {"ReduceMean", reduce_mean, 1},
    {"BatchNormalization", normalize, 5}, {"Add", add, 2}, {"Relu", clamp, 1}, {"Clip", clamp, 1},
    {"Flatten", view, 1}, {"Reshape", view, 1}, {"Squeeze", view, 1}, {"Unsqueeze", view, 1},
    {"Transpose", transpose, 1}, {"Identity", identity, 1}, {"Dropout", identity, 1},
};

[[noreturn]] void unsupported(const std::string& sentence) { throw Error(ErrorKind::unsupported, sentence); }

const Row& find_row(const onnx::Node& node) {
    for (const Row& row : operators) {
        if (node.domain.empty() && node.operation == row.name) {
            return row;
        }
    }
    unsupported(fmt::format("node {} ({}): only float32 networks of Conv, Gemm, MatMul, BatchNormalization, Add, Relu, "
                            "Clip, average pools and reshapes can be quantized; replace the node, or quantize with the "
                            "training framework", onnx::name_text(node.name), onnx::printable(node.operation)));
}

}  // namespace

std::vector<int64_t> input_dims(const onnx::Graph& graph) {
    if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
        unsupported(fmt::format("the model has {} inputs and {} outputs; only one of each can be quantized",
                                graph.inputs.size(), graph.outputs.size()));
    }
    const onnx::ValueInfo& input = graph.inputs[0];
    if (input.type != onnx::type::float32) {
        unsupported(fmt::format("input {} is {}, not float32; only a float32 model can be quantized",
                                onnx::name_text(input.name), onnx::type_name(input.type)));
    }
    std::vector<int64_t> dims = input.dims;
    if (!dims.empty() && dims[0] < 0) {
        dims[0] = 1;
    }
    if (dims.empty() || dims[0] != 1 || onnx::element_count(dims, onnx::greatest_activation_elements) < 1) {
        unsupported(fmt::format("input {} has the shape {}; the batch must be 1 or symbolic and all else fixed, so "
                                "export the model again", onnx::name_text(input.name), onnx::shape_text(input.dims)));
    }
    return dims;
}

size_t input_count(const onnx::Graph& graph) {
    return static_cast<size_t>(onnx::element_count(input_dims(graph), onnx::greatest_activation_elements));
}

FloatInterpreter::FloatInterpreter(const onnx::Graph& graph)
    : graph_(graph), dims_(input_dims(graph)) {
    for (const auto& [name, constant] : graph.constants) {
        constants_[name] = tensor_of(*constant);
    }
}

FloatValues FloatInterpreter::run(const std::vector<float>& image) const {
    if (image.size() != input_count(graph_)) {
        throw Error(ErrorKind::input, fmt::format("an image has {} values, and the model takes {}; reshape the images",
                                                  image.size(), input_count(graph_)));
    }
    FloatValues values;
    values[graph_.inputs[0].name] = {dims_, image};
    const auto find = [&](const std::string& name) -> const FloatTensor* {
        const auto computed = values.find(name);
        const auto constant = constants_.find(name);
        return computed != values.end() ? &computed->second
               : constant != constants_.end() ? &constant->second : nullptr;
    };
    for (const onnx::Node& node : graph_.nodes) {
        const Row& row = find_row(node);
        Inputs inputs;
        for (const std::string& name : node.inputs) {
            inputs.push_back(find(name));
        }
        for (size_t i = 0; i < row.inputs; ++i) {
            if (i >= inputs.size() || !inputs[i]) {
                onnx::malformed(node, fmt::format("its input {} is missing", i));
            }
        }
        values[node.outputs[0]] = row.function(node, inputs);
    }
    return values;
}

std::vector<float> FloatInterpreter::output(const std::vector<float>& image) const {
    return run(image).at(graph_.outputs[0].name).values;
}

}  // namespace napier::quantize
