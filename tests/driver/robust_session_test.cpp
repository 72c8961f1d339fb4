// Does a session see that a device is not what it seems, and say so in a sentence?

#include <catch2/catch.hpp>

#include <thread>

#include "driver/session/checksums.hpp"
#include "driver/session/session.hpp"
#include "tests/driver/session_fixture.hpp"

namespace napier::test {
namespace {

using driver::Cause;
using driver::Program;
using driver::Session;

struct Failure {
    Cause cause = Cause::identity;
    std::string sentence;
};

Failure failure_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const driver::DeviceError& error) {
        return {error.cause(), error.what()};
    }
    return {Cause::identity, "nothing went wrong"};
}

void check(const Failure& failure, Cause cause, const std::string& words) {
    CHECK_THAT(failure.sentence, Catch::Contains(words));
    CHECK(failure.cause == cause);
}

std::unique_ptr<driver::Device> loaded(const spec::Machine& machine, const Program& program) {
    driver::DeviceConfig config;
    config.memory = driver::memory_for(program, {});
    return driver::make_device("sim", machine, config);
}

}  // namespace

TEST_CASE_METHOD(SessionFixture, "A device that answers all ones is told apart from another machine") {
    device.answers = [](uint32_t, uint32_t) { return ~0u; };
    check(failure_of([&] { Session(device, program); }), Cause::unreachable, "check that it has power");
}

TEST_CASE_METHOD(SessionFixture, "A device that stays busy after every reset is unreachable") {
    device.answers = [](uint32_t offset, uint32_t value) { return offset == spec::reg_status ? 1 : value; };
    check(failure_of([&] { Session(device, program); }), Cause::unreachable, "is not idle after a reset");
}

TEST_CASE_METHOD(SessionFixture, "A register that does not keep what is written is named") {
    for (uint32_t offset : {spec::reg_program_address, spec::reg_program_length, spec::reg_read_limit,
                            spec::reg_write_limit, spec::reg_watchdog}) {
        device.lost_write = offset;
        check(failure_of([&] { Session(device, program).run(input); }), Cause::setting, "in register '");
    }
}

TEST_CASE_METHOD(SessionFixture, "A start that is lost is no run") {
    Session session(device, program);
    device.lost_write = spec::reg_control;
    check(failure_of([&] { session.run(input); }), Cause::stopped, "the start was lost");
}

TEST_CASE_METHOD(SessionFixture, "Memory that does not hold what is written is named") {
    device.bad_address = program.constants_address;
    check(failure_of([&] { Session(device, program); }), Cause::memory, "of the constants was written");
    device.bad_address = program.program_address + 1;
    check(failure_of([&] { Session(device, program); }), Cause::memory, "of the program was written");
    device.bad_address = ~0u;
    Session session(device, program);
    device.bad_address = program.tensors[program.input.tensor].address;
    check(failure_of([&] { session.run(input); }), Cause::memory, "of the input was written");
}

TEST_CASE_METHOD(SessionFixture, "Done after fewer commands is not done") {
    Session session(device, program);
    device.answers = [](uint32_t offset, uint32_t value) {
        return offset == spec::counters[spec::counter_commands].offset ? value - 1 : value;
    };
    check(failure_of([&] { session.run(input); }), Cause::completion, "its number of commands");
}

TEST_CASE_METHOD(SessionFixture, "A caller gives a run up, and the next one works") {
    std::atomic<bool> cancelled = true;
    driver::SessionOptions options;
    options.cancelled = &cancelled;
    Session session(device, program, options);
    device.hangs = true;
    check(failure_of([&] { session.run(input); }), Cause::cancelled, "was told to give up");
    device.hangs = false;
    session.run(input);
    CHECK(session.output() == expected());
}

