#include "driver/compile/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "driver/compile/factor.hpp"
#include "driver/compile/geometry.hpp"
#include "driver/compile/operand.hpp"
#include "driver/compile/palette.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr std::array<int8_t, 3> trits = {-1, 0, +1};

// The machine's formats of that operation that hold the weights: the most lanes first, then the least code.
template <typename Holds>
std::vector<const spec::Format*> formats_for(spec::Operation operation, const spec::Machine& machine, Holds holds) {
    std::vector<const spec::Format*> found;
    for (const spec::Format& format : spec::formats) {
        if (spec::has_format(machine, format) && spec::lanes(machine, format) > 0 && format.operation == operation &&
            holds(format)) {
            found.push_back(&format);
        }
    }
    std::stable_sort(found.begin(), found.end(), [&](const spec::Format* left, const spec::Format* right) {
        return spec::lanes(machine, *left) > spec::lanes(machine, *right);
    });
    return found;
}

std::vector<const spec::Format*> formats_for_layer(const Layer& layer, const spec::Machine& machine) {
    const bool scaled = !layer.input_scales.empty();
    return formats_for(spec::find_format(layer.format).operation, machine, [&](const spec::Format& format) {
        return (!scaled || spec::is_scaled(format)) && holds_tiles(format, layer, machine);
    });
}

// True if the layer's sums are right in this format, with some folding of its kernel.
bool is_exact(const Model& model, const Layer& layer, const spec::Machine& machine, const FormatChoice& choice) {
    if (can_window(model, layer, machine, choice)) return true;
    for (const bool fold_y : {false, true}) {
        for (const bool fold_x : {false, true}) {
            const bool possible = (!fold_y || can_fold_y(layer)) && (!fold_x || can_fold_x(layer));
            if (possible && make_geometry(model, layer, machine, choice, fold_x, fold_y).is_exact()) return true;
        }
    }
    return false;
}

// The machine's choices for a layer as it is, the best first.
std::vector<FormatChoice> own_choices(const Model& model, const Layer& layer, const spec::Machine& machine) {
    if (layer.factor >= 0) {
        if (!multiplies_channels(machine)) return {};
        return {{&spec::find_format("int8"), 1, "the factors are int8"}};
    }
    if (layer.operand.tensor >= 0) {
        if (!operand_problem(model, layer, machine).empty()) return {};
        return {{&spec::find_format("int8"), 1, "the operand is int8"}};
    }
    const spec::Operation operation = spec::find_format(layer.format).operation;
    std::vector<FormatChoice> choices;
    for (const spec::Format* format : formats_for_layer(layer, machine)) {
        const FormatChoice choice{format, 1, ""};
        if (is_exact(model, layer, machine, choice)) choices.push_back(choice);
    }
    const int planes = formats::plane_count(layer.weight);
    if (operation != spec::Operation::product || planes == 1) return choices;
    const auto holds_trits = [](const spec::Format& format) { return formats::holds(format, trits); };
    for (const spec::Format* format : formats_for(operation, machine, holds_trits)) {
        const bool chosen = std::any_of(choices.begin(), choices.end(),
                                        [&](const FormatChoice& choice) { return choice.format == format; });
        const FormatChoice choice{format, planes, ""};
        if (!layer.input_scales.empty()) {
            if (spec::is_scaled(*format) && !chosen && is_exact(model, layer, machine, choice)) {
                choices.push_back(choice);
            }
        } else if (spec::is_scaled(*format) ? !chosen : !holds_tiles(*format, layer, machine)) {
            choices.push_back(choice);
        }
    }
    return choices;
}

std::vector<FormatChoice> choices_of(const Model& model, const Layer& layer, const spec::Machine& machine) {
    return own_choices(model, for_machine(model, layer, machine), machine);
}

std::string machines_that_can(const Model& model, const Layer& layer) {
    std::string names;
    for (const spec::Machine& machine : spec::machines) {
        if (choices_of(model, layer, machine).empty()) continue;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", machine.name);
    }
    return names;
}

