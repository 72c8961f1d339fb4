#pragma once
// A float32 network to one of microscaling blocks, after training.

#include <string>
#include <string_view>

#include "sw/golden/mx/block.hpp"
#include "sw/quantize/convert.hpp"

namespace napier::quantize {

// The element format of microscaling of that name; null if there is none.
const spec::Element* find_element(std::string_view name);

struct BlockFormats {
    const spec::Element& weights;
    const spec::Element& activations;
    golden::mx::ScaleRule rule;
};

// graph: as read; it is folded first. A node MXQuantize (domain "napier") stands before the input of every Conv, Gemm
// and MatMul and behind its float32 weights, blocks along the input channels; biases stay float32. It needs no images:
// every block finds its own scale. The layers' errors are those of the weights.
// Error (unsupported): weights that are not constant; (input): damaged values.
Conversion convert_mx(const onnx::Graph& graph, const BlockFormats& formats);

}  // namespace napier::quantize
