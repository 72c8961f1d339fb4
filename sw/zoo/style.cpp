#include "sw/zoo/style.hpp"

#include "sw/base/error.hpp"
#include "sw/quantize/convert_mx.hpp"

namespace napier::zoo {

namespace {

constexpr const char* float32_name = "float32";

}  // namespace

std::vector<std::string> style_names() {
    std::vector<std::string> names{float32_name};
    for (const quantize::WeightFormat& format : quantize::weight_formats()) names.push_back(format.name);
    for (const spec::Element& element : spec::elements) names.push_back(element.name);
    return names;
}

Style find_style(const std::string& name) {
    if (name == float32_name) {
        return {};
    }
    if (const spec::Element* element = quantize::find_element(name)) {
        return {nullptr, element};
    }
    return {&quantize::find_weight_format(name), nullptr};
}

}  // namespace napier::zoo
