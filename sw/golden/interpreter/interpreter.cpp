#include "sw/golden/interpreter/interpreter.hpp"

#include <fmt/format.h>

#include "sw/golden/interpreter/execute.hpp"
#include "sw/golden/interpreter/legality.hpp"
#include "sw/golden/interpreter/tokens.hpp"
#include "sw/golden/interpreter/transfer.hpp"

namespace napier::golden {

namespace {

// The words of a command in memory, little endian.
spec::CommandWords fetch(State& state, const PageWindow& readable, uint32_t address) {
    spec::CommandWords words{};
    const uint32_t mask = spec::address_mask(state.machine);
    for (uint32_t i = 0; i < spec::command_bytes; ++i) {
        if (!readable.contains((address + i) & mask)) {
            throw Stop{spec::ErrorCode::read_window, (address + i) & mask};
        }
        const uint8_t* byte = state.memory.find((address + i) & mask);
        if (byte == nullptr) {
            throw Stop{spec::ErrorCode::read_response, (address + i) & mask};
        }
        words[i / 4] |= uint32_t{*byte} << (i % 4 * 8);
    }
    return words;
}

void run_command(State& state, const ProgramRegisters& registers, uint32_t index, const spec::CommandWords& words) {
    switch (static_cast<spec::Opcode>(spec::get(words, spec::common::opcode))) {
        case spec::Opcode::load: return run_load(state, words, {registers.read_base, registers.read_limit});
        case spec::Opcode::exec: return run_exec({state, words, index});
        case spec::Opcode::store: return run_store(state, words, {registers.write_base, registers.write_limit});
    }
}

}  // namespace

Outcome interpret(State& state, const ProgramRegisters& registers) {
    Tokens tokens;
    uint32_t index = 0;
    try {
        if (registers.program_address % spec::command_bytes != 0) {
            throw Stop{spec::ErrorCode::alignment, registers.program_address};
        }
        if (registers.program_length == 0) {
            throw Stop{spec::ErrorCode::zero_count, 0};
        }
        for (; index < registers.program_length; ++index) {
            const spec::CommandWords words = fetch(state, {registers.read_base, registers.read_limit},
                                                   registers.program_address + index * spec::command_bytes);
            check_legality(state, words);
            tokens.take(words);
            run_command(state, registers, index, words);
            tokens.give(words);
        }
    } catch (const Stop& stop) {
        return {stop.code, stop.address, index, ""};
    } catch (const ProgramError& error) {
        return {spec::ErrorCode::none, 0, index, fmt::format("Command {} {}.", index, error.sentence)};
    }
    return {};
}

}  // namespace napier::golden
