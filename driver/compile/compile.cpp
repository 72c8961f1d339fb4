#include "driver/compile/compile.hpp"

#include <fmt/format.h>

#include "driver/compile/assemble.hpp"
#include "driver/compile/emit.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/memory_map.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {


// Error (unsupported): the layer's outputs have one bit and the machine cannot write them, or not side by side.
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

std::vector<Plan> plans_of(const Model& model, const Layer& layer, const spec::Machine& machine, const Tuning& tuning,
                           size_t most) {
    require_bits(model, layer, machine);
    const FormatChoice choice = choose_format(model, layer, machine, tuning.format);
    golden::require_accumulator(layer, machine.accumulator_bits, choice.planes);
    return make_plans(model, layer, machine, choice, tuning, most);
}

LayerMapping mapping_of(const Plan& plan) {
    const Layer& layer = *plan.geometry.layer;
    return {layer.name, layer.operation, plan.geometry.format->name, plan.geometry.planes, describe(plan),
            plan.geometry.products(), 0, layer.input, layer.output, layer.residual};
}

class Compiler {
public:
    Compiler(const Model& model, const spec::Machine& machine, const CompileOptions& options)
        : model_(model), machine_(machine), options_(options) {}

    // The whole compilation.
    Program run() {
        check();
        for (const Layer& layer : model_.layers) plans_.push_back(choose_plan(layer));
        return run_with(std::move(plans_));
    }

    // With one plan for each layer, of a model known to be valid.
    Program run_with(std::vector<Plan> plans) {
        plans_ = std::move(plans);
        describe_program();
        place_memory();
        append_commands(program_, machine_, make_steps());
        return std::move(program_);
    }

private:
    void check() const {
        require_page(options_.memory_base);
        golden::validate(model_);
        if (model_.layers.empty()) {
            throw Error(ErrorKind::unsupported,
                        fmt::format("Model '{}' has no layer to run; give one with at least one.", model_.name));
        }
    }

    // The plan with the least estimate or, among the most promising, the one measured fastest on its layer alone.
    Plan choose_plan(const Layer& layer) const {
        const size_t most = options_.measure ? std::max<size_t>(1, options_.plans) : 1;
        const std::vector<Plan> plans = plans_of(model_, layer, machine_, options_.tuning, most);
        if (plans.size() == 1) return plans.front();
        Model part = model_;
        part.layers = {layer};
        part.input.tensor = layer.input;
        part.output.tensor = layer.output;
        size_t best = 0;
        uint64_t least = UINT64_MAX;
        for (size_t i = 0; i < plans.size(); ++i) {
            const uint64_t cycles = options_.measure(Compiler(part, machine_, options_).run_with({plans[i]}));
            if (cycles < least) least = cycles, best = i;
        }
        return plans[best];
    }

    void describe_program() {
        name_program(program_, model_.name, machine_);
        program_.input = model_.input;
        program_.output = model_.output;
        for (const Plan& plan : plans_) {
            constants_.push_back(append_constants(plan, program_.constants));
            program_.layers.push_back(mapping_of(plan));
            program_.layers.back().passes = constants_.back().passes;
        }
    }

    // Tensors first, then constants, then the program, whose size is known last.
    void place_memory() {
        const int64_t base = options_.memory_base;
        place_constants(program_, machine_, base, place_tensors(model_, base, options_.keep_tensors, program_.tensors));
    }

    std::vector<Step> make_steps() const {
        std::vector<Step> steps;
        Buffers buffers(machine_);
        for (int i = 0; i < static_cast<int>(model_.layers.size()); ++i) {
            const Layer& layer = model_.layers[i];
            LayerAddresses addresses;
            addresses.input = program_.tensors[layer.input].address;
            addresses.output = program_.tensors[layer.output].address;
            if (layer.residual >= 0) addresses.residual = program_.tensors[layer.residual].address;
            addresses.weights = program_.constants_address + constants_[i].weights;
            addresses.parameters = program_.constants_address + constants_[i].parameters;
            addresses.palette = program_.constants_address + constants_[i].palette;
            emit_layer(model_, i, plans_[i], constants_[i], addresses, buffers, steps);
        }
        return steps;
    }

    const Model& model_;
    const spec::Machine& machine_;
    const CompileOptions& options_;
    Program program_;
    std::vector<Plan> plans_;
    std::vector<LayerConstants> constants_;
};

}  // namespace

Program compile(const Model& model, const spec::Machine& machine, const CompileOptions& options) {
    return Compiler(model, machine, options).run();
}

LayerMapping map_layer(const Model& model, const Layer& layer, const spec::Machine& machine, const Tuning& tuning) {
    return mapping_of(plans_of(model, layer, machine, tuning, 1).front());
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
