#include "driver/compile/compile.hpp"

#include <fmt/format.h>

#include "driver/compile/emit.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/memory_map.hpp"
#include "driver/compile/schedule.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {


int64_t next_page(int64_t address) { return (address + page_size - 1) / page_size * page_size; }

PageWindow window(int64_t begin, int64_t end) {
    return {static_cast<uint32_t>(begin / page_size), static_cast<uint32_t>(next_page(end) / page_size)};
}

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
        std::vector<Draft> drafts = order_commands(make_steps(), machine_);
        add_tokens(drafts, machine_, program_.memory_base, program_.memory_end);
        for (const Draft& draft : drafts) {
            const int64_t opcode = spec::get(draft.words, spec::common::opcode);
            spec::require_kept(draft.words, *spec::find_command(static_cast<uint32_t>(opcode)), machine_);
            program_.commands.push_back(draft.words);
            program_.notes.push_back(draft.note);
        }
        place_program();
        return std::move(program_);
    }

private:
    void check() const {
        if (options_.memory_base % page_size != 0) {
            throw Error(ErrorKind::usage,
                        fmt::format("The memory base {:#x} is not a multiple of {}; choose one that is.",
                                    options_.memory_base, page_size));
        }
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
        program_.model = model_.name;
        program_.machine = machine_.name;
        program_.identity = machine_.identity;
        program_.version = spec::version;
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
        const int64_t end = place_tensors(model_, base, options_.keep_tensors, program_.tensors);
        const int64_t constants = next_page(end);
        program_.write_window = window(base, end);
        const int64_t program = next_page(constants + static_cast<int64_t>(program_.constants.size()));
        if (program >= memory_limit()) refuse_size(program);
        program_.constants_address = static_cast<uint32_t>(constants);
        program_.program_address = static_cast<uint32_t>(program);
        program_.memory_base = options_.memory_base;
        program_.memory_end = program_.program_address;
    }

    void place_program() {
        const size_t count = program_.commands.size();
        const int64_t end = int64_t{program_.program_address} + static_cast<int64_t>(count) * spec::command_bytes;
        if (count > spec::most_commands(machine_) || end > memory_limit() - page_size) refuse_size(end);
        program_.memory_end = static_cast<uint32_t>(next_page(end));
        program_.read_window = window(program_.memory_base, end);
    }

    int64_t memory_limit() const { return int64_t{1} << machine_.address_bits; }

    [[noreturn]] void refuse_size(int64_t end) const {
        throw Error(ErrorKind::capacity,
                    fmt::format("Model '{}' on machine '{}' needs memory up to {:#x} and {} commands, more than {:#x} "
                                "bytes or {} commands; use a smaller model or a machine with larger buffers or more "
                                "address_bits.",
                                model_.name, machine_.name, end, program_.commands.size(), memory_limit(),
                                spec::most_commands(machine_)));
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
