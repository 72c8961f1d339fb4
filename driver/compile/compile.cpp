#include "driver/compile/compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/compile/assemble.hpp"
#include "driver/compile/build.hpp"
#include "driver/compile/emit.hpp"
#include "driver/compile/factor.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/greatest.hpp"
#include "driver/compile/memory_map.hpp"
#include "driver/compile/operand.hpp"
#include "driver/compile/search.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// Error (unsupported): a program does not keep what the host must know of its inputs.
LayerMapping host_mapping(const Model& model, const Layer& layer) {
    for (const int read : tensors_read(layer)) {
        const Tensor& tensor = model.tensors[size_t(read)];
        if (tensor.vector_scales.empty()) continue;
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' is work of the host and reads tensor '{}', whose vectors of channels have "
                                "scales of their own, which a program does not hold; quantize it with one scale.",
                                layer.name, tensor.name));
    }
    LayerMapping mapping;
    mapping.name = layer.name;
    mapping.operation = layer.operation;
    mapping.format = host_format;
    mapping.description = fmt::format("{} on the host", layer.host.function);
    mapping.input = layer.input;
    mapping.output = layer.output;
    return mapping;
}

LayerMapping mapping_of(const Plan& plan) {
    const Layer& layer = *plan.geometry.layer;
    return {layer.name, layer.operation, plan.geometry.format->name, plan.geometry.planes, describe(plan),
            only_moves(layer) ? 0 : plan.geometry.products(), 0, layer.input, layer.output, layer.residual};
}

class Compiler {
public:
    Compiler(const Model& model, const spec::Machine& machine, const CompileOptions& options, std::vector<Plan> plans,
             bool values)
        : model_(model), machine_(machine), options_(options), plans_(std::move(plans)), values_(values) {}

    Program run() {
        describe_program();
        place_memory();
        append_parts();
        close_program(program_, machine_);
        return std::move(program_);
    }

private:
    void describe_program() {
        name_program(program_, model_.name, machine_);
        program_.input = model_.input;
        program_.more_inputs = model_.more_inputs;
        program_.output = model_.output;
        for (const ConstantTensor& constant : model_.constants) {
            tensors_.push_back(append_tensor(constant, program_.constants));
        }
        for (size_t i = 0; i < plans_.size(); ++i) {
            const bool host = !model_.layers[i].host.function.empty();
            constants_.push_back(host ? LayerConstants{} : append_constants(plans_[i], program_.constants, values_));
            program_.layers.push_back(host ? host_mapping(model_, model_.layers[i]) : mapping_of(plans_[i]));
            program_.layers.back().passes = constants_.back().passes * plans_[i].geometry.repeats;
        }
    }

    // Tensors first, then constants, then the program, whose size is known last.
    void place_memory() {
        const int64_t base = options_.memory_base;
        place_constants(program_, machine_, base, place_tensors(model_, base, options_.keep_tensors, program_.tensors));
        for (size_t i = 0; i < model_.constants.size(); ++i) {
            program_.tensors[model_.constants[i].tensor].address =
                program_.constants_address + static_cast<uint32_t>(tensors_[i]);
        }
    }

    // A part of the program before every layer of the host, and one behind them.
    void append_parts() {
        std::vector<Step> steps;
        Buffers buffers(machine_);
        for (int i = 0; i < static_cast<int>(model_.layers.size()); ++i) {
            const Layer& layer = model_.layers[i];
            if (!layer.host.function.empty()) {
                append_part(program_, machine_, steps);
                steps.clear();
                program_.host.push_back({static_cast<uint32_t>(program_.commands.size()), i, layer.host,
                                         layer.clamp_low, layer.clamp_high});
                continue;
            }
            LayerAddresses addresses;
            addresses.input = program_.tensors[layer.input].address;
            addresses.output = program_.tensors[layer.output].address;
            if (layer.residual >= 0) addresses.residual = program_.tensors[layer.residual].address;
            if (layer.factor >= 0) addresses.factor = program_.tensors[layer.factor].address;
            addresses.weights = program_.constants_address + constants_[i].weights;
            addresses.parameters = program_.constants_address + constants_[i].parameters;
            addresses.palette = program_.constants_address + constants_[i].palette;
            addresses.table = program_.constants_address + constants_[i].table;
            for (int group = 0; group < plans_[i].geometry.repeats; ++group) {
                emit_layer(model_, i, plans_[i], constants_[i], of_group(i, group, addresses), buffers, steps);
            }
        }
        append_part(program_, machine_, steps);
    }

