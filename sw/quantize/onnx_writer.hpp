#pragma once
// Graph -> ONNX file.

#include <cstdint>
#include <vector>

#include "sw/import/graph.hpp"

namespace napier::quantize {

// The file's bytes, the same for the same graph. Initializers that no node reads are left out; those of types other
// than float32, int8, uint8, int32 and int64 are written as float32 or int64.
std::vector<uint8_t> write_graph(const onnx::Graph& graph);

}  // namespace napier::quantize
