#pragma once
// The meaning of the instruction set: runs a program command after command, in plain loops, without time or queues.
// Contract: docs/architecture.md, Commands and Legality.

#include <cstdint>
#include <string>

#include "sw/golden/interpreter/state.hpp"
#include "sw/spec/spec.hpp"

namespace napier::golden {

// How a program ended. Of a program error (what the machine cannot see: results that depend on bytes never written,
// tokens never given, tiles opened twice) `program_error` is a sentence and `command` the index; the code is none.
struct Outcome {
    spec::ErrorCode code = spec::ErrorCode::none;
    uint32_t address = 0;  // as the register error_address; for a bus error the first byte nobody answers
    uint32_t command = 0;  // as the register error_command
    std::string program_error;

    bool success() const { return code == spec::ErrorCode::none && program_error.empty(); }
};

// The values of the registers of the same names.
struct ProgramRegisters {
    uint32_t program_address = 0;  // byte address
    uint32_t program_length = 0;   // commands
    uint32_t read_base = 0, read_limit = 0, write_base = 0, write_limit = 0;  // pages of 4 KiB
};

// Runs the program on the state's memory and buffers. After an error both are as far as the program came.
Outcome interpret(State& state, const ProgramRegisters& registers);

}  // namespace napier::golden
