#pragma once
// ONNX file -> Graph. Nothing in the file is trusted.

#include <cstdint>
#include <filesystem>
#include <span>

#include "sw/import/graph.hpp"

namespace napier::onnx {

// bytes: the whole file; folder: where external data may lie, empty for none.
// Error: no ONNX model, damaged, an operator set older or newer than those known, or what order_nodes refuses.
Graph read_graph(std::span<const uint8_t> bytes, const std::filesystem::path& folder);

}  // namespace napier::onnx
