#pragma once
// The numbers that a network of the zoo is written with.

#include <string>
#include <vector>

#include "sw/quantize/weight_format.hpp"
#include "sw/spec/spec.hpp"

namespace napier::zoo {

// Integers (QDQ form) if `weights` is given, microscaling blocks if `element` is, else float32.
struct Style {
    const quantize::WeightFormat* weights = nullptr;
    const spec::Element* element = nullptr;

    bool is_integer() const { return weights != nullptr; }
};

// "float32", the formats of quantize::weight_formats, and the elements of microscaling.
std::vector<std::string> style_names();

// Error (usage, unsupported): as quantize::find_weight_format.
Style find_style(const std::string& name);

}  // namespace napier::zoo
