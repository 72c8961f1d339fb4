#include "driver/compile/formats.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

[[noreturn]] void refuse(const Layer& layer, const spec::Machine& machine) {
    const auto [low, high] = std::minmax_element(layer.weight.begin(), layer.weight.end());
    throw Error(ErrorKind::unsupported,
                fmt::format("Layer '{}' has weights from {} to {}, which no number format of machine '{}' ({}) holds; "
                            "choose a machine with {} or quantize the layer.",
                            layer.name, *low, *high, machine.name, spec::format_names(machine), layer.format));
}

}  // namespace

FormatChoice choose_format(const Layer& layer, const spec::Machine& machine) {
    const spec::Format* best = nullptr;
    for (const spec::Format& format : spec::formats) {
        const bool usable = spec::has_format(machine, format) && spec::lanes(machine, format) > 0 &&
                            formats::holds(format, layer.weight);
        if (usable && (best == nullptr || spec::lanes(machine, format) > spec::lanes(machine, *best))) best = &format;
    }
    if (best == nullptr) refuse(layer, machine);
    if (best->name == layer.format) return {best, "the cheapest that holds the weights"};
    return {best, fmt::format("holds the {} weights exactly; the machine has {}", layer.format,
                              spec::format_names(machine))};
}

}  // namespace napier::driver
