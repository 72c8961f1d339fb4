// Do products of two activations, and the host's work between them, give the golden tensors?

#include <catch2/catch.hpp>

#include <algorithm>
#include <climits>

#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/device/sim_device.hpp"
#include "driver/session/compare.hpp"
#include "driver/session/host_work.hpp"
#include "driver/session/layer_times.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/attention_model.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

driver::CompileOptions random_options(Random& random) {
    driver::CompileOptions options;
    options.keep_tensors = random.chance(50);
    if (random.chance(40)) options.tuning.columns_outer = random.chance(50);
    if (random.chance(40)) options.tuning.most_pixels = random.number(1, 40);
    return options;
}

void check_models(const char* name, int count, const AttentionOptions& shape) {
    const spec::Machine& machine = spec::find_machine(name);
    for (int seed = 1; seed <= count; ++seed) {
        Random random(seed);
        const Model model = attention_model(random, shape);
        golden::validate(model);
        INFO(name << ", seed " << seed << "\n" << describe(model));
        const driver::Program program = driver::compile(model, machine, random_options(random));
        const golden::TensorValues input = random_inputs(random, model);
        const driver::RunRecord golden = driver::record_golden(model, program, input);
        check_program(program, machine, input, golden.tensors);
        const Model own = driver::for_machine(model, machine);
        golden::validate(own);
        REQUIRE(driver::for_machine(own, machine).layers.size() == own.layers.size());
        REQUIRE(golden.tensors[size_t(model.output.tensor)] ==
                golden::run_model(model, input)[size_t(model.output.tensor)]);
    }
}

}  // namespace

TEST_CASE("Attention is golden on odd, whose weight words are wider than its columns") {
    check_models("odd", 60, {20, 4, 10});
}

TEST_CASE("Attention is golden on edge, with tokens that divide nothing") { check_models("edge", 25, {70, 3, 64}); }

TEST_CASE("Attention is golden on edge-int8") { check_models("edge-int8", 10, {40, 3, 40}); }

TEST_CASE("A session runs the parts, each on the time line behind the one before") {
    const spec::Machine& machine = spec::find_machine("edge");
    for (int seed = 1; seed <= 12; ++seed) {
        Random random(seed);
        const Model model = attention_model(random, {40, 3, 32});
        const driver::Program program = driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
        const golden::TensorValues input = random_inputs(random, model);
        driver::DeviceConfig config;
        config.memory = driver::memory_for(program, {});
        const auto device = driver::make_device("sim", machine, config);
        driver::SessionOptions options;
        options.check = driver::Check::traffic;
        driver::Session session(*device, program, options);
        const driver::RunRecord golden = driver::record_golden(model, program, input);
        const driver::RunRecord run = driver::record_run(session, program, input);
        INFO("seed " << seed << "\n" << describe(model));
        REQUIRE(driver::first_difference(program, golden, run).value_or("") == "");
        REQUIRE(run.times.host_milliseconds.size() == program.host.size());
        REQUIRE(program.host.size() >= 2);
        CHECK(run.times.counters[spec::counter_commands] == program.commands.size());
        const std::vector<driver::ProgramPart> parts = program.parts();
        uint64_t end = 0;
        for (const driver::ProgramPart& part : parts) {
            uint64_t last = end;
            for (uint32_t i = part.first; i < part.first + part.count; ++i) {
                CHECK(run.times.commands[i].start > end);
                last = std::max(last, run.times.commands[i].end);
            }
            end = last;
        }
        CHECK(end <= run.times.counters[spec::counter_cycles]);
        const std::vector<driver::LayerTimes> layers = driver::layer_times(program, machine, run.times);
        for (const driver::HostStep& step : program.host) CHECK(layers[size_t(step.layer)].cycles == 0);
    }
}

TEST_CASE("A byte that the host reads wrong between two parts is found by the checksums") {
    // Tells one byte wrong the first time that it is read.
    struct Liar : driver::SimDevice {
        using SimDevice::SimDevice;
        void read_memory(uint32_t address, std::span<uint8_t> bytes) override {
            SimDevice::read_memory(address, bytes);
            if (armed && address == lie) bytes[0] ^= 4, armed = false;
        }
        uint32_t lie = 0;
        bool armed = false;
    };
    const spec::Machine& machine = spec::find_machine("edge");
    Random random(4);
    const Model model = attention_model(random);
    const driver::Program program = driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
    driver::DeviceConfig config;
    config.memory = driver::memory_for(program, {});
    Liar device(machine, config);
    driver::SessionOptions options;
    options.check = driver::Check::traffic;
    driver::Session session(device, program, options);
    const golden::TensorValues input = random_inputs(random, model);
    session.run(input);
    const int read = program.layers[size_t(program.host.back().layer)].input;
    device.lie = program.tensors[size_t(read)].address;
    device.armed = true;
    CHECK_THROWS_WITH(session.run(input), Catch::Contains("bytes") && Catch::Contains("run again"));
    CHECK(!device.armed);
}

