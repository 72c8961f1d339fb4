// napier compile: a model to a program file.

#include <fmt/format.h>

#include "driver/cli/command_line.hpp"
#include "driver/cli/network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/report/table.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct FileOptions {
    MachineOptions machine;
    std::string output;
    MemoryOptions memory;
    uint32_t memory_base = 0;
    SearchArguments search;
    bool listing = false, keep_tensors = false;
};

int write_program(const FileOptions& options) {
    require_writable(options.output);
    const spec::Machine& machine = spec::find_machine(options.machine.machine);
    const std::unique_ptr<Network> network = load_network(options.machine.model);
    CompileOptions choices;
    choices.memory_base = options.memory_base;
    choices.keep_tensors = options.keep_tensors;
    set_search(choices, options.search, machine, options.memory);
    const Program program = network->compile(machine, choices);
    io::write_file(options.output, to_bytes(program));
    if (options.listing) fmt::print("{}", listing(program));
    fmt::print("{}: {} commands, {} bytes of constants, memory {:#x} to {:#x}, for machine {} ({:#010x}).\n",
               options.output, with_commas(program.commands.size()), with_commas(program.constants.size()),
               program.memory_base, program.memory_end - 1, program.machine, program.identity);
    return exit_good;
}

}  // namespace

void add_compile(CLI::App& app, int& result) {
    auto options = std::make_shared<FileOptions>();
    CLI::App* command = app.add_subcommand("compile", "Writes a model as a program for a machine.");
    add_machine_options(*command, options->machine);
    command->add_option("-o,--output", options->output, "program file")->required()->type_name("FILE");
    command->add_option("--memory-base", options->memory_base, "first byte of memory, a multiple of 4096")
        ->capture_default_str();
    command->add_flag("--keep-tensors", options->keep_tensors, "give every tensor memory of its own");
    command->add_flag("--listing", options->listing, "print the commands");
    add_search_options(*command, options->search);
    add_memory_options(*command, options->memory);
    command->footer("Example: napier compile model.onnx -o model.napier --machine tiny --listing");
    command->callback([options, &result] { result = write_program(*options); });
}

}  // namespace napier::driver