TEST_CASE_METHOD(SessionFixture, "Two threads want one device: the second is told who has it") {
    driver::SessionOptions options;
    options.holder = "the first thread";
    std::optional<Session> session(std::in_place, device, program, options);
    Failure failure;
    std::thread([&] { failure = failure_of([&] { Session(device, program); }); }).join();
    check(failure, Cause::occupied, "is in use by the first thread; end that session first");
    session.reset();
    std::thread([&] { failure = failure_of([&] { Session(device, program).run(input); }); }).join();
    CHECK(failure.sentence == "nothing went wrong");
}

TEST_CASE_METHOD(SessionFixture, "A device with too little memory is refused, and nothing of the program is loaded") {
    driver::DeviceConfig config;
    config.memory = driver::memory_for(program, {});
    config.memory.size -= 1;
    const auto small = driver::make_device("sim", machine, config);
    CHECK_THROWS_WITH(Session(*small, program), Catch::Contains("give the device more memory"));
    std::vector<uint8_t> bytes(config.memory.size);
    small->read_memory(config.memory.base, bytes);
    CHECK(bytes == std::vector<uint8_t>(bytes.size()));
}

TEST_CASE_METHOD(SessionFixture, "A session attaches to a device that another left in the middle of a run") {
    const auto left = loaded(machine, program);
    Session(*left, program).run(input);
    for (uint64_t cycles : {0, 10, 500, 2000}) {
        left->write_register(spec::reg_control, 1u << spec::control_start_bit);
        left->wait_interrupt(cycles);
        Session session(*left, program);
        session.run(input);
        CHECK(session.output() == expected());
    }
}

TEST_CASE("A session with its traffic checked") {
    SessionFixture odd("odd");
    driver::SessionOptions options;
    options.check = driver::Check::traffic;
    const auto device = loaded(odd.machine, odd.program);
    {
        Session session(*device, odd.program, options);
        session.run(odd.input);
        CHECK(session.output() == odd.expected());
        // What was checked is what is given: not what stands there later.
        const uint8_t other[1] = {0x77};
        device->write_memory(odd.program.tensors[odd.model.output.tensor].address, other);
        CHECK(session.output() == odd.expected());
    }
    SessionFixture tiny;
    CHECK_THROWS_WITH(Session(tiny.device, tiny.program, options), Catch::Contains("has no checksums"));
    const Program reusing = driver::compile(odd.model, odd.machine);
    if (!driver::memory_tells_traffic(reusing)) {
        CHECK_THROWS_WITH(Session(*device, reusing, options), Catch::Contains("compile with keep_tensors"));
    }
}

TEST_CASE("A constant that changes in the device's memory is noticed") {
    SessionFixture odd("odd");
    driver::SessionOptions options;
    options.check = driver::Check::traffic;
    const auto device = loaded(odd.machine, odd.program);
    Session session(*device, odd.program, options);
    const uint8_t other[1] = {uint8_t(odd.program.constants[0] ^ 1)};
    device->write_memory(odd.program.constants_address, other);
    check(failure_of([&] { session.run(odd.input); }), Cause::checksum, "changed or lost on the bus");
}

TEST_CASE("Each word of a completion is compared") {
    SessionFixture odd("odd");
    const auto device = loaded(odd.machine, odd.program);
    driver::SessionOptions options;
    options.check = driver::Check::traffic;
    const std::pair<uint32_t, Cause> words[] = {{spec::reg_completed_job, Cause::completion},
                                                {spec::reg_fetch_checksum, Cause::completion},
                                                {spec::reg_load_checksum, Cause::checksum},
                                                {spec::reg_store_checksum, Cause::checksum}};
    for (const auto& [offset, cause] : words) {
        // The golden device has no checksums: it gives those that the simulator gave.
        Session(*device, odd.program, options).run(odd.input);
        odd.device.answers = [&, offset = offset](uint32_t asked, uint32_t value) {
            if (asked < spec::reg_completed_job) return value;
            return device->read_register(asked) ^ uint32_t(asked == offset);
        };
        INFO(offset);
        CHECK(failure_of([&] { Session(odd.device, odd.program, options).run(odd.input); }).cause == cause);
    }
}

}  // namespace napier::test
