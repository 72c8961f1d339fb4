#include "driver/session/session.hpp"

#include <fmt/format.h>

#include "driver/compile/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

[[noreturn]] void fail(const std::string& sentence) { throw Error(ErrorKind::device, sentence); }

bool bit(uint32_t value, uint32_t index) { return (value >> index & 1) != 0; }

}  // namespace

Session::Session(Device& device, const Program& program, const SessionOptions& options)
    : device_(device), program_(program), options_(options) {
    check_identity();
    device_.write_memory(program.program_address, command_bytes(program));
    device_.write_memory(program.constants_address, program.constants);
}

void Session::check_identity() {
    const uint32_t version = device_.read_register(spec::reg_version);
    const uint32_t identity = device_.read_register(spec::reg_identity);
    if (version != program_.version) {
        fail(fmt::format("Device '{}' follows version {} of the description and the program version {}; compile the "
                         "program with the driver of the device.", device_.name(), version, program_.version));
    }
    if (identity != program_.identity) {
        fail(fmt::format("Device '{}' has identity {:#010x}, but the program was compiled for machine '{}' with "
                         "{:#010x}; compile it for this machine.",
                         device_.name(), identity, program_.machine, program_.identity));
    }
}

RunTimes Session::run(std::span<const int8_t> input) {
    const TensorPlace& place = program_.tensors[program_.input.tensor];
    if (static_cast<int64_t>(input.size()) != place.bytes()) {
        throw Error(ErrorKind::input, fmt::format("The input has {} values, but tensor '{}' takes {}; give one image.",
                                                  input.size(), place.name, place.bytes()));
    }
    device_.write_memory(place.address, {reinterpret_cast<const uint8_t*>(input.data()), input.size()});
    start();
    wait();
    return read_times();
}

void Session::start() {
    const std::pair<uint32_t, uint32_t> settings[] = {
        {spec::reg_program_address, program_.program_address},
        {spec::reg_program_length, static_cast<uint32_t>(program_.commands.size())},
        {spec::reg_read_base, program_.read_window.base},
        {spec::reg_read_limit, program_.read_window.limit},
        {spec::reg_write_base, program_.write_window.base},
        {spec::reg_write_limit, program_.write_window.limit},
        {spec::reg_watchdog, options_.watchdog_cycles},
        {spec::reg_interrupt_status, 1u << spec::interrupt_status_done_bit | 1u << spec::interrupt_status_error_bit},
        {spec::reg_interrupt_enable, 1u << spec::interrupt_enable_done_bit | 1u << spec::interrupt_enable_error_bit},
        {spec::reg_control, 1u << spec::control_start_bit},
    };
    for (const auto& [offset, value] : settings) device_.write_register(offset, value);
}

void Session::wait() {
    const bool answered = device_.wait_interrupt(options_.deadline_cycles);
    const uint32_t status = device_.read_register(spec::reg_status);
    if (bit(status, spec::status_error_bit)) explain_error();
    if (!answered || !bit(status, spec::status_done_bit)) {
        fail(fmt::format("Device '{}' has not finished after {} cycles (status {:#x}); raise the deadline, or reset "
                         "it.", device_.name(), options_.deadline_cycles, status));
    }
    const std::vector<std::string> violations = device_.violations();
    if (!violations.empty()) {
        fail(fmt::format("Device '{}' broke {} rules of the bus; the first: {}", device_.name(), violations.size(),
                         violations.front()));
    }
}

void Session::explain_error() {
    const uint32_t code = device_.read_register(spec::reg_error_code);
    const uint32_t address = device_.read_register(spec::reg_error_address);
    const uint32_t command = device_.read_register(spec::reg_error_command);
    const spec::ErrorText* error = spec::find_error(code);
    device_.write_register(spec::reg_control, 1u << spec::control_reset_bit);
    fail(fmt::format("Device '{}' stopped with error {} ({}) at {:#x} in {}.", device_.name(),
                     error == nullptr ? std::to_string(code) : error->name,
                     error == nullptr ? "not in the description" : error->text, address,
                     describe_command(program_, command)));
}

RunTimes Session::read_times() {
    RunTimes times;
    for (int i = 0; i < spec::counter_count; ++i) {
        times.counters[i] = device_.read_register(spec::reg_counters + 4 * static_cast<uint32_t>(i));
    }
    const sim::CommandTrace* trace = device_.trace();
    if (trace == nullptr) return times;
    times.commands.resize(program_.commands.size());
    for (int engine = 0; engine < sim::engine_count; ++engine) {
        for (const sim::CommandEvent& event : trace->of(static_cast<sim::Engine>(engine))) {
            if (event.index >= times.commands.size()) {
                fail(fmt::format("Device '{}' reports an event of command {}, but the program has {}.",
                                 device_.name(), event.index, times.commands.size()));
            }
            times.commands[event.index] = {event.start, event.end};
        }
    }
    return times;
}

std::vector<int8_t> Session::tensor(int index) const {
    const TensorPlace& place = program_.tensors[index];
    if (!place.kept) {
        throw Error(ErrorKind::usage, fmt::format("The memory of tensor '{}' was reused; compile with keep_tensors to "
                                                  "read it.", place.name));
    }
    std::vector<uint8_t> bytes(static_cast<size_t>(place.bytes()));
    device_.read_memory(place.address, bytes);
    return place.values(bytes);
}

std::vector<uint8_t> Session::memory() const {
    std::vector<uint8_t> bytes(program_.memory_end - program_.memory_base);
    device_.read_memory(program_.memory_base, bytes);
    return bytes;
}

sim::MemoryConfig memory_for(const Program& program, sim::MemoryConfig config) {
    config.base = program.memory_base;
    config.size = program.memory_end - program.memory_base;
    return config;
}

std::string describe_command(const Program& program, uint32_t index) {
    if (index >= program.commands.size()) return fmt::format("command {}, which the program does not have", index);
    const CommandNote& note = program.notes[index];
    const spec::Command* command =
        spec::find_command(static_cast<uint32_t>(spec::get(program.commands[index], spec::common::opcode)));
    return fmt::format("command {} ({}: {} of layer '{}', tile {}{})", index, command ? command->name : "unknown",
                       role_name(note.role), program.layers[note.layer].name, note.tile,
                       note.column_tile < 0 ? "" : fmt::format(", column tile {}", note.column_tile));
}

}  // namespace napier::driver