TEST_CASE("The work of the host is counted in elements and bytes") {
    int with_second = 0;
    for (int seed = 1; seed <= 12; ++seed) {
        Random random(seed);
        const Model model = attention_model(random);
        const driver::Program program = driver::compile(model, spec::find_machine("edge"));
        uint64_t elements = 0, bytes = 0;
        for (const Layer& layer : model.layers) {
            if (layer.host.function.empty()) continue;
            const Tensor& output = model.tensors[size_t(layer.output)];
            const uint64_t count = uint64_t(output.height) * uint64_t(output.width) * uint64_t(output.channels);
            elements += count;
            bytes += count * (layer.host.second >= 0 ? 3 : 2);
            if (layer.host.initial >= 0) bytes += uint64_t(output.channels);
            with_second += layer.host.second >= 0;
        }
        const driver::HostCount work = driver::host_work(program);
        CHECK(work.elements == elements);
        CHECK(work.read_bytes + work.write_bytes == bytes);
        CHECK(work.write_bytes == elements);
    }
    CHECK(with_second > 0);
}

TEST_CASE("A program file holds the host's steps and their tables") {
    for (int seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        const Model model = attention_model(random);
        const driver::Program program = driver::compile(model, spec::find_machine("edge"));
        const std::vector<uint8_t> bytes = driver::to_bytes(program);
        const driver::Program read = driver::program_from_bytes(bytes, "test");
        CHECK(driver::to_bytes(read) == bytes);
        const golden::TensorValues input = random_inputs(random, model);
        const driver::RunRecord golden = driver::record_golden(model, program, input);
        check_program(read, spec::find_machine("edge"), input, golden.tensors);
        CHECK_THROWS_AS(driver::program_from_bytes(std::span(bytes).first(bytes.size() - 1), "test"), Error);
    }
}

TEST_CASE("A program file with wrong steps of the host is refused") {
    Random random(2);
    const driver::Program good = driver::compile(attention_model(random), spec::find_machine("edge"));
    const auto refuses = [&](auto change) { CHECK(is_refused_with(good, change)); };
    using driver::HostStep;
    using driver::Program;
    refuses([](Program& program, HostStep&) { program.host.back().command = uint32_t(program.commands.size()) + 1; });
    refuses([](Program& program, HostStep&) { std::swap(program.host.front().command, program.host.back().command); });
    refuses([](Program& program, HostStep& step) { step.layer = int(program.layers.size()); });
    refuses([](Program& program, HostStep& step) { program.layers[size_t(step.layer)].input = -1; });
    refuses([](Program& program, HostStep& step) { program.layers[size_t(step.layer)].output = 0; });
    refuses([](Program&, HostStep& step) { step.work.second = 0; });
    refuses([](Program&, HostStep& step) { step.work.initial = 0; });
    refuses([](Program& program, HostStep&) { program.more_inputs.push_back({9999, "more", 0, false, false}); });
    refuses([](Program& program, HostStep&) { program.input.groups = 0; });
    refuses([](Program&, HostStep& step) { step.work.groups = 0; });
    refuses([](Program&, HostStep& step) { step.work.mask.resize(step.work.mask.size() + 1); });
    refuses([](Program&, HostStep& step) { step.work.gain.assign(3, 1.0f); });
    refuses([](Program&, HostStep& step) { step.work.sines.assign(3, 1.0f); });
    refuses([](Program&, HostStep& step) { step.clamp_high = 128; });
}

TEST_CASE("A program of several inputs names what it takes") {
    for (int seed = 1;; ++seed) {
        Random random(seed);
        const Model model = attention_model(random);
        if (model.more_inputs.size() < 2) continue;
        const spec::Machine& machine = spec::find_machine("edge");
        const driver::Program program = driver::compile(model, machine);
        driver::DeviceConfig config;
        config.memory = driver::memory_for(program, {});
        const auto device = driver::make_device("sim", machine, config);
        driver::Session session(*device, program);
        const golden::TensorValues input = random_inputs(random, model);
        CHECK(input.size() == program.input_bytes());
        session.run(input);
        CHECK_THROWS_WITH(session.run(std::span(input).first(input.size() - 1)),
                          Catch::Contains("for 'image', ") && Catch::Contains(" for 'key_cache'") &&
                              Catch::Contains("give those of all, one behind the other."));
        CHECK_THROWS_WITH(golden::run_model(model, {1, 2}), Catch::Contains("give those of all"));
        return;
    }
}

TEST_CASE("Tensors that the array cannot multiply are refused in a sentence") {
    Random random(1);
    Model model = attention_model(random);
    while (!model.more_inputs.empty()) model = attention_model(random);
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine("tiny")),
                      Catch::Contains("for which machine 'tiny' has no array of int8 weights, a byte a column; choose "
                                      "one of the machines"));
    Model scaled = model;
    for (Tensor& tensor : scaled.tensors) {
        if (tensor.name == "context") tensor.vector_scales.assign(size_t(tensor.channels + 15) / 16, 2);
    }
    CHECK_THROWS_WITH(driver::compile(scaled, spec::find_machine("edge")),
                      Catch::Contains("Layer 'end' is work of the host and reads tensor 'context', whose vectors of "
                                      "channels have scales of their own"));
    for (Tensor& tensor : model.tensors) tensor.zero_point = tensor.name == "key" ? 3 : tensor.zero_point;
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine("edge")),
                      Catch::Contains("Layer 'scores' multiplies by tensor 'key', and tensor 'key' has the zero point "
                                      "3, which the array does not subtract"));
}

}  // namespace napier::test
