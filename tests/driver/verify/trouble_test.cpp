// Can any command of any machine be spoiled, and does a random program of any machine come to its end?

#include <catch2/catch.hpp>

#include "driver/verify/program_generator.hpp"
#include "driver/verify/trouble.hpp"
#include "sw/spec/machine.hpp"

using namespace napier;
using namespace napier::driver;

TEST_CASE("every field of every machine's commands can be spoiled") {
    for (const spec::Machine& machine : spec::machines) {
        INFO(machine.name);
        for (uint64_t seed = 0; seed < 3; ++seed) {
            const TestProgram whole = random_program(machine, seed);
            Random random(seed, machine.name);
            size_t changed = 0;
            for (int i = 0; i < 1000; ++i) {
                TestProgram program = whole;
                REQUIRE_NOTHROW(add_trouble(program, machine, random));
                changed += program.commands != whole.commands;
            }
            REQUIRE(changed > 100);
        }
    }
}