[[noreturn]] void refuse(const Model& model, const Layer& layer, const spec::Machine& machine) {
    const spec::Operation operation = spec::find_format(layer.format).operation;
    if (layer.operand.tensor >= 0) {
        const std::string able = machines_that_can(model, layer);
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' {}; {}.", layer.name, operand_problem(model, layer, machine),
                                able.empty() ? "quantize both around 0" : "choose one of the machines " + able));
    }
    const auto [low, high] = std::minmax_element(layer.weight.begin(), layer.weight.end());
    std::string reason = fmt::format("has weights from {} to {}, which no number format of machine '{}' ({}) holds, "
                                     "nor one their planes of trits",
                                     *low, *high, machine.name, spec::format_names(machine));
    if (operation != spec::Operation::product) {
        reason = fmt::format("needs the number format {}, and machine '{}' has {}", layer.format, machine.name,
                             spec::format_names(machine));
    }
    if (!layer.input_scales.empty()) {
        reason = fmt::format("has an integer scale for each vector of {} input channels, and machine '{}' ({}) neither "
                             "multiplies the sums of a pass by them nor holds their products with its weights",
                             scale_vector, machine.name, spec::format_names(machine));
    } else if (!formats_for_layer(layer, machine).empty()) {
        reason = fmt::format("has {}, which the number format of machine '{}' that holds its weights, {}, cannot leave "
                             "out: it has no weight that is zero",
                             layer.groups > 1 ? fmt::format("{} groups", layer.groups) : "padding that is not zero",
                             machine.name, formats_for_layer(layer, machine).front()->name);
    }
    if (layer.factor >= 0) {
        reason = fmt::format("multiplies each channel by a value of tensor '{}', for which machine '{}' has no window "
                             "engine of int8 whose weight words are a byte a column",
                             model.tensors[size_t(layer.factor)].name, machine.name);
    }
    const std::string able = machines_that_can(model, layer);
    throw Error(ErrorKind::unsupported,
                fmt::format("Layer '{}' {}; {}.", layer.name, reason,
                            able.empty() ? "no machine of the description can, so train the layer without them"
                                         : "choose one of the machines " + able));
}

// The layer with the scales of its input in its weights, if int8 holds these: the same sums.
std::optional<Layer> with_scaled_weights(const Model& model, const Layer& layer) {
    const int per_group = model.tensors[size_t(layer.input)].channels / layer.groups;
    const size_t per_out = layer.weight.size() / layer.bias.size();
    const size_t outs_in_group = layer.bias.size() / size_t(layer.groups);
    Layer result = layer;
    result.input_scales.clear();
    for (size_t i = 0; i < layer.weight.size(); ++i) {
        const int first = static_cast<int>(i / per_out / outs_in_group) * per_group;
        const int channel = first + static_cast<int>(i % size_t(per_group));
        const int weight = layer.weight[i] * input_scale(layer, channel);
        if (weight < -128 || weight > 127) return std::nullopt;
        result.weight[i] = static_cast<int8_t>(weight);
    }
    result.format = formats::cheapest(result.weight, spec::Operation::product, size_t(per_group)).name;
    return result;
}

}  // namespace

Layer for_machine(const Model& model, const Layer& layer, const spec::Machine& machine) {
    if (layer.input_scales.empty()) return layer;
    const std::vector<FormatChoice> own = own_choices(model, layer, machine);
    if (!own.empty() && own.front().planes == 1) return layer;
    const std::optional<Layer> scaled = with_scaled_weights(model, layer);
    return scaled && !own_choices(model, *scaled, machine).empty() ? *scaled : layer;
}

std::vector<FormatChoice> format_choices(const Model& model, const Layer& layer, const spec::Machine& machine,
                                         const std::string& wanted) {
    const std::vector<FormatChoice> choices = own_choices(model, layer, machine);
    if (choices.empty()) refuse(model, layer, machine);
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [&](const FormatChoice& entry) { return entry.format->name == wanted; });
    return found == choices.end() ? choices : std::vector<FormatChoice>{*found};
}

const spec::Format* lone_channel_format(const Layer& layer, const spec::Machine& machine) {
    const spec::Operation operation = spec::find_format(layer.format).operation;
    for (const spec::Format& format : spec::formats) {
        const bool plain = !spec::is_indexed(format) && !spec::is_scaled(format) && format.operation == operation;
        if (plain && spec::has_format(machine, format) && formats::holds(format, layer.weight)) return &format;
    }
    return nullptr;
}

FormatChoice choose_format(const Model& model, const Layer& layer, const spec::Machine& machine,
                           const std::string& wanted) {
    FormatChoice choice = format_choices(model, layer, machine, wanted).front();
    if (layer.factor >= 0 || layer.operand.tensor >= 0) return choice;
    if (choice.planes > 1) {
        const auto [low, high] = std::minmax_element(layer.weight.begin(), layer.weight.end());
        choice.reason = fmt::format("weights from {} to {} in planes of trits, exactly; one plane would take {}", *low,
                                    *high, layer.format);
    } else if (choice.format->name == layer.format) {
        choice.reason = "the cheapest that holds the weights";
    } else {
        choice.reason = fmt::format("holds the {} weights exactly; the machine has {}", layer.format,
                                    spec::format_names(machine));
    }
    return choice;
}

}  // namespace napier::driver
