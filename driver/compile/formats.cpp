#include "driver/compile/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr std::array<int8_t, 3> trits = {-1, 0, +1};

// The machine's format with the most lanes, then the least code, that computes this operation, holds all of these
// weights, and can leave lanes out; null: none does.
const spec::Format* best_format(std::span<const int8_t> weights, spec::Operation operation,
                                const spec::Machine& machine) {
    const spec::Format* best = nullptr;
    for (const spec::Format& format : spec::formats) {
        const bool usable = spec::has_format(machine, format) && spec::lanes(machine, format) > 0 &&
                            format.operation == operation && formats::annuls(format) &&
                            formats::holds(format, weights);
        if (usable && (best == nullptr || spec::lanes(machine, format) > spec::lanes(machine, *best))) best = &format;
    }
    return best;
}

spec::Operation operation_of(const Layer& layer) { return spec::find_format(layer.format).operation; }

// The machine's format for planes of the layer's weights; null: there is none.
const spec::Format* plane_format(const Layer& layer, const spec::Machine& machine) {
    const bool multiplies = operation_of(layer) == spec::Operation::product;
    return multiplies ? best_format(trits, spec::Operation::product, machine) : nullptr;
}

[[noreturn]] void refuse(const Layer& layer, const spec::Machine& machine) {
    std::string able;
    for (const spec::Machine& other : spec::machines) {
        const bool runs = best_format(layer.weight, operation_of(layer), other) != nullptr;
        if (!runs && plane_format(layer, other) == nullptr) continue;
        able += fmt::format("{}{}", able.empty() ? "" : ", ", other.name);
    }
    if (able.empty()) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' needs the number format {}, which has no weight that is zero for the lanes "
                                "beyond the layer's channels; give it weights of a format that has one.",
                                layer.name, layer.format));
    }
    const auto [low, high] = std::minmax_element(layer.weight.begin(), layer.weight.end());
    throw Error(ErrorKind::unsupported,
                fmt::format("Layer '{}' has weights from {} to {}, which no number format of machine '{}' ({}) holds "
                            "beside a zero, nor one their planes of trits; choose one of the machines {}.",
                            layer.name, *low, *high, machine.name, spec::format_names(machine), able));
}

}  // namespace

FormatChoice choose_format(const Layer& layer, const spec::Machine& machine) {
    const spec::Format* best = best_format(layer.weight, operation_of(layer), machine);
    if (best != nullptr && best->name == layer.format) return {best, 1, "the cheapest that holds the weights"};
    if (best != nullptr) {
        return {best, 1, fmt::format("holds the {} weights exactly; the machine has {}", layer.format,
                                     spec::format_names(machine))};
    }
    best = plane_format(layer, machine);
    if (best == nullptr) refuse(layer, machine);
    const auto [low, high] = std::minmax_element(layer.weight.begin(), layer.weight.end());
    return {best, formats::plane_count(layer.weight),
            fmt::format("weights from {} to {} in planes of trits, exactly; one plane would take {}", *low, *high,
                        layer.format)};
}

}  // namespace napier::driver
