#pragma once
// Commands by field and a bench to run them on the golden interpreter.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "sw/golden/interpreter/interpreter.hpp"
#include "sw/spec/command.hpp"

namespace napier::test {

struct FieldValue {
    spec::Field field;
    int64_t value;
};

// A command with these fields and zero elsewhere. Throws napier::Error if a value does not fit.
inline spec::CommandWords command(spec::Opcode opcode, std::initializer_list<FieldValue> values) {
    spec::CommandWords words{};
    spec::set(words, spec::common::opcode, static_cast<int64_t>(opcode));
    for (const FieldValue& entry : values) {
        spec::set(words, entry.field, entry.value);
    }
    return words;
}

// Changes one field.
inline spec::CommandWords with(spec::CommandWords words, const spec::Field& field, int64_t value) {
    spec::set(words, field, value);
    return words;
}

// 64 KiB of memory from address 0 with the program in its upper half; both windows open to all of it.
class InterpreterBench {
public:
    static constexpr uint32_t program_address = 0x8000, memory_bytes = 0x10000, page_bytes = 4096;

    explicit InterpreterBench(const char* machine)
        : state(spec::find_machine(machine), {0, std::vector<uint8_t>(memory_bytes)}) {
        registers.read_limit = memory_bytes / page_bytes;
        registers.write_limit = memory_bytes / page_bytes;
        registers.program_address = program_address;
    }

    void place(uint32_t address, std::span<const int> bytes) {
        for (const int byte : bytes) {
            state.memory.bytes[address++] = static_cast<uint8_t>(byte);
        }
    }
    void place(uint32_t address, std::initializer_list<int> bytes) {
        place(address, std::span(bytes.begin(), bytes.size()));
    }

    // Bias, significand and shift of one column as the parameter buffer wants them.
    void place_parameter(uint32_t address, int64_t bias, int64_t significand, int64_t shift) {
        uint32_t words[spec::parameter_bytes / 4] = {};
        spec::set(words, spec::parameter::bias, bias);
        spec::set(words, spec::parameter::significand, significand);
        spec::set(words, spec::parameter::shift, shift);
        for (uint32_t i = 0; i < spec::parameter_bytes; ++i) {
            state.memory.bytes[address + i] = static_cast<uint8_t>(words[i / 4] >> (i % 4 * 8));
        }
    }

    golden::Outcome run(const std::vector<spec::CommandWords>& program) {
        for (size_t i = 0; i < program.size() * spec::command_bytes; ++i) {
            const uint32_t word = program[i / spec::command_bytes][i % spec::command_bytes / 4];
            state.memory.bytes[program_address + i] = static_cast<uint8_t>(word >> (i % 4 * 8));
        }
        registers.program_length = static_cast<uint32_t>(program.size());
        return golden::interpret(state, registers);
    }

    int memory(uint32_t address) const { return static_cast<int8_t>(state.memory.bytes[address]); }
    std::vector<int> memory(uint32_t address, uint32_t count) const {
        std::vector<int> values;
        for (uint32_t i = 0; i < count; ++i) {
            values.push_back(memory(address + i));
        }
        return values;
    }

    golden::State state;
    golden::ProgramRegisters registers;
};

}  // namespace napier::test
