#pragma once
// TensorProto -> Constant.

#include <filesystem>
#include <string>

#include "sw/import/constant.hpp"

namespace napier::onnx {

namespace wire {
class TensorProto;
}

// name: for sentences. folder: where external data may lie, empty for none.
// Error: an undefined or unusable type, a shape that is negative or too large, data that does not fill the shape.
ConstantPointer read_tensor(const wire::TensorProto& tensor, const std::string& name,
                            const std::filesystem::path& folder);

}  // namespace napier::onnx
