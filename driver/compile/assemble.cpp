#include "driver/compile/assemble.hpp"

#include <fmt/format.h>

#include "driver/compile/schedule.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

int64_t next_page(int64_t address) { return (address + page_size - 1) / page_size * page_size; }

PageWindow window(int64_t begin, int64_t end) {
    return {static_cast<uint32_t>(begin / page_size), static_cast<uint32_t>(next_page(end) / page_size)};
}

int64_t memory_limit(const spec::Machine& machine) { return int64_t{1} << machine.address_bits; }

[[noreturn]] void refuse_size(const Program& program, const spec::Machine& machine, int64_t end) {
    throw Error(ErrorKind::capacity,
                fmt::format("Model '{}' on machine '{}' needs memory up to {:#x} and {} commands, more than {:#x} "
                            "bytes or {} commands; use a smaller model or a machine with larger buffers or more "
                            "address_bits.",
                            program.model, machine.name, end, program.commands.size(), memory_limit(machine),
                            spec::most_commands(machine)));
}

}  // namespace

void require_page(uint32_t memory_base) {
    if (memory_base % page_size != 0) {
        throw Error(ErrorKind::usage, fmt::format("The memory base {:#x} is not a multiple of {}; choose one that is.",
                                                  memory_base, page_size));
    }
}

void name_program(Program& program, const std::string& model, const spec::Machine& machine) {
    program.model = model;
    program.machine = machine.name;
    program.identity = machine.identity;
    program.version = spec::version;
}

void place_constants(Program& program, const spec::Machine& machine, int64_t base, int64_t end) {
    const int64_t constants = next_page(end);
    program.write_window = window(base, end);
    const int64_t first = next_page(constants + static_cast<int64_t>(program.constants.size()));
    if (first >= memory_limit(machine)) refuse_size(program, machine, first);
    program.constants_address = static_cast<uint32_t>(constants);
    program.program_address = static_cast<uint32_t>(first);
    program.memory_base = static_cast<uint32_t>(base);
    program.memory_end = program.program_address;
}

void append_part(Program& program, const spec::Machine& machine, const std::vector<Step>& steps) {
    std::vector<Draft> drafts = order_commands(steps, machine);
    add_tokens(drafts, machine, program.memory_base, program.memory_end);
    for (const Draft& draft : drafts) {
        const int64_t opcode = spec::get(draft.words, spec::common::opcode);
        spec::require_kept(draft.words, *spec::find_command(static_cast<uint32_t>(opcode)), machine);
        program.commands.push_back(draft.words);
        program.notes.push_back(draft.note);
    }
}

void append_commands(Program& program, const spec::Machine& machine, const std::vector<Step>& steps) {
    append_part(program, machine, steps);
    close_program(program, machine);
}

void close_program(Program& program, const spec::Machine& machine) {
    const size_t count = program.commands.size();
    const int64_t end = int64_t{program.program_address} + static_cast<int64_t>(count) * spec::command_bytes;
    if (count > spec::most_commands(machine) || end > memory_limit(machine) - page_size) {
        refuse_size(program, machine, end);
    }
    program.memory_end = static_cast<uint32_t>(next_page(end));
    program.read_window = window(program.memory_base, end);
}

}  // namespace napier::driver
