#pragma once
// Where tensors stand in memory.

#include <cstdint>
#include <vector>

#include "driver/compile/program.hpp"

namespace napier::driver {

inline constexpr int64_t tensor_alignment = 64;  // bytes

// Places every tensor from `base` on; two tensors share memory only if the last layer that reads the one comes before
// the layer that writes the other. keep: none share. Returns the end. Input and output are always kept.
int64_t place_tensors(const Model& model, int64_t base, bool keep, std::vector<TensorPlace>& places);

}  // namespace napier::driver
