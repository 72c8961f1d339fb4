// Do layers whose channels stand alone give the golden bytes on the window engine, and does it save cycles?

#include <catch2/catch.hpp>

#include <algorithm>

#include "driver/compile/compile.hpp"
#include "driver/session/session.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

// One layer whose channels stand alone: a depthwise convolution with random weights.
Model depthwise(Random& random, const spec::Format& format, int channels, int kernel, int stride, int extent) {
    Model model;
    model.name = "depthwise";
    const int pad = kernel / 2, out = (extent + 2 * pad - kernel) / stride + 1;
    Tensor input, output;
    input.name = "x", output.name = "y";
    input.height = input.width = extent, output.height = output.width = out;
    input.channels = output.channels = channels;
    input.scale = output.scale = 1;
    input.zero_point = random.number(-20, 20), output.zero_point = random.number(-20, 20);
    model.tensors = {input, output};
    model.input.tensor = 0, model.output.tensor = 1;
    Layer layer;
    layer.name = "dw", layer.operation = "conv", layer.format = format.name;
    layer.input = 0, layer.output = 1, layer.groups = channels;
    layer.window = {kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad};
    const formats::Arithmetic& arithmetic = formats::arithmetic(format);
    for (int i = 0; i < channels * kernel * kernel; ++i) {
        const uint32_t code = static_cast<uint32_t>(random.number(0, (1 << format.weight_bits) - 1));
        layer.weight.push_back(static_cast<int8_t>(std::clamp(arithmetic.decode(code), -128, 127)));
    }
    for (int i = 0; i < channels; ++i) {
        layer.bias.push_back(random.number(-500, 500));
        layer.significand.push_back(static_cast<uint32_t>(random.number(1 << 20, (1 << 24) - 1)));
        layer.shift.push_back(static_cast<uint8_t>(random.number(26, 31)));
    }
    model.layers = {layer};
    return model;
}

driver::Program compile_by(const Model& model, const spec::Machine& machine, bool windowed) {
    driver::CompileOptions options = driver::CompileOptions::keeping_tensors();
    options.tuning.windowed = windowed;
    return driver::compile(model, machine, options);
}

bool uses_window(const driver::Program& program) {
    return std::any_of(program.commands.begin(), program.commands.end(), [](const spec::CommandWords& words) {
        return spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::exec) &&
               spec::get(words, spec::exec::engine) == int64_t(spec::exec::Engine::window_sum);
    });
}

uint64_t cycles_of(const driver::Program& program, const spec::Machine& machine) {
    driver::DeviceConfig config;
    config.values = false;
    config.memory = driver::memory_for(program, config.memory);
    const std::unique_ptr<driver::Device> device = driver::make_device("sim", machine, config);
    driver::Session session(*device, program);
    const int64_t bytes = program.tensors[size_t(program.input.tensor)].bytes();
    return session.run(std::vector<int8_t>(size_t(bytes))).counters[spec::counter_cycles];
}

}  // namespace

TEST_CASE("Layers of lone channels give the golden bytes on the window engine") {
    Random random(1);
    for (const char* name : {"odd", "edge"}) {
        const spec::Machine& machine = spec::find_machine(name);
        for (int round = 0; round < 40; ++round) {
            const spec::Format& format = spec::find_format(random.chance(50) ? "int8" : "ternary");
            const int kernel = random.number(1, 3);
            const Model model = depthwise(random, format, random.number(1, 70), kernel, random.number(1, 2),
                                          random.number(kernel, 9));
            INFO(name << "\n" << describe(model));
            const golden::TensorValues input = random_values(random, model.tensors[0]);
            const auto expected = golden::run_model(model, input);
            const driver::Program program = compile_by(model, machine, true);
            CHECK(uses_window(program));
            check_program(program, machine, input, expected);
            const driver::Program array = compile_by(model, machine, false);
            CHECK_FALSE(uses_window(array));
            check_program(array, machine, input, expected);
        }
    }
}

TEST_CASE("Formats without a weight that annuls run lone channels on the window engine alone") {
    Random random(2);
    const spec::Machine& machine = spec::find_machine("odd");
    for (const char* name : {"binary", "adder", "shift", "apot", "int4"}) {
        const Model model = depthwise(random, spec::find_format(name), 13, 3, 1, 7);
        const golden::TensorValues input = random_values(random, model.tensors[0]);
        const driver::Program program = compile_by(model, machine, true);
        INFO(name);
        CHECK(uses_window(program));
        check_program(program, machine, input, golden::run_model(model, input));
    }
}

TEST_CASE("The window engine is chosen where it saves cycles") {
    Random random(3);
    const spec::Machine& edge = spec::find_machine("edge");
    const Model model = depthwise(random, spec::find_format("int8"), 128, 3, 1, 28);
    const driver::Program chosen = driver::compile(model, edge, {});
    CHECK(uses_window(chosen));
    CHECK(cycles_of(chosen, edge) * 2 < cycles_of(compile_by(model, edge, false), edge));
    const spec::Machine& tiny = spec::find_machine("edge-int8");
    CHECK_FALSE(uses_window(driver::compile(model, tiny, {})));
}

TEST_CASE("A kernel of more taps than the window engine holds runs there in parts") {
    Random random(4);
    for (const char* name : {"odd", "edge"}) {
        const spec::Machine& machine = spec::find_machine(name);
        for (int round = 0; round < 24; ++round) {
            const int kernel = random.number(4, 12);
            Model model = depthwise(random, spec::find_format("int8"), random.number(1, 70), kernel,
                                    random.number(1, 3), random.number(kernel, 14));
            const bool is_average = random.chance(50);
            if (is_average) std::fill(model.layers[0].weight.begin(), model.layers[0].weight.end(), 1);
            INFO(name << "\n" << describe(model));
            const driver::Program program = compile_by(model, machine, true);
            CHECK(uses_window(program));
            const golden::TensorValues input = random_values(random, model.tensors[0]);
            check_program(program, machine, input, golden::run_model(model, input));
        }
    }
}

TEST_CASE("An average over more than the activation buffer holds runs on the window engine") {
    Random random(6);
    const spec::Machine& edge = spec::find_machine("edge");
    Model model = depthwise(random, spec::find_format("int8"), 80, 44, 1, 44);
    model.layers[0].window = {44, 44, 1, 1, 1, 1, 0, 0, 0, 0};
    model.tensors[1].height = model.tensors[1].width = 1;
    std::fill(model.layers[0].weight.begin(), model.layers[0].weight.end(), 1);
    const driver::Program program = driver::compile(model, edge, driver::CompileOptions::keeping_tensors());
    CHECK(uses_window(program));
    CHECK(cycles_of(program, edge) * 3 < cycles_of(compile_by(model, edge, false), edge));
    CHECK(program.constants.size() < 100'000);  // parts share their weights
    const golden::TensorValues input = random_values(random, model.tensors[0]);
    check_program(program, edge, input, golden::run_model(model, input));
}

TEST_CASE("A window of more taps than the engine holds is refused") {
    Random random(5);
    const spec::Machine& odd = spec::find_machine("odd");
    driver::Program program = compile_by(depthwise(random, spec::find_format("int8"), 5, 3, 1, 6), odd, true);
    REQUIRE(check_statically(program, odd).empty());
    for (spec::CommandWords& words : program.commands) {
        if (spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::exec)) {
            spec::set(words, spec::exec::out_w, odd.window_taps + 1);
            spec::set(words, spec::exec::out_h, 1);
        }
    }
    const std::vector<std::string> found = check_statically(program, odd);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front().find("windows of 12 taps") != std::string::npos);
}

}  // namespace napier::test
