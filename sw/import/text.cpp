#include "sw/import/text.hpp"

#include <fmt/format.h>

namespace napier::onnx {

namespace {
constexpr size_t longest_name = 100;
}

std::string printable(std::string_view name) {
    std::string text;
    for (const char letter : name.substr(0, longest_name)) {
        text += letter >= ' ' && letter <= '~' ? letter : '?';
    }
    return text + (name.size() > longest_name ? "..." : "");
}

std::string name_text(std::string_view name) { return "'" + printable(name) + "'"; }

std::string shape_text(const std::vector<int64_t>& dims) {
    std::string text = "[";
    for (size_t i = 0; i < dims.size(); ++i) {
        text += fmt::format("{}{}", i == 0 ? "" : ", ", dims[i] < 0 ? std::string("?") : std::to_string(dims[i]));
    }
    return text + "]";
}

}  // namespace napier::onnx
