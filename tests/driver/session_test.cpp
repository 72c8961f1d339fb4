// Does a session run a program, and say in a sentence what stops it?

#include "driver/session/session.hpp"

#include <catch2/catch.hpp>

#include "driver/session/compare.hpp"
#include "driver/session/layer_times.hpp"
#include "tests/driver/session_fixture.hpp"
#include "tests/support/sentence.hpp"

namespace napier::test {
namespace {

using driver::Program;
using driver::Session;

}  // namespace

TEST_CASE_METHOD(SessionFixture, "A session gives every tensor of a model, run after run") {
    Session session(device, program);
    for (int run = 0; run < 2; ++run) {
        session.run(input);
        const std::vector<golden::TensorValues> expected = golden::run_model(model, input);
        for (size_t i = 0; i < expected.size(); ++i) CHECK(session.tensor(static_cast<int>(i)) == expected[i]);
        CHECK(session.output() == expected[model.output.tensor]);
        input = random_values(random, model.tensors[model.input.tensor]);
    }
}

TEST_CASE_METHOD(SessionFixture, "A program for another machine or description is refused") {
    Program other = program;
    other.identity ^= 1;
    CHECK_THAT(sentence_of([&] { Session(device, other); }), Catch::Contains("has identity"));
    other = program;
    ++other.version;
    CHECK_THAT(sentence_of([&] { Session(device, other); }), Catch::Contains("of the description"));
}

TEST_CASE_METHOD(SessionFixture, "An input of another size is refused") {
    Session session(device, program);
    input.push_back(0);
    CHECK_THAT(sentence_of([&] { session.run(input); }), Catch::Contains("give one image"));
}

TEST_CASE_METHOD(SessionFixture, "An error of the machine becomes a sentence with code, address, command and layer") {
    spec::set(program.commands[0], spec::load::length, 0);
    const std::string text = sentence_of([&] { Session(device, program).run(input); });
    CHECK_THAT(text, Catch::Contains("zero_count") && Catch::Contains("command 0 (load: weights of layer 'layer0'"));
    program.write_window.limit = program.write_window.base;
    program.commands = driver::compile(model, machine, driver::CompileOptions::keeping_tensors()).commands;
    Session second(device, program);
    CHECK_THAT(sentence_of([&] { second.run(input); }),
               Catch::Contains("write_window") && Catch::Contains("(store: output"));
}

TEST_CASE_METHOD(SessionFixture, "A device that hangs or breaks the bus is reported") {
    Session session(device, program);
    device.broken_rules = {"valid fell before ready"};
    CHECK_THAT(sentence_of([&] { session.run(input); }), Catch::Contains("broke 1 rules of the bus"));
    device.hangs = true;
    CHECK_THAT(sentence_of([&] { session.run(input); }), Catch::Contains("has not finished after"));
}

TEST_CASE_METHOD(SessionFixture, "Tensors whose memory is reused cannot be read") {
    const Program reusing = driver::compile(model, machine);
    int reused = 0;
    for (size_t i = 0; i < reusing.tensors.size(); ++i) {
        if (reusing.tensors[i].kept) continue;
        ++reused;
        Session session(device, reusing);
        CHECK_THAT(sentence_of([&] { session.tensor(static_cast<int>(i)); }), Catch::Contains("was reused"));
    }
    CHECK(reused > 0);
}

TEST_CASE_METHOD(SessionFixture, "The first difference of two runs is named") {
    Session session(device, program);
    driver::RunRecord left = driver::record_run(session, program, input);
    left.times.commands.resize(program.commands.size());
    driver::RunRecord right = left;
    right.who = "other";
    CHECK(!driver::first_difference(program, left, right));
    right.memory.pop_back();
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("The memory has"));
    CHECK_THAT(*driver::first_difference(program, right, left), Catch::Contains("The memory has"));
    right.memory = left.memory;
    right.memory.back() ^= 1;
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("of memory is"));
    ++right.times.counters[spec::counter_passes];
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("Counter passes is 0 in golden and 1"));
    right.times.commands.pop_back();
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("knows the times of"));
    right.times.commands = left.times.commands;
    right.times.commands[3].end = 9;
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("is command 3 (") &&
               Catch::Contains("golden runs it in cycles 0 to 0, other in 0 to 9"));
    right.tensors[program.layers[1].output][0] ^= 1;
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("Layer 'layer1', tensor"));
    right.tensors[program.layers[0].output].back() ^= 1;
    CHECK_THAT(*driver::first_difference(program, left, right), Catch::Contains("Layer 'layer0', tensor"));
}

TEST_CASE_METHOD(SessionFixture, "Layers share the cycles of a run without counting any twice") {
    driver::RunTimes times;
    times.commands.resize(program.commands.size());
    uint64_t last = 0;
    for (size_t i = 0; i < times.commands.size(); ++i) {
        const uint64_t start = static_cast<uint64_t>(random.number(0, 1000));
        times.commands[i] = {start, start + 50};
        last = std::max(last, start + 50);
    }
    uint64_t sum = 0, bytes = 0;
    for (const driver::LayerTimes& layer : driver::layer_times(program, machine, times)) {
        sum += layer.cycles;
        bytes += layer.read_bytes;
    }
    CHECK(sum == last);
    CHECK(bytes > program.commands.size() * spec::command_bytes + program.constants.size() / 2);
}

TEST_CASE("Layers together use the array as much as each in its cycles, whatever peaks their formats have") {
    driver::LayerTimes convolution, addition;
    convolution.cycles = 300, convolution.utilization = 0.75;
    addition.cycles = 100, addition.utilization = 0.25;
    CHECK(driver::utilization(std::vector{convolution, addition}) == 0.625);
    CHECK(driver::utilization({}) == 0);
}

}  // namespace napier::test
