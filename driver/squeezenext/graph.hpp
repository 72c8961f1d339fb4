#pragma once
// The layers of an ONNX graph as SqueezeNext's machine counts them.

#include <string>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/zoo/layer.hpp"

namespace napier::driver::squeezenext {

struct GraphLayers {
    std::vector<zoo::Layer> layers;      // Conv, Gemm and MatMul by weights, in order
    std::vector<std::string> uncounted;  // "pool1 (MaxPool)": operators that cost nothing here
};

// Quantizers, views, normalizations of channels, Relu and Clip belong to their layers. Shapes come from the file: of
// inputs, weights and declared values. Error (unsupported): a convolution or product whose shapes the file does not
// declare, or whose strides or padding differ between the axes' ends.
GraphLayers layers_of(const onnx::Graph& graph);

}  // namespace napier::driver::squeezenext
