#pragma once
// Attributes of a node, with their kinds checked. Error: an attribute is there but of another kind.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/import/graph.hpp"

namespace napier::onnx {

// A node that breaks ONNX's own rules.
[[noreturn]] void malformed(const Node& node, const std::string& reason);

bool has_attribute(const Node& node, const char* name);
int64_t integer_attribute(const Node& node, const char* name, int64_t otherwise);
double number_attribute(const Node& node, const char* name, double otherwise);
std::string text_attribute(const Node& node, const char* name, const std::string& otherwise);
std::vector<int64_t> integers_attribute(const Node& node, const char* name, const std::vector<int64_t>& otherwise);

// axis or axis + rank; Error if it is outside the rank.
size_t checked_axis(const Node& node, int64_t axis, size_t rank);
// The same for a list, which may name no axis twice.
std::vector<size_t> checked_axes(const Node& node, const std::vector<int64_t>& axes, size_t rank);

}  // namespace napier::onnx
