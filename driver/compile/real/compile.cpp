#include "driver/compile/real/compile.hpp"

#include <fmt/format.h>

#include "driver/compile/assemble.hpp"
#include "driver/compile/memory_map.hpp"
#include "driver/compile/real/emit.hpp"
#include "driver/compile/real/formats.hpp"
#include "driver/compile/real/pack.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/real/validate.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr size_t alignment = 64;  // at least a beat of any machine

void align(std::vector<uint8_t>& bytes) { bytes.resize((bytes.size() + alignment - 1) / alignment * alignment); }

// Where a layer's constants begin among those of the program.
struct RealConstants {
    int64_t weights = 0, parameters = 0;
};

RealConstants append_constants(const RealPlan& plan, std::vector<uint8_t>& bytes) {
    RealConstants constants;
    align(bytes);
    constants.weights = static_cast<int64_t>(bytes.size());
    for (const RealColumns& columns : plan.columns) pack_weights(plan, columns, bytes);
    align(bytes);
    constants.parameters = static_cast<int64_t>(bytes.size());
    for (const RealColumns& columns : plan.columns) pack_biases(plan, columns, bytes);
    return constants;
}

LayerMapping mapping_of(const RealPlan& plan) {
    const RealLayer& layer = *plan.layer;
    const int64_t outputs = int64_t{plan.y.output} * plan.x.output * static_cast<int64_t>(layer.bias.size());
    const int64_t terms = int64_t{plan.y.kernel} * plan.x.kernel * (plan.input->channels / layer.groups);
    const int64_t passes = plan.passes() * static_cast<int64_t>(plan.columns.size());
    return {layer.name, layer.operation, format_name(plan), 1, describe(plan), outputs * terms, passes, layer.input,
            layer.output, -1};
}

int64_t place_real_tensors(const RealModel& model, const spec::Machine& machine, const CompileOptions& options,
                           std::vector<TensorPlace>& places) {
    TensorUses uses{{}, model.input.tensor, model.output.tensor};
    for (const RealLayer& layer : model.layers) uses.layers.push_back({layer.input, layer.output, -1});
    for (size_t i = 0; i < model.tensors.size(); ++i) {
        const RealTensor& tensor = model.tensors[i];
        places.push_back({tensor.name, tensor.height, tensor.width, tensor.channels, 0, false, false,
                          memory_format(model, static_cast<int>(i), machine), 1.0f, 0, tensor.scale_rule});
    }
    return place_tensors(uses, options.memory_base, options.keep_tensors, places);
}

}  // namespace

Program compile(const RealModel& model, const spec::Machine& machine, const CompileOptions& options) {
    require_page(options.memory_base);
    golden::real::validate(model);
    if (!spec::is_real(machine)) {
        const bool blocks = model.layers.empty() || model.layers[0].product == RealProduct::blocks;
        throw Error(ErrorKind::unsupported,
                    fmt::format("Model '{}' computes with real numbers, and machine '{}' with integers ({}); choose a "
                                "machine with {}, or convert the float32 network to an integer format (napier quantize "
                                "--to).",
                                model.name, machine.name, spec::format_names(machine), blocks ? "mx" : "pam"));
    }
    if (model.layers.empty()) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Model '{}' has no layer to run; give one with at least one.", model.name));
    }
    Program program;
    name_program(program, model.name, machine);
    program.input = {model.input.tensor, model.input.name, 0, model.input.channels_first, true};
    program.output = {model.output.tensor, model.output.name, 0, model.output.channels_first, true};
    std::vector<RealPlan> plans;
    std::vector<RealConstants> constants;
    for (const RealLayer& layer : model.layers) {
        plans.push_back(make_real_plan(model, layer, machine));
        constants.push_back(append_constants(plans.back(), program.constants));
        program.layers.push_back(mapping_of(plans.back()));
    }
    place_constants(program, machine, options.memory_base,
                    place_real_tensors(model, machine, options, program.tensors));
    std::vector<Step> steps;
    Buffers buffers(machine);
    for (size_t i = 0; i < plans.size(); ++i) {
        const TensorPlace& input = program.tensors[size_t(plans[i].layer->input)];
        const TensorPlace& output = program.tensors[size_t(plans[i].layer->output)];
        LayerAddresses addresses;
        addresses.input = input.address;
        addresses.output = output.address;
        addresses.weights = program.constants_address + constants[i].weights;
        addresses.parameters = program.constants_address + constants[i].parameters;
        emit_real_layer(static_cast<int>(i), plans[i], input.pixel_bytes(), output.pixel_bytes(), addresses, buffers,
                        steps);
    }
    append_commands(program, machine, steps);
    return program;
}

}  // namespace napier::driver
