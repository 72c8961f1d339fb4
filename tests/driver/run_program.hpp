#pragma once
// A compiled program before the static check and on the golden interpreter.

#include "driver/compile/program.hpp"
#include "sw/golden/layer.hpp"
#include "sw/spec/spec.hpp"

namespace napier::test {

// What the static check says about a compiled program, given its input and constants.
std::vector<std::string> check_statically(const driver::Program& program, const spec::Machine& machine);

// Requires that the static check passes, that the interpreter runs the program without an error and that every tensor
// it keeps is the expected one.
void check_program(const driver::Program& program, const spec::Machine& machine, const golden::TensorValues& input,
                   const std::vector<golden::TensorValues>& expected);

}  // namespace napier::test
