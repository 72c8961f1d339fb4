#include "driver/session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "driver/compile/compile.hpp"
#include "driver/session/host_work.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

[[noreturn]] void fail(Cause cause, const std::string& sentence) { throw DeviceError(cause, sentence); }

std::span<const uint8_t> as_bytes(std::span<const int8_t> values) {
    return {reinterpret_cast<const uint8_t*>(values.data()), values.size()};
}

// Error (input): it is another number of values than the inputs take.
void require_inputs(const Program& program, size_t values) {
    if (values == program.input_bytes()) return;
    if (program.more_inputs.empty()) {
        throw Error(ErrorKind::input, fmt::format("The input has {} values, but tensor '{}' takes {}; give one image.",
                                                  values, program.tensors[program.input.tensor].name,
                                                  program.input_bytes()));
    }
    std::string list;
    for (const Port& port : inputs_of(program)) {
        const TensorPlace& place = program.tensors[port.tensor];
        list += fmt::format("{}{} for '{}'", list.empty() ? "" : ", ", place.bytes(), port.name);
    }
    throw Error(ErrorKind::input, fmt::format("The inputs have {} values, but the program takes {}; give those of all, "
                                              "one behind the other.", values, list));
}

}  // namespace

Session::Session(Device& device, const Program& program, const SessionOptions& options)
    : device_(device), program_(program), options_(options), lease_(device, options.holder), controller_(device),
      parts_(program.parts()) {
    for (const ProgramPart& part : parts_) {
        fetch_checksums_.push_back(fetch_checksum(program, part, device.machine()));
    }
    controller_.status();
    check_identity();
    check_possible();
    controller_.recover();
    load();
}

void Session::check_identity() {
    const uint32_t version = device_.read_register(spec::reg_version);
    const uint32_t identity = device_.read_register(spec::reg_identity);
    if (version != program_.version) {
        fail(Cause::identity,
             fmt::format("Device '{}' follows version {} of the description and the program version {}; compile the "
                         "program with the driver of the device.", device_.name(), version, program_.version));
    }
    if (identity != program_.identity) {
        fail(Cause::identity,
             fmt::format("Device '{}' has identity {:#010x}, but the program was compiled for machine '{}' with "
                         "{:#010x}; compile it for this machine.",
                         device_.name(), identity, program_.machine, program_.identity));
    }
}

void Session::check_possible() const {
    if (options_.check != Check::traffic) return;
    if (device_.machine().checksums == 0) {
        throw Error(ErrorKind::usage, fmt::format("Machine '{}' has no checksums, so its traffic cannot be checked; "
                                                  "check its completion alone.", device_.machine().name));
    }
    if (!memory_tells_traffic(program_)) {
        throw Error(ErrorKind::usage, "The program uses memory again for other tensors, so it does not tell afterwards "
                                      "what its traffic was; compile with keep_tensors to check it.");
    }
}

// The last byte first: a program that does not fit is not loaded in part.
void Session::load() {
    const std::vector<uint8_t> commands = command_bytes(program_);
    const uint8_t nothing[1] = {};
    if (program_.memory_end > program_.memory_base) device_.write_memory(program_.memory_end - 1, nothing);
    write(program_.program_address, commands, "program");
    write(program_.constants_address, program_.constants, "constants");
}

void Session::write(uint32_t address, std::span<const uint8_t> bytes, const char* what) {
    device_.write_memory(address, bytes);
    std::array<uint8_t, 4096> part;
    for (size_t first = 0; first < bytes.size(); first += part.size()) {
        const auto written = bytes.subspan(first, std::min(part.size(), bytes.size() - first));
        const std::span<uint8_t> there(part.data(), written.size());
        device_.read_memory(address + static_cast<uint32_t>(first), there);
        if (std::memcmp(written.data(), there.data(), there.size()) == 0) continue;
        const auto place = std::mismatch(written.begin(), written.end(), there.begin());
        fail(Cause::memory, fmt::format("Device '{}' holds {:#04x} at {:#x} after {:#04x} of the {} was written; check "
                                        "its memory and the connection.", device_.name(), *place.second,
                                        address + first + static_cast<size_t>(place.first - written.begin()),
                                        *place.first, what));
    }
}

