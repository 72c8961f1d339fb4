#include "sw/import/attributes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

const Attribute* find(const Node& node, const char* name, AttributeKind kind, const char* kind_name) {
    const auto found = node.attributes.find(name);
    if (found == node.attributes.end()) {
        return nullptr;
    }
    if (found->second.kind != kind) {
        malformed(node, fmt::format("its attribute {} is not {}", name, kind_name));
    }
    return &found->second;
}

}  // namespace

void malformed(const Node& node, const std::string& reason) {
    throw Error(ErrorKind::input, fmt::format("node {} ({}): {}; the file breaks ONNX's rules, so export it again",
                                              name_text(node.name), printable(node.operation), reason));
}

bool has_attribute(const Node& node, const char* name) { return node.attributes.count(name) > 0; }

int64_t integer_attribute(const Node& node, const char* name, int64_t otherwise) {
    const Attribute* found = find(node, name, AttributeKind::integer, "an integer");
    return found ? found->integer : otherwise;
}

double number_attribute(const Node& node, const char* name, double otherwise) {
    const Attribute* found = find(node, name, AttributeKind::number, "a number");
    return found ? static_cast<double>(found->number) : otherwise;
}

std::string text_attribute(const Node& node, const char* name, const std::string& otherwise) {
    const Attribute* found = find(node, name, AttributeKind::text, "a text");
    return found ? found->text : otherwise;
}

std::vector<int64_t> integers_attribute(const Node& node, const char* name, const std::vector<int64_t>& otherwise) {
    const Attribute* found = find(node, name, AttributeKind::integers, "a list of integers");
    return found ? found->integers : otherwise;
}

size_t checked_axis(const Node& node, int64_t axis, size_t rank) {
    const int64_t signed_rank = static_cast<int64_t>(rank);
    if (axis < -signed_rank || axis >= signed_rank) {
        malformed(node, fmt::format("axis {} is outside a value of {} dimensions", axis, rank));
    }
    return static_cast<size_t>(axis < 0 ? axis + signed_rank : axis);
}

std::vector<size_t> checked_axes(const Node& node, const std::vector<int64_t>& axes, size_t rank) {
    std::vector<size_t> result;
    for (const int64_t axis : axes) {
        result.push_back(checked_axis(node, axis, rank));
        if (std::count(result.begin(), result.end(), result.back()) > 1) {
            malformed(node, fmt::format("axis {} is named twice", axis));
        }
    }
    return result;
}

}  // namespace napier::onnx
