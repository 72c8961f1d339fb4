#pragma once
// Names from a file, made fit for a sentence.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace napier::onnx {

// The name, with unprintable bytes as ? and cut if long.
std::string printable(std::string_view name);

// The same in quotes.
std::string name_text(std::string_view name);

// [1, 2, 3]; a negative dimension prints as ?.
std::string shape_text(const std::vector<int64_t>& dims);

}  // namespace napier::onnx
