#pragma once
// A program on the golden interpreter.

#include "driver/compile/program.hpp"
#include "sw/golden/layer.hpp"
#include "sw/spec/spec.hpp"

namespace napier::test {

// Requires that the interpreter runs the program without an error and that every tensor it keeps is the expected one.
void check_program(const driver::Program& program, const spec::Machine& machine, const golden::TensorValues& input,
                   const std::vector<golden::TensorValues>& expected);

}  // namespace napier::test
