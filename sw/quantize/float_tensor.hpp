#pragma once
// A dense float32 tensor; the last dimension runs fastest.

#include <cstdint>
#include <vector>

#include "sw/import/graph.hpp"

namespace napier::quantize {

struct FloatTensor {
    std::vector<int64_t> dims;
    std::vector<float> values;
};

// A constant of any readable type as float32.
FloatTensor tensor_of(const onnx::Constant& constant);

// The other way round, as an initializer of float32.
onnx::ConstantPointer constant_of(const FloatTensor& tensor);

// Number of elements. Error (input), naming the node: a dimension is not positive or there are too many elements.
int64_t checked_count(const onnx::Node& node, const std::vector<int64_t>& dims);

}  // namespace napier::quantize
