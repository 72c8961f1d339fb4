#pragma once
// The greatest values of a list, from the definition.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace napier::golden {

// Indexes of the `count` greatest values, or of all if there are fewer: the greatest first, of equal ones that with the
// lower index (ONNX's TopK, largest and sorted; count 1: its ArgMax).
std::vector<int64_t> greatest(const std::vector<float>& values, size_t count);

}  // namespace napier::golden
