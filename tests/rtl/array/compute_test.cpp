// Does the compute side give the golden model's bytes, for any commands, one after the other without a gap?

#include <catch2/catch.hpp>

#include "tests/rtl/array/compute_bench.hpp"
#include "tests/rtl/array/random_exec.hpp"

namespace napier::test {

namespace {

void require_same_outputs(ComputeBench& bench) {
    for (int word = 0; word < bench.machine.output_words; ++word) {
        for (int column = 0; column < bench.machine.columns; ++column) {
            const golden::BufferPosition position{static_cast<uint32_t>(word), static_cast<uint32_t>(column)};
            if (!bench.state.output.written(position)) continue;
            INFO("output word " << word << " column " << column);
            REQUIRE(int(bench.output(position.word, position.byte)) == int(bench.state.output.read(position)));
        }
    }
}

void run_round(uint64_t seed, const ComputeBench::Traffic& traffic) {
    INFO("seed " << seed);
    ComputeBench bench(spec::find_machine(NAPIER_MACHINE), seed);
    Random random(seed + 1);
    bench.fill_buffers();
    const std::vector<spec::CommandWords> commands = random_tiles(bench.machine, random, 12);
    const std::vector<ComputeBench::Event> events = bench.run(commands, traffic);
    REQUIRE_FALSE(bench.fault.seen);
    for (size_t i = 0; i < commands.size(); ++i) {
        REQUIRE(events[i].signal == spec::get(commands[i], spec::common::signal));
        bench.run_golden(commands[i], static_cast<uint32_t>(i));
    }
    require_same_outputs(bench);
}

}  // namespace

TEST_CASE("commands back to back give the golden bytes") {
    for (uint64_t seed = 0; seed < 60; ++seed) run_round(seed, {});
}

TEST_CASE("commands that come and start late give the golden bytes") {
    for (uint64_t seed = 100; seed < 130; ++seed) run_round(seed, {20, 10});
}

}  // namespace napier::test
