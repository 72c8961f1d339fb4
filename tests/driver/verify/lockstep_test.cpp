// Does the comparison of two runs see a difference in anything that it promises to compare?

#include "driver/verify/lockstep.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <functional>

#include "driver/verify/program_generator.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {
namespace {

using driver::DeviceRecord;
using driver::TestProgram;

const spec::Machine& machine = spec::find_machine("odd");

// The first random program with two commands and more of every engine.
TestProgram whole_program() {
    for (uint64_t seed = 1;; ++seed) {
        TestProgram program = driver::random_program(machine, seed);
        std::array<int, sim::engine_count + 1> commands{};
        for (const auto& words : program.commands) ++commands[size_t(spec::get(words, spec::common::opcode))];
        if (commands[1] > 1 && commands[2] > 1 && commands[3] > 1) return program;
    }
}

DeviceRecord record_of(const TestProgram& program) {
    driver::DeviceConfig config;
    config.memory.size = driver::page_bytes;
    return driver::run(*driver::make_device("sim", machine, config), program, 2'000'000);
}

struct Fixture {
    TestProgram program = whole_program();
    DeviceRecord left = record_of(program);

    // The sentence about a run that is changed in one thing, with the change on either side.
    std::string sentence(const std::function<void(DeviceRecord&)>& change) {
        DeviceRecord right = left;
        right.device = "other";
        change(right);
        const std::string text = driver::first_difference(left, right, program).value_or("");
        CHECK(driver::first_difference(right, left, program).has_value() == !text.empty());
        return text;
    }
    std::string golden_sentence(const std::function<void(DeviceRecord&)>& change) {
        DeviceRecord record = left;
        change(record);
        return driver::difference_from_golden(record, program).value_or("");
    }
};

// The trace with one event of an engine changed.
sim::CommandTrace changed(const sim::CommandTrace& trace, sim::Engine engine, size_t place,
                          const std::function<void(sim::CommandEvent&)>& change) {
    sim::CommandTrace result;
    for (int e = 0; e < sim::engine_count; ++e) {
        const auto& events = trace.of(sim::Engine(e));
        for (size_t i = 0; i < events.size(); ++i) {
            sim::CommandEvent event = events[i];
            if (sim::Engine(e) == engine && i == place) change(event);
            result.start(event.engine, event.index, event.start);
            if (event.end != sim::never) result.end(event.engine, event.end);
        }
    }
    return result;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "Equal runs do not differ, and the golden model agrees") {
    CHECK(sentence([](DeviceRecord&) {}).empty());
    CHECK(golden_sentence([](DeviceRecord&) {}).empty());
}

TEST_CASE_METHOD(Fixture, "One cycle, one command or one number more is a difference") {
    using Catch::Contains;
    for (int e = 0; e < sim::engine_count; ++e) {
        const auto engine = sim::Engine(e);
        const size_t last = left.trace.of(engine).size() - 1;
        const auto text = [&](const std::function<void(sim::CommandEvent&)>& change) {
            return sentence([&](DeviceRecord& run) { run.trace = changed(run.trace, engine, last, change); });
        };
        CHECK_THAT(text([](sim::CommandEvent& event) { ++event.start; }), Contains("starts in cycle"));
        CHECK_THAT(text([](sim::CommandEvent& event) { ++event.end; }), Contains("ends in cycle"));
        CHECK_THAT(text([](sim::CommandEvent& event) { event.end = sim::never; }), Contains("ends in cycle"));
        CHECK_FALSE(text([](sim::CommandEvent& event) { ++event.index; }).empty());
        CHECK_THAT(sentence([&](DeviceRecord& run) { run.trace.start(engine, 0, 99999); }),
                   Contains("starts in cycle"));
    }
    CHECK_THAT(sentence([](DeviceRecord& run) { run.error_code ^= 1; }), Contains("error code"));
    CHECK_THAT(sentence([](DeviceRecord& run) { run.error_command ^= 1; }), Contains("error command"));
    CHECK_THAT(sentence([](DeviceRecord& run) { run.error_address ^= 1; }), Contains("error address"));
    CHECK_THAT(sentence([](DeviceRecord& run) { run.interrupted = false; }), Contains("interrupt"));
    CHECK_THAT(sentence([](DeviceRecord& run) { run.status ^= 1; }), Contains("status"));
    CHECK_THAT(sentence([](DeviceRecord& run) { ++run.interrupt_cycle; }), Contains("interrupt comes in cycle"));
    CHECK_THAT(sentence([](DeviceRecord& run) { run.violations = {"valid fell"}; }), Contains("valid fell"));
    for (const spec::CounterRegister& counter : spec::counters) {
        const size_t i = (counter.offset - spec::reg_counters) / 4;
        CHECK_THAT(sentence([&](DeviceRecord& run) { ++run.counters[i]; }), Contains(counter.name));
    }
}

TEST_CASE_METHOD(Fixture, "The earliest of several differences in time is named") {
    const auto start = [](sim::CommandEvent& event) { ++event.start; };
    const std::string text = sentence([&](DeviceRecord& run) {
        run.trace = changed(run.trace, sim::Engine::store, run.trace.of(sim::Engine::store).size() - 1, start);
        run.trace = changed(run.trace, sim::Engine::load, 0, start);
    });
    CHECK_THAT(text, Catch::Contains("Command 0 (load 0) starts"));
}

TEST_CASE_METHOD(Fixture, "One bit of memory is a difference, unless the program has hazards") {
    for (const size_t place : {size_t{0}, left.memory.size() / 2, left.memory.size() - 1}) {
        const auto flip = [&](DeviceRecord& run) { run.memory[place] ^= 0x80; };
        const std::string address = fmt::format("The byte at {:#x}", program.memory.base + place);
        CHECK_THAT(sentence(flip), Catch::Contains(address));
        CHECK_THAT(golden_sentence(flip), Catch::Contains(address));
    }
    CHECK_THAT(sentence([](DeviceRecord& run) { run.memory.pop_back(); }), Catch::Contains("The memory has"));
    program.hazard_free = false;
    CHECK(sentence([](DeviceRecord& run) { run.memory[0] ^= 1; }).empty());
    CHECK(golden_sentence([](DeviceRecord& run) { run.memory[0] ^= 1; }).empty());
}

TEST_CASE_METHOD(Fixture, "An end or an error that the golden model does not have is a difference") {
    CHECK_THAT(golden_sentence([](DeviceRecord& run) { run.status = 1u << spec::status_busy_bit; }),
               Catch::Contains("did not end"));
    CHECK_THAT(golden_sentence([](DeviceRecord& run) { run.error_code = uint32_t(spec::ErrorCode::alignment); }),
               Catch::Contains("The error is"));
    program.commands[1][0] = 0;  // no opcode
    std::copy_n(reinterpret_cast<const uint8_t*>(program.commands.data()),
                program.commands.size() * spec::command_bytes,
                program.bytes.begin() + program.program_address - program.memory.base);
    CHECK_THAT(golden_sentence([](DeviceRecord&) {}), Catch::Contains("The error is 0"));
    left = record_of(program);
    CHECK(golden_sentence([](DeviceRecord&) {}).empty());
    CHECK_THAT(golden_sentence([](DeviceRecord& run) { ++run.error_command; }), Catch::Contains("The error is"));
    CHECK_THAT(golden_sentence([](DeviceRecord& run) { ++run.error_address; }), Catch::Contains("The error is"));
}

}  // namespace napier::test