RunTimes Session::run(std::span<const int8_t> input) {
    require_inputs(program_, input.size());
    memory_.clear();
    told_.clear();
    written_.clear();
    controller_.recover();
    if (device_.values()) put_inputs(input);
    RunTimes times;
    for (size_t number = 0; number < parts_.size(); ++number) {
        if (parts_[number].count > 0) run_part(number, times);
        else told_.emplace_back();
        if (number == program_.host.size() || !device_.values()) continue;
        times.host_milliseconds.push_back(run_host(program_.host[number]));
    }
    if (options_.check == Check::traffic) check_traffic();
    return times;
}

void Session::run_part(size_t number, RunTimes& times) {
    const ProgramPart& part = parts_[number];
    if (number > 0) controller_.recover();
    controller_.start(settings(part));
    if (controller_.wait(options_.deadline_cycles, options_.cancelled) == Controller::End::error) explain_error(part);
    const std::vector<std::string> violations = device_.violations();
    if (!violations.empty()) {
        fail(Cause::protocol, fmt::format("Device '{}' broke {} rules of the bus; the first: {}", device_.name(),
                                          violations.size(), violations.front()));
    }
    check_completion(number);
    add_times(part, times);
}

// Reads, computes, writes back. What it reads must be what the machine stored, and counts with what the host wrote.
double Session::run_host(const HostStep& step) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::vector<int8_t>> inputs;
    for (const int index : tensors_read(program_, step)) {
        const TensorPlace& place = program_.tensors[index];
        const std::vector<uint8_t> bytes = bytes_of(place);
        if (options_.check == Check::traffic) written_.push_back({place.address, bytes});
        inputs.push_back(place.values(bytes));
    }
    put(program_.tensors[program_.layers[step.layer].output], run_step(program_, step, inputs), "work of the host");
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void Session::put_inputs(std::span<const int8_t> values) {
    for (const Port& port : inputs_of(program_)) {
        const TensorPlace& place = program_.tensors[port.tensor];
        put(place, values.first(static_cast<size_t>(place.bytes())), "input");
        values = values.subspan(static_cast<size_t>(place.bytes()));
    }
}

void Session::put(const TensorPlace& place, std::span<const int8_t> values, const char* what) {
    const std::span<const uint8_t> bytes = as_bytes(values);
    write(place.address, bytes, what);
    if (options_.check == Check::traffic) written_.push_back({place.address, {bytes.begin(), bytes.end()}});
}

RunSettings Session::settings(const ProgramPart& part) {
    return {program_.program_address + part.first * spec::command_bytes, part.count,
            program_.read_window.base,   program_.read_window.limit,
            program_.write_window.base,  program_.write_window.limit,
            options_.watchdog_cycles,    ++job_};
}

void Session::explain_error(const ProgramPart& part) {
    const uint32_t code = device_.read_register(spec::reg_error_code);
    const uint32_t address = device_.read_register(spec::reg_error_address);
    const uint32_t command = device_.read_register(spec::reg_error_command);
    const spec::ErrorText* error = spec::find_error(code);
    fail(Cause::machine, fmt::format("Device '{}' stopped with error {} ({}) at {:#x} in {}.", device_.name(),
                                     error == nullptr ? std::to_string(code) : error->name,
                                     error == nullptr ? "not in the description" : error->text, address,
                                     describe_command(program_, part.first + command)));
}

