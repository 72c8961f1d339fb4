#pragma once
// What every compilation ends with: constants and commands take their places in memory.

#include <vector>

#include "driver/compile/draft.hpp"
#include "driver/compile/options.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

// Error (usage): the memory base is no page.
void require_page(uint32_t memory_base);

// Writes name, machine and identity into the program.
void name_program(Program& program, const std::string& model, const spec::Machine& machine);

// Chooses the addresses of constants and program behind the tensors, which take [base, end) of memory, and the window
// of writes. Error (capacity): it is too large for the machine.
void place_constants(Program& program, const spec::Machine& machine, int64_t base, int64_t end);

// Orders the steps' commands, adds their tokens and appends them, as a part of the program: no token is left over.
// Error (capacity): a field holds more than the machine keeps.
void append_part(Program& program, const spec::Machine& machine, const std::vector<Step>& steps);

// Chooses the window of reads when all commands are there. Error (capacity): as above.
void close_program(Program& program, const spec::Machine& machine);

// Both, of a program of one part.
void append_commands(Program& program, const spec::Machine& machine, const std::vector<Step>& steps);

}  // namespace napier::driver
