#pragma once
// What is known of a value of a graph of real numbers while its nodes are walked in order.

#include <memory>
#include <variant>

#include "sw/import/value.hpp"
#include "sw/model/real_model.hpp"
#include "sw/quantize/microscale.hpp"

namespace napier::onnx::real {

// A tensor of the model, seen as [1, channels], [1, channels, width] or [1, channels, height, width].
struct Stored {
    int tensor = -1;
    size_t rank = 0;
    bool is_raw = false;  // the graph's input as the file has it, in no format
};

// A layer that has no output yet; Relu, Clip and the addition of a bias still become part of it.
struct Pending {
    RealLayer layer;
    Extents extents;
    size_t rank = 0;
    bool has_bias = false, is_clamped = false;
};
using PendingPointer = std::shared_ptr<const Pending>;

// A constant in blocks.
struct BlockedConstant {
    Shape dims;
    size_t axis = 0;
    quantize::BlockedTensor tensor;
};
using BlockedPointer = std::shared_ptr<const BlockedConstant>;

using Value = std::variant<Unknown, ConstantPointer, BlockedPointer, Stored, PendingPointer>;

}  // namespace napier::onnx::real
