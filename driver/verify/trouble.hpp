#pragma once
// Things that go wrong: programs with an error, buses that fail.

#include "driver/verify/random.hpp"
#include "driver/verify/test_program.hpp"

namespace napier::driver {

// Puts one fault into a legal program: a wrong field, a narrower window, a failing or dead bus, a watchdog that is too
// short. The machine may or may not run into it; if it does, it stops with an error.
void add_trouble(TestProgram& program, const spec::Machine& machine, Random& random);

}  // namespace napier::driver
