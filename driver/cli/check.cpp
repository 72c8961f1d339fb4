// napier check: whether a model runs on a machine, and how.

#include <fmt/format.h>

#include "driver/cli/command_line.hpp"
#include "driver/cli/network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/compile/formats.hpp"
#include "driver/report/table.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

std::string shape(const Tensor& tensor) {
    return fmt::format("{}x{}x{}", tensor.height, tensor.width, tensor.channels);
}

// How the layer is mapped, or why it is not.
std::pair<bool, std::string> fit(const Model& model, const Layer& layer, const spec::Machine& machine) {
    try {
        return {true, "fits: " + map_layer(model, layer, machine).description};
    } catch (const Error& error) {
        return {false, error.what()};
    }
}

std::string format_of(const Model& model, const Layer& layer, const spec::Machine& machine) {
    if (!layer.host.function.empty()) return host_format;
    try {
        const FormatChoice choice = choose_format(model, layer, machine);
        const std::string planes = choice.planes > 1 ? fmt::format(" x{}", choice.planes) : "";
        return fmt::format("{}{} ({})", choice.format->name, planes, choice.reason);
    } catch (const Error&) {
        return layer.format;
    }
}

int list_unsupported(const std::vector<Unsupported>& problems, const std::string& model) {
    fmt::print("{}: {} node{} cannot run:\n", model, problems.size(), problems.size() == 1 ? "" : "s");
    for (const Unsupported& problem : problems) fmt::print("  {}\n", describe(problem));
    return exit_failed;
}

void print_program(const Program& program, const spec::Machine& machine) {
    fmt::print("{} runs on {}: {} commands, {} bytes of constants, {} bytes of memory.\n", program.model, machine.name,
               with_commas(program.commands.size()), with_commas(program.constants.size()),
               with_commas(program.memory_end - program.memory_base));
}

// Of real numbers: the layers as they are mapped, or the sentence of the first that is not.
int check_real(const MachineOptions& options, const spec::Machine& machine) {
    const std::unique_ptr<Network> network = load_network(options.model);
    for (const std::string& note : network->notes()) fmt::print("note: {}\n", note);
    try {
        const Program program = network->compile(machine);
        Table table;
        for (const char* title : {"layer", "operation", "format", "mapping"}) table.column(title);
        for (const LayerMapping& layer : program.layers) {
            table.row({layer.name, layer.operation, layer.format, layer.description});
        }
        fmt::print("{} on {}:\n\n{}\n", network->name(), machine.name, table.text());
        print_program(program, machine);
    } catch (const Error& error) {
        fmt::print("{}\n{} does not run on {}.\n", error.what(), network->name(), machine.name);
        return exit_failed;
    }
    return exit_good;
}

int check(const MachineOptions& options) {
    const spec::Machine& machine = spec::find_machine(options.machine);
    const std::vector<Unsupported> problems = unsupported_nodes(options.model);
    if (!problems.empty()) return list_unsupported(problems, options.model);
    if (is_real_model(options.model)) return check_real(options, machine);
    const Model model = for_machine(load_model(options.model), machine);
    Table table;
    for (const char* title : {"layer", "operation", "input", "output", "format", "mapping"}) table.column(title);
    bool good = true;
    for (const Layer& layer : model.layers) {
        const auto [fits, text] = fit(model, layer, machine);
        good = good && fits;
        table.row({layer.name, layer.operation, shape(model.tensors[layer.input]), shape(model.tensors[layer.output]),
                   format_of(model, layer, machine), text});
    }
    fmt::print("{} on {}:\n\n{}\n", model.name, machine.name, table.text());
    for (const std::string& note : model.notes) fmt::print("note: {}\n", note);
    if (good) {
        print_program(compile(model, machine), machine);
    } else {
        fmt::print("{} does not run on {}.\n", model.name, machine.name);
    }
    return good ? exit_good : exit_failed;
}

}  // namespace

void add_check(CLI::App& app, int& result) {
    auto options = std::make_shared<MachineOptions>();
    CLI::App* command = app.add_subcommand("check", "Says whether a model runs on a machine, layer by layer.");
    add_machine_options(*command, *options);
    command->footer("Example: napier check model.onnx --machine tiny");
    command->callback([options, &result] { result = check(*options); });
}

}  // namespace napier::driver
