// Does the compute side give the golden model's bytes, and does its twin give bytes, cycles and counters of the RTL,
// for any commands, one after the other without a gap?

#include <catch2/catch.hpp>

#include "tests/rtl/array/compute_bench.hpp"
#include "tests/rtl/array/compute_twin.hpp"
#include "tests/rtl/array/random_exec.hpp"

namespace napier::test {

namespace {

using Commands = std::vector<spec::CommandWords>;
using Events = std::vector<ComputeBench::Event>;

void copy(golden::Buffer& from, sim::Buffer& to) {
    for (int word = 0; word < to.words(); ++word) {
        for (int byte = 0; byte < to.word_bytes(); ++byte) {
            to.word(word)[byte] = from.read({static_cast<uint32_t>(word), static_cast<uint32_t>(byte)});
        }
    }
}

// What the twin says of the commands, started in the cycles in which the RTL started them.
void run_twin(ComputeTwin& twin, ComputeBench& bench, const Commands& commands, const Events& events) {
    for (const spec::load::Target target : {spec::load::Target::activation, spec::load::Target::weight,
                                            spec::load::Target::parameter, spec::load::Target::residual,
                                            spec::load::Target::palette, spec::load::Target::table}) {
        copy(bench.state.target(target), twin.buffers.of(target));
    }
    for (size_t i = 0; i < commands.size() && events[i].start != ComputeBench::never; ++i) {
        REQUIRE(twin.start(events[i].start, static_cast<uint32_t>(i), commands[i]));
    }
    twin.finish();
}

void require_same_time(const ComputeTwin& twin, const ComputeBench& bench, const Events& events) {
    std::vector<uint64_t> ends;
    for (const ComputeBench::Event& event : events) {
        if (event.end != ComputeBench::never) ends.push_back(event.end);
    }
    REQUIRE(twin.ends == ends);
    REQUIRE(twin.counters[spec::counter_passes] == bench.counts.passes);
    REQUIRE(twin.counters[spec::counter_array_cycles] == bench.counts.array_cycles);
    REQUIRE(twin.counters[spec::counter_post_cycles] == bench.counts.post_cycles);
    REQUIRE(twin.counters[spec::counter_exec_busy] == bench.counts.busy);
    REQUIRE(twin.failure.seen == bench.fault.seen);
    REQUIRE(twin.failure.cycle == bench.fault.cycle);
    REQUIRE(twin.failure.code == bench.fault.code);
    REQUIRE(twin.failure.address == bench.fault.address);
    REQUIRE(twin.failure.command == bench.fault.command);
}

// With the next command always at hand, each starts as soon as the twin says it can.
void require_prompt_starts(const ComputeTwin& twin, const Events& events) {
    for (size_t i = 1; i < events.size() && events[i].start != ComputeBench::never; ++i) {
        INFO("command " << i);
        REQUIRE(events[i].start == std::max(twin.accepts_at.at(i - 1), twin.pops.at(i - 1) + 1));
    }
}

void require_same_outputs(ComputeBench& bench, const ComputeTwin& twin) {
    for (int word = 0; word < bench.machine.output_words; ++word) {
        for (int column = 0; column < bench.machine.columns; ++column) {
            const golden::BufferPosition position{static_cast<uint32_t>(word), static_cast<uint32_t>(column)};
            if (!bench.state.output.written(position)) continue;
            INFO("output word " << word << " column " << column);
            const int expected = bench.state.output.read(position);
            REQUIRE(int(bench.output(position.word, position.byte)) == expected);
            REQUIRE(int(twin.buffers.output.word(word)[column]) == expected);
        }
    }
}

void run_round(uint64_t seed, const ComputeBench::Traffic& traffic, bool short_tiles = false) {
    INFO("seed " << seed);
    ComputeBench bench(spec::find_machine(NAPIER_MACHINE), seed);
    ComputeTwin twin(bench.machine);
    Random random(seed + 1);
    bench.fill_buffers();
    const Commands commands = short_tiles ? random_short_tiles(bench.machine, random, 40)
                                          : random_tiles(bench.machine, random, 12);
    const Events events = bench.run(commands, traffic);
    REQUIRE_FALSE(bench.fault.seen);
    run_twin(twin, bench, commands, events);
    require_same_time(twin, bench, events);
    if (traffic.valid_percent == 100 && traffic.tokens_percent == 100) require_prompt_starts(twin, events);
    for (size_t i = 0; i < commands.size(); ++i) {
        REQUIRE(events[i].signal == spec::get(commands[i], spec::common::signal));
        bench.run_golden(commands[i], static_cast<uint32_t>(i));
    }
    require_same_outputs(bench, twin);
}

// Some commands with one field set to anything: most of them fail.
void run_broken_round(uint64_t seed) {
    INFO("seed " << seed);
    ComputeBench bench(spec::find_machine(NAPIER_MACHINE), seed);
    ComputeTwin twin(bench.machine);
    Random random(seed + 1);
    bench.fill_buffers();
    Commands commands = random_tiles(bench.machine, random, 4);
    const std::vector<spec::Field> fields(std::begin(spec::exec::fields), std::end(spec::exec::fields));
    const spec::Field field = random.pick(fields);
    const int64_t low = field.is_signed ? -(int64_t{1} << (field.width - 1)) : 0;
    const int64_t small = std::min<int64_t>(120, (int64_t{1} << (field.width - 1)) - 1);
    const int64_t value = random.chance(50) ? random.between(0, small)
                                            : random.between(low, low + (int64_t{1} << field.width) - 1);
    const size_t which = static_cast<size_t>(random.between(0, static_cast<int64_t>(commands.size()) - 1));
    INFO("command " << which << " " << field.name << " = " << value);
    // Fetch lets no bit through that the machine does not keep, but where it wraps.
    const int64_t kept = field.wraps ? value : value & spec::kept_mask(bench.machine, field);
    spec::set(commands[which], field, field.is_signed ? value : kept);
    const Events events = bench.run(commands, {random.chance(50) ? 100 : 20, random.chance(50) ? 100 : 20});
    run_twin(twin, bench, commands, events);
    require_same_time(twin, bench, events);
}

}  // namespace

TEST_CASE("commands back to back") {
    for (uint64_t seed = 0; seed < 60; ++seed) run_round(seed, {});
}

TEST_CASE("formats, tables and scales that change while the weights before still enter") {
    for (uint64_t seed = 700; seed < 730; ++seed) run_round(seed, {}, true);
}

TEST_CASE("commands that come and start late") {
    for (uint64_t seed = 100; seed < 130; ++seed) run_round(seed, {20, 10});
}

TEST_CASE("commands with a fault") {
    for (uint64_t seed = 200; seed < 600; ++seed) run_broken_round(seed);
}

}  // namespace napier::test
