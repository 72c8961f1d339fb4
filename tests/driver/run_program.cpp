#include "tests/driver/run_program.hpp"

#include <catch2/catch.hpp>

#include <span>
#include <fmt/format.h>

#include "driver/check/command_reach.hpp"
#include "driver/check/static_check.hpp"
#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/session/host_work.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/interpreter/interpreter.hpp"

namespace napier::test {
namespace {

void put(golden::MemoryImage& memory, uint32_t address, const std::vector<uint8_t>& bytes) {
    REQUIRE(address >= memory.base);
    REQUIRE(address - memory.base + bytes.size() <= memory.bytes.size());
    std::copy(bytes.begin(), bytes.end(), memory.bytes.begin() + (address - memory.base));
}

// Memory with a pattern in every byte that the host does not write.
golden::MemoryImage load(const driver::Program& program, const golden::TensorValues& input) {
    golden::MemoryImage memory{program.memory_base, std::vector<uint8_t>(program.memory_end - program.memory_base)};
    for (size_t i = 0; i < memory.bytes.size(); ++i) memory.bytes[i] = static_cast<uint8_t>(i * 37 + 11);
    put(memory, program.program_address, driver::command_bytes(program));
    put(memory, program.constants_address, program.constants);
    auto from = input.begin();
    for (const Port& port : inputs_of(program)) {
        const driver::TensorPlace& place = program.tensors[size_t(port.tensor)];
        put(memory, place.address, {from, from + place.bytes()});
        from += place.bytes();
    }
    return memory;
}

}  // namespace

std::vector<std::string> check_statically(const driver::Program& program, const spec::Machine& machine) {
    const auto range = [](driver::PageWindow window) {
        return driver::MemoryRange{int64_t{window.base} * driver::page_size, int64_t{window.limit} * driver::page_size};
    };
    driver::ProgramSurroundings surroundings{range(program.read_window), range(program.write_window), {}};
    for (const Port& port : inputs_of(program)) {
        const driver::TensorPlace& input = program.tensors[size_t(port.tensor)];
        surroundings.given.push_back({input.address, input.address + input.bytes()});
    }
    surroundings.given.push_back({program.constants_address,
                                  program.constants_address + static_cast<int64_t>(program.constants.size())});
    for (const driver::HostStep& step : program.host) {
        const driver::TensorPlace& output = program.tensors[program.layers[step.layer].output];
        surroundings.given.push_back({output.address, output.address + output.bytes()});
    }
    for (const driver::ProgramPart& part : program.parts()) {
        const auto commands = std::span(program.commands).subspan(part.first, part.count);
        const std::vector<std::string> problems = driver::static_check(commands, machine, surroundings);
        if (!problems.empty()) return problems;
        for (const spec::CommandWords& words : commands) {
            for (const driver::check::Reach& reach : driver::check::reach_of(words, machine)) {
                const bool stored = reach.place == driver::check::Place::memory && reach.write;
                if (stored) surroundings.given.push_back({reach.begin, reach.end});
            }
        }
    }
    return {};
}

namespace {

// What the host does in memory.
void run_host(const driver::Program& program, const driver::HostStep& step, golden::MemoryImage& memory) {
    const auto at = [&](const driver::TensorPlace& place) {
        return &memory.bytes[place.address - program.memory_base];
    };
    std::vector<std::vector<int8_t>> inputs;
    for (const int tensor : driver::tensors_read(program, step)) {
        const driver::TensorPlace& place = program.tensors[tensor];
        inputs.push_back(place.values(std::span<const uint8_t>(at(place), static_cast<size_t>(place.bytes()))));
    }
    const std::vector<int8_t> values = driver::run_step(program, step, inputs);
    std::copy(values.begin(), values.end(), at(program.tensors[program.layers[step.layer].output]));
}

}  // namespace

std::string difference_of_program(const driver::Program& program, const spec::Machine& machine,
                                  const golden::TensorValues& input,
                                  const std::vector<golden::TensorValues>& expected) {
    const std::vector<std::string> problems = check_statically(program, machine);
    if (!problems.empty()) return problems.front();
    golden::State state(machine, load(program, input));
    const std::vector<driver::ProgramPart> parts = program.parts();
    for (size_t i = 0; i < parts.size(); ++i) {
        const golden::Outcome outcome =
            parts[i].count == 0 ? golden::Outcome{} : golden::interpret(
            state, {program.program_address + parts[i].first * spec::command_bytes, parts[i].count,
                    program.read_window.base, program.read_window.limit, program.write_window.base,
                    program.write_window.limit});
        if (!outcome.success()) {
            return fmt::format("error {} at {:#x} in command {}: {}", static_cast<int>(outcome.code), outcome.address,
                               parts[i].first + outcome.command, outcome.program_error);
        }
        if (i < program.host.size()) run_host(program, program.host[i], state.memory);
    }
    for (size_t i = 0; i < expected.size(); ++i) {
        const driver::TensorPlace& place = program.tensors[i];
        if (!place.kept) continue;
        const uint8_t* bytes = &state.memory.bytes[place.address - program.memory_base];
        const std::span<const uint8_t> memory(bytes, static_cast<size_t>(place.bytes()));
        if (place.values(memory) != expected[i]) return "tensor " + place.name;
    }
    return "";
}

void check_program(const driver::Program& program, const spec::Machine& machine, const golden::TensorValues& input,
                   const std::vector<golden::TensorValues>& expected) {
    REQUIRE(difference_of_program(program, machine, input, expected) == "");
}

bool is_refused_with(driver::Program program,
                     const std::function<void(driver::Program&, driver::HostStep&)>& change) {
    change(program, program.host.front());
    const std::vector<uint8_t> bytes = driver::to_bytes(program);
    try {
        driver::program_from_bytes(bytes, "test");
    } catch (const Error& error) {
        return error.kind() == ErrorKind::input;
    }
    return false;
}

}  // namespace napier::test
