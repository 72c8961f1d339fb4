// Does a reset in any cycle of a run leave the RTL and the simulator alike and whole?

#include <catch2/catch.hpp>

#include "tests/lockstep/hand.hpp"

using namespace napier;
using namespace napier::test;

TEST_CASE("a soft reset in every cycle of a run", "[odd]") {
    const spec::Machine& machine = spec::find_machine("odd");
    Pair pair(machine);
    const driver::TestProgram job = known_answer(machine);
    REQUIRE(pair.difference(job) == "");
    const uint64_t cycles = pair.record.interrupt_cycle;
    for (uint64_t cycle = 1; cycle <= cycles + 1; ++cycle) {
        CAPTURE(cycle);
        const driver::DeviceRecord rtl = reset_in(*pair.rtl, job, cycle), sim = reset_in(*pair.sim, job, cycle);
        REQUIRE(driver::first_difference(rtl, sim, job).value_or("") == "");
        REQUIRE(rtl.status == 0);
        if (cycle % 16 == 0) REQUIRE(pair.difference(job) == "");
    }
    REQUIRE(pair.difference(job) == "");
}

TEST_CASE("a hard reset in the middle of a run") {
    const spec::Machine& machine = spec::find_machine("tiny");
    Pair pair(machine);
    const driver::TestProgram job = known_answer(machine);
    for (uint64_t cycle = 10; cycle < 2000; cycle = cycle * 5 / 4) {
        for (driver::Device* device : {pair.rtl.get(), pair.sim.get()}) {
            driver::start(*device, job);
            device->wait_interrupt(cycle);
            device->reset();
        }
        REQUIRE(pair.difference(job) == "");
    }
}

TEST_CASE("whatever the registers and memories hold at power-up") {
    for (const char* name : {"tiny", "odd"}) {
        const spec::Machine& machine = spec::find_machine(name);
        const driver::TestProgram job = known_answer(machine);
        for (uint64_t seed = 1; seed <= 20; ++seed) {
            CAPTURE(name, seed);
            Pair pair(machine, seed);
            REQUIRE(pair.difference(job) == "");
        }
    }
}
