#pragma once
// Which values of a float32 graph get a quantizer.

#include <map>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"

namespace napier::quantize {

struct Placement {
    std::vector<std::string> points;            // values to quantize, in order
    std::map<std::string, std::string> origin;  // value -> the quantized value that it is, or is a view of
};

// The input and every computed value are quantized but for
// * a value that only a Relu, a Clip or an Add of a constant reads, which become part of its layer;
// * a Conv, Gemm or MatMul, or a Relu of one, that only an Add reads whose other side is quantized: the addition has
//   one rounding;
// * views of a quantized value.
// graph: folded, and known to the float interpreter.
Placement place_quantizers(const onnx::Graph& graph);

// True for Conv, Gemm and MatMul.
bool has_weights(const onnx::Node& node);

}  // namespace napier::quantize
