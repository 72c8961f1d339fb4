#pragma once
// What a model file may ask for at most. Everything read from a file is checked against these before memory is taken.

#include <cstddef>
#include <cstdint>

#include "sw/spec/spec.hpp"

namespace napier::onnx {

inline constexpr uint64_t greatest_file_bytes = (uint64_t{1} << 31) - 1;      // protobuf's own limit
inline constexpr uint64_t greatest_external_bytes = uint64_t{1} << 36;
inline constexpr size_t greatest_rank = 8;
inline constexpr int64_t greatest_constant_elements = int64_t{1} << 31;       // of a stored tensor
inline constexpr int64_t greatest_folded_elements = int64_t{1} << 26;         // of a computed constant
inline constexpr int64_t greatest_activation_elements = int64_t{1} << 26;
inline constexpr int64_t greatest_generated_weights = int64_t{1} << 27;       // of a pool or a copy
inline constexpr int64_t greatest_window_number = int64_t{1} << 15;           // kernel, stride, dilation, padding
inline constexpr int64_t greatest_step = (int64_t{1} << spec::exec::stride_x.width) - 1;  // of a generated copy
inline constexpr size_t greatest_node_count = size_t{1} << 20;
inline constexpr int64_t oldest_opset = 9;
inline constexpr int64_t newest_opset = 25;

}  // namespace napier::onnx
