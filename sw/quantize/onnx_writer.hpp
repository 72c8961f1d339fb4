#pragma once
// Graph -> ONNX file.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"

namespace napier::quantize {

// An initializer whose values are made when they are written. type: float32, int8 or int32; bytes: all of its values,
// little endian, in row-major order.
struct LateTensor {
    std::string name;
    int32_t type = 0;
    std::vector<int64_t> dims;
    std::function<std::vector<uint8_t>()> bytes;
};

// The file piece by piece: the graph with its constants, then one late tensor after the other, none of which is kept.
// written: called behind each tensor, with its number from 1 on and their count. Error (unsupported): more bytes than
// an ONNX file can hold.
void write_graph(const onnx::Graph& graph, std::span<const LateTensor> tensors,
                 const std::function<void(std::span<const uint8_t>)>& sink,
                 const std::function<void(size_t, size_t)>& written = {});

// The file's bytes, the same for the same graph. Initializers that no node reads are left out; those of types other
// than float32, int8, uint8, int32 and int64 are written as float32 or int64.
std::vector<uint8_t> write_graph(const onnx::Graph& graph);

}  // namespace napier::quantize