    // The addresses of one group of a layer whose groups are computed one after the other.
    LayerAddresses of_group(int layer, int group, LayerAddresses addresses) const {
        const Geometry& geometry = plans_[layer].geometry;
        if (!geometry.operand) return addresses;
        addresses.input += int64_t{group} * geometry.in_channels;
        addresses.output += int64_t{group} * geometry.out_channels;
        addresses.residual += int64_t{group} * geometry.out_channels;
        addresses.parameters += group * constants_[layer].group_parameters;
        addresses.weights = program_.tensors[model_.layers[layer].operand.words].address;
        addresses.operand = operand_place(model_, model_.layers[layer], machine_, group);
        return addresses;
    }

    const Model& model_;
    const spec::Machine& machine_;
    const CompileOptions& options_;
    const std::vector<Plan> plans_;
    const bool values_;
    Program program_;
    std::vector<LayerConstants> constants_;
    std::vector<int64_t> tensors_;  // bytes from the constants' begin to each constant tensor
};

}  // namespace

void require_bits(const Model& model, const Layer& layer, const spec::Machine& machine) {
    const Tensor& output = model.tensors[layer.output];
    if (!output.one_bit) return;
    if (!spec::has_one_bit_channels(machine)) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' makes activations of one bit, and machine '{}' has no format that reads "
                                "them ({}); choose a machine with xnor.",
                                layer.name, machine.name, spec::format_names(machine)));
    }
    if (machine.columns % 8 != 0 && output.channels > machine.columns) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Layer '{}' makes {} activations of one bit a pixel, and the {} columns of machine "
                                "'{}' fill no whole bytes; choose a machine whose columns are a multiple of 8.",
                                layer.name, output.channels, machine.columns, machine.name));
    }
}

void require_tables(const Layer& layer, const spec::Machine& machine) {
    if (layer.table.entries.empty() || machine.activation_tables > 0) return;
    std::string names;
    for (const spec::Machine& other : spec::machines) {
        if (other.activation_tables > 0) names += fmt::format("{}{}", names.empty() ? "" : ", ", other.name);
    }
    throw Error(ErrorKind::unsupported,
                fmt::format("Layer '{}' computes {} by a table of its outputs, and machine '{}' keeps none; choose one "
                            "of the machines {}.",
                            layer.name, layer.table.function, machine.name, names));
}

Program build_program(const Model& model, const spec::Machine& machine, const CompileOptions& options,
                      std::vector<Plan> plans, bool values) {
    return Compiler(model, machine, options, std::move(plans), values).run();
}

Program compile(const Model& model, const spec::Machine& machine, const CompileOptions& options) {
    require_page(options.memory_base);
    golden::validate(model);
    if (model.layers.empty()) {
        throw Error(ErrorKind::unsupported,
                    fmt::format("Model '{}' has no layer to run; give one with at least one.", model.name));
    }
    const bool as_it_is = std::none_of(model.layers.begin(), model.layers.end(), [](const Layer& layer) {
        return layer.greatest || layer.factor >= 0 || layer.operand.tensor >= 0 || !layer.input_scales.empty();
    });
    if (as_it_is) return build_program(model, machine, options, choose_plans(model, machine, options));
    const Model own = for_machine(model, machine);
    return build_program(own, machine, options, choose_plans(own, machine, options));
}

Model lowered(const Model& model, const spec::Machine& machine) {
    return with_operand_words(with_wide_factors(with_greatest_for(model, machine), machine), machine);
}

Model for_machine(const Model& model, const spec::Machine& machine) {
    Model result = lowered(model, machine);
    for (Layer& layer : result.layers) layer = for_machine(result, layer, machine);
    return result;
}

LayerMapping map_layer(const Model& model, const Layer& layer, const spec::Machine& machine, const Tuning& tuning) {
    if (!layer.host.function.empty()) return host_mapping(model, layer);
    require_bits(model, layer, machine);
    require_tables(layer, machine);
    const Layer own = for_machine(model, layer, machine);
    const FormatChoice choice = choose_format(model, own, machine, tuning.format);
    golden::require_accumulator(own, machine.accumulator_bits, choice.planes, operand_terms(model, own));
    return mapping_of(make_plans(model, own, machine, choice, tuning, 1).front());
}

std::vector<uint8_t> command_bytes(const Program& program) {
    std::vector<uint8_t> bytes;
    bytes.reserve(program.commands.size() * spec::command_bytes);
    for (const spec::CommandWords& words : program.commands) {
        for (const uint32_t word : words) {
            for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<uint8_t>(word >> shift));
        }
    }
    return bytes;
}

std::string listing(const Program& program) {
    std::string text;
    for (size_t i = 0; i < program.commands.size(); ++i) {
        const CommandNote& note = program.notes[i];
        const std::string where = fmt::format("{} tile {}{}", program.layers[note.layer].name, note.tile,
                                              note.column_tile < 0 ? "" : fmt::format(" column {}", note.column_tile));
        text += fmt::format("{:6}  {:<32} {:<10} {}\n", i, where, role_name(note.role),
                            spec::disassemble(program.commands[i]));
    }
    return text;
}

}  // namespace napier::driver
