#include "driver/compile/real/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"
#include "sw/golden/mx/output.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

[[noreturn]] void refuse(const RealLayer& layer, const std::string& sentence) {
    throw Error(ErrorKind::unsupported, fmt::format("Layer '{}' {}.", layer.name, sentence));
}

std::string names_in(uint32_t mask) {
    std::string names;
    const auto add = [&](const auto& table) {
        for (const auto& entry : table) {
            if ((mask >> entry.code & 1) != 0) names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.name);
        }
    };
    add(spec::elements);
    add(spec::scalars);
    return names;
}

// The code of an element format of the mask.
int element_code(const RealLayer& layer, const spec::Machine& machine, const char* what, const std::string& name,
                 uint32_t mask) {
    const int code = formats::find_element(name).code;
    if ((mask >> code & 1) != 0) return code;
    refuse(layer, fmt::format("has {} of {}, and machine '{}' takes {} there; choose another machine or convert the "
                              "model (napier quantize --to)", what, name, machine.name, names_in(mask)));
}

// The code of what a tensor is in memory, one of the machine's outputs.
int output_code(const RealLayer& layer, const spec::Machine& machine, const std::string& format) {
    const auto scalar = std::find_if(std::begin(spec::scalars), std::end(spec::scalars),
                                     [&](const spec::Scalar& entry) { return format == entry.name; });
    const int code = scalar != std::end(spec::scalars) ? scalar->code : formats::find_element(format).code;
    if ((machine.outputs >> code & 1) != 0) return code;
    refuse(layer, fmt::format("makes a tensor of {}, and machine '{}' writes {}; choose another machine or convert "
                              "the model (napier quantize --to)", format, machine.name, names_in(machine.outputs)));
}

int clamp_pattern(const RealLayer& layer, float bound) {
    const uint16_t pattern = formats::to_bfloat16(bound);
    if (std::bit_cast<uint32_t>(formats::from_bfloat16(pattern)) != std::bit_cast<uint32_t>(bound)) {
        refuse(layer, fmt::format("clamps at {}, which is no bfloat16 and so no bound of a command; clamp at {}", bound,
                                  formats::from_bfloat16(pattern)));
    }
    return pattern;
}

void require_products(const RealLayer& layer, const spec::Machine& machine) {
    const bool blocks = layer.product == RealProduct::blocks;
    if (blocks == spec::has_blocks(machine)) return;
    refuse(layer, fmt::format("takes {}, and machine '{}' has {}; choose a machine with {}",
                              blocks ? "blocks of microscaling" : "piecewise-affine products", machine.name,
                              spec::format_names(machine), blocks ? "mx" : "pam"));
}

}  // namespace

int slots_of(int channels, const spec::Machine& machine) {
    const int each = spec::real_format(machine)->channels;
    return (channels + each - 1) / each;
}

std::string memory_format(const RealModel& model, int tensor, const spec::Machine& machine) {
    const std::string& format = model.tensors[size_t(tensor)].format;
    if (spec::has_blocks(machine) || format != "float32") return format;
    // A piecewise-affine product rounds what it reads to bfloat16, and nothing else reads it.
    const bool read = std::any_of(model.layers.begin(), model.layers.end(),
                                  [&](const RealLayer& layer) { return layer.input == tensor; });
    if (read && tensor == model.output.tensor) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Tensor '{}' is the model's output and the input of a layer, which machine '{}' reads "
                                "as bfloat16; end the model behind a layer whose result no other reads.",
                                model.tensors[size_t(tensor)].name, machine.name));
    }
    return read ? "bfloat16" : format;
}

std::string format_name(const RealPlan& plan) {
    if (plan.layer->product == RealProduct::piecewise_affine) return "pam";
    if (plan.element_a == plan.element_b) return spec::elements[plan.element_a].name;
    return fmt::format("{} x {}", spec::elements[plan.element_a].name, spec::elements[plan.element_b].name);
}

void choose_fields(const RealModel& model, RealPlan& plan) {
    const RealLayer& layer = *plan.layer;
    const spec::Machine& machine = *plan.machine;
    require_products(layer, machine);
    const std::string input = memory_format(model, layer.input, machine);
    if (layer.product == RealProduct::blocks) {
        plan.element_a = element_code(layer, machine, "activations", input, machine.elements_a);
        plan.element_b = element_code(layer, machine, "weights", layer.weight_format, machine.elements_b);
    } else if (input != "bfloat16") {
        refuse(layer, fmt::format("reads a tensor of {}, and machine '{}' reads bfloat16; leave out the conversion",
                                  input, machine.name));
    }
    const std::string output = memory_format(model, layer.output, machine);
    plan.output = output_code(layer, machine, output);
    const bool blocks = plan.output < spec::element_count;
    if (blocks) {
        const std::string& rule = model.tensors[size_t(layer.output)].scale_rule;
        plan.scale_rule = static_cast<int>(golden::mx::find_scale_rule(rule));
        if (layer.groups > 1 && static_cast<int>(layer.bias.size()) / layer.groups % spec::block_elements != 0) {
            refuse(layer, fmt::format("has groups of {} output channels, which cut blocks of {}; use one group or "
                                      "whole blocks", layer.bias.size() / size_t(layer.groups), spec::block_elements));
        }
    }
    // The columns behind the last channel of a block are zeros with the layer's clamp.
    const bool fills = blocks && static_cast<int>(layer.bias.size()) / layer.groups % spec::block_elements != 0;
    if (fills && std::bit_cast<uint32_t>(golden::mx::clamp(0.0f, layer.clamp_low, layer.clamp_high)) != 0) {
        refuse(layer, fmt::format("clamps its {} channels to [{}, {}], which leaves no zeros to fill its last block; "
                                  "make a multiple of {} channels, or clamp to a range with 0",
                                  layer.bias.size(), layer.clamp_low, layer.clamp_high, spec::block_elements));
    }
    plan.float_low = clamp_pattern(layer, layer.clamp_low);
    plan.float_high = clamp_pattern(layer, layer.clamp_high);
}

}  // namespace napier::driver
