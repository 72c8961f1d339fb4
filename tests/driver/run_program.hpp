#pragma once
// A compiled program before the static check and on the golden interpreter.

#include <functional>

#include "driver/compile/program.hpp"
#include "sw/golden/layer.hpp"
#include "sw/spec/spec.hpp"

namespace napier::test {

// What the static check says about a compiled program, given its input and constants.
std::vector<std::string> check_statically(const driver::Program& program, const spec::Machine& machine);

// What is wrong with a compiled program: the static check, an error of the interpreter, or the first tensor it keeps
// that is not the expected one. Empty if nothing is.
std::string difference_of_program(const driver::Program& program, const spec::Machine& machine,
                                  const golden::TensorValues& input,
                                  const std::vector<golden::TensorValues>& expected);

// Requires that nothing is.
void check_program(const driver::Program& program, const spec::Machine& machine, const golden::TensorValues& input,
                   const std::vector<golden::TensorValues>& expected);

// True if the program, changed, does not come back from its file. change: of it and its first step of the host.
bool is_refused_with(driver::Program program,
                     const std::function<void(driver::Program&, driver::HostStep&)>& change);

}  // namespace napier::test