// A status that says done may be an old one, or of a program that lost commands on the way.
void Session::check_completion(size_t number) {
    const auto require = [&](uint32_t offset, uint32_t expected, const char* what) {
        const uint32_t told = device_.read_register(offset);
        if (told == expected) return;
        fail(Cause::completion, fmt::format("Device '{}' says done, but {} is {:#x} in place of {:#x}; run again.",
                                            device_.name(), what, told, expected));
    };
    require(spec::counters[spec::counter_commands].offset, parts_[number].count,
            "its number of commands");
    if (device_.machine().checksums == 0) return;
    require(spec::reg_completed_job, job_, "the job");
    require(spec::reg_fetch_checksum, fetch_checksums_[number], "the checksum of its commands");
    if (options_.check != Check::traffic) return;
    told_.push_back({device_.read_register(spec::reg_load_checksum), device_.read_register(spec::reg_store_checksum)});
}

// What stands in memory, but the host's own bytes as the host knows them, must be what crossed the bus.
void Session::check_traffic() {
    std::vector<uint8_t> bytes(program_.memory_end - program_.memory_base);
    device_.read_memory(program_.memory_base, bytes);
    const auto put = [&](uint32_t address, std::span<const uint8_t> known) {
        std::copy(known.begin(), known.end(), bytes.begin() + (address - program_.memory_base));
    };
    put(program_.constants_address, program_.constants);
    for (const Written& one : written_) put(one.address, one.bytes);
    for (const Written& one : written_) {
        const auto there = bytes.begin() + (one.address - program_.memory_base);
        if (std::equal(one.bytes.begin(), one.bytes.end(), there)) continue;
        fail(Cause::checksum, fmt::format("Device '{}' gave the host other bytes at {:#x} the second time; run again.",
                                          device_.name(), one.address));
    }
    const auto require = [&](uint32_t told, uint32_t sum, const char* what) {
        if (told == sum) return;
        fail(Cause::checksum, fmt::format("Device '{}' {} bytes with checksum {:#010x}, but those in memory have "
                                          "{:#010x}: bytes were changed or lost on the bus; run again.",
                                          device_.name(), what, told, sum));
    };
    for (size_t number = 0; number < parts_.size(); ++number) {
        if (parts_[number].count == 0) continue;
        const TrafficChecksums expected = traffic_checksums(program_, parts_[number], device_.machine(), bytes);
        require(told_[number].load, expected.load, "loaded");
        require(told_[number].store, expected.store, "stored");
    }
    memory_ = std::move(bytes);
}

void Session::add_times(const ProgramPart& part, RunTimes& times) {
    const uint64_t before = times.counters[spec::counter_cycles];
    for (int i = 0; i < spec::counter_count; ++i) {
        times.counters[i] += device_.read_register(spec::reg_counters + 4 * static_cast<uint32_t>(i));
    }
    const sim::CommandTrace* trace = device_.trace();
    if (trace == nullptr) return;
    times.commands.resize(program_.commands.size());
    for (int engine = 0; engine < sim::engine_count; ++engine) {
        for (const sim::CommandEvent& event : trace->of(static_cast<sim::Engine>(engine))) {
            if (event.index >= part.count) {
                fail(Cause::protocol, fmt::format("Device '{}' reports an event of command {}, but the program has {}.",
                                 device_.name(), event.index, part.count));
            }
            times.commands[part.first + event.index] = {before + event.start, before + event.end};
        }
    }
}

std::vector<int8_t> Session::tensor(int index) const {
    const TensorPlace& place = program_.tensors[index];
    if (!place.kept) {
        throw Error(ErrorKind::usage, fmt::format("The memory of tensor '{}' was reused; compile with keep_tensors to "
                                                  "read it.", place.name));
    }
    return place.values(bytes_of(place));
}

std::vector<uint8_t> Session::bytes_of(const TensorPlace& place) const {
    std::vector<uint8_t> bytes(static_cast<size_t>(place.extent()));
    if (memory_.empty()) device_.read_memory(place.address, bytes);
    else std::copy_n(memory_.begin() + (place.address - program_.memory_base), bytes.size(), bytes.begin());
    return bytes;
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
