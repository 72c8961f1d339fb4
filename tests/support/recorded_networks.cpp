#include "tests/support/recorded_networks.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "tests/support/reduced_networks.hpp"

namespace napier::test {

std::string path_of(const char* entry, const char* end) { return fmt::format("sw/models/zoo/{}{}", entry, end); }

Model model_of(const char* entry) { return import_onnx(std::filesystem::path(path_of(entry, ".onnx"))); }

void write_recorded(const char* entry, const std::string& file) {
    const auto* found = std::find_if(std::begin(reduced_transformers), std::end(reduced_transformers),
                                     [&](const zoo::Entry& candidate) { return candidate.name == std::string(entry); });
    if (found == std::end(reduced_transformers)) {
        throw Error(ErrorKind::input,
                    fmt::format("No reduced transformer is named '{}'; see reduced_networks.hpp.", entry));
    }
    zoo::write_network(zoo::build(*found, zoo::find_style("int8"), 1), file);
}

bool is_constant(const Model& model, size_t tensor) {
    return std::any_of(model.constants.begin(), model.constants.end(),
                       [&](const ConstantTensor& constant) { return constant.tensor == static_cast<int>(tensor); });
}

// The tensors whose values are recorded, a line each: name, extents, scale, zero point.
std::string list_of(const Model& model) {
    std::string list;
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        const Tensor& tensor = model.tensors[i];
        if (is_constant(model, i)) continue;
        list += fmt::format("{} {} {} {} {:.9g} {}\n", tensor.name, tensor.height, tensor.width, tensor.channels,
                            tensor.scale, tensor.zero_point);
    }
    return list;
}

}  // namespace napier::test
