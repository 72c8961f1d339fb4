#pragma once
// A float32 graph computed node by node for one image: what the network says before it is quantized.

#include <map>
#include <string>

#include "sw/quantize/float_tensor.hpp"

namespace napier::quantize {

using FloatValues = std::map<std::string, FloatTensor>;

// The input's dimensions with the batch (a first dimension that is symbolic) as 1.
// Error (unsupported): there is not one input, it is not float32, or another dimension is not fixed.
std::vector<int64_t> input_dims(const onnx::Graph& graph);

// Number of values of an image. Error: as input_dims.
size_t input_count(const onnx::Graph& graph);

class FloatInterpreter {
public:
    // The graph must outlive this. Error: as input_dims.
    explicit FloatInterpreter(const onnx::Graph& graph);

    // Every computed value by name, the input's among them. image: input_count(graph) values in row-major order.
    // Error (unsupported): an operator the interpreter does not know; (input): a shape or a count that does not fit.
    FloatValues run(const std::vector<float>& image) const;
    // The output's values alone.
    std::vector<float> output(const std::vector<float>& image) const;

private:
    const onnx::Graph& graph_;
    std::vector<int64_t> dims_;
    FloatValues constants_;
};

}  // namespace napier::quantize
