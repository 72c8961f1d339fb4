// Does a compiled program of real numbers, executed command by command, give the golden layers, and is a model that a
// machine cannot run refused with a sentence?

#include <catch2/catch.hpp>

#include "driver/cli/real_network.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/compile/real/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_real_model.hpp"

namespace napier::test {
namespace {

using Catch::Matchers::Contains;
using driver::CompileOptions;
using driver::Program;
using driver::RealNetwork;

void run_random(const spec::Machine& machine, int count) {
    for (int seed = 1; seed <= count; ++seed) {
        Random random(static_cast<uint64_t>(seed));
        const RealNetwork network(random_real_model(random, machine));
        CompileOptions options;
        options.keep_tensors = random.chance(50);
        options.memory_base = static_cast<uint32_t>(random.number(0, 3)) * driver::page_size;
        const Program program = network.compile(machine, options);
        const driver::Values input = network.random_inputs(program, 1, static_cast<uint64_t>(seed)).front();
        INFO(machine.name << ", seed " << seed << "\n" << describe(network.model()));
        check_program(program, machine, input, network.golden(program, input));
    }
}

// A model of one layer with a 1x1 kernel.
RealModel one_layer(const spec::Machine& machine) {
    Random random(1);
    RealModel model = random_real_model(random, machine);
    while (model.layers.size() != 1 || model.layers[0].groups != 1) model = random_real_model(random, machine);
    return model;
}

template <typename Change>
void refused(const char* machine, Change change, const char* words) {
    RealModel model = one_layer(spec::find_machine(machine));
    change(model);
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine(machine)), Contains(words));
}

}  // namespace

TEST_CASE("random models of blocks and of piecewise-affine products") {
    run_random(spec::find_machine("mx"), 60);
    run_random(spec::find_machine("mx-small"), 60);
    run_random(spec::find_machine("pam"), 60);
}

TEST_CASE("buffers so small that the input comes tap by tap") {
    for (const char* name : {"mx-small", "pam"}) {
        spec::Machine machine = spec::find_machine(name);
        machine.activation_words = 3;
        machine.weight_words = 3 * spec::pass_words(machine);
        machine.parameter_words = machine.columns / machine.post_lanes;
        machine.output_words = 2;
        run_random(machine, 25);
    }
}

TEST_CASE("a tensor's bytes become the values they came from") {
    for (const char* format : {"mxfp4", "mxfp6_e3m2", "mxint8", "float32", "bfloat16"}) {
        const RealTensor tensor{"t", 2, 3, 37, format, "floor"};
        driver::TensorPlace place{"t", 2, 3, 37};
        place.format = format;
        std::vector<float> values(2 * 3 * 37);
        for (size_t i = 0; i < values.size(); ++i) values[i] = 0.37f * static_cast<float>(i) - 40.0f;
        const golden::real::TensorValues kept = golden::real::keep(tensor, values);
        const driver::Values bytes = driver::to_memory(place, kept);
        const golden::real::TensorValues again = driver::from_memory(place, bytes);
        CHECK(again.value == kept.value);
        CHECK(again.block == kept.block);
    }
}

TEST_CASE("what a machine of real numbers cannot do is a sentence") {
    refused("mx-small", [](RealModel& m) { m.tensors[0].format = "mxint8"; },
            "has activations of mxint8, and machine 'mx-small' takes mxfp4 there");
    refused("mx-small", [](RealModel& m) { m.layers[0].weight_format = "mxfp8_e4m3"; }, "has weights of mxfp8_e4m3");
    refused("mx-small", [](RealModel& m) { m.tensors[1].format = "bfloat16"; },
            "makes a tensor of bfloat16, and machine 'mx-small' writes mxfp4, float32");
    refused("mx-small", [](RealModel& m) { m.layers[0].clamp_high = 6.001f; }, "which is no bfloat16");
    refused("mx-small", [](RealModel& m) {
        m.tensors[1].format = "mxfp4";
        m.layers[0].clamp_low = 0.5f;
        m.layers[0].clamp_high = 1.0f;
    }, "no zeros to fill its last block");
    const RealModel blocks = one_layer(spec::find_machine("mx-small"));
    const RealModel products = one_layer(spec::find_machine("pam"));
    CHECK_THROWS_WITH(driver::compile(blocks, spec::find_machine("edge")), Contains("choose a machine with mx"));
    CHECK_THROWS_WITH(driver::compile(products, spec::find_machine("odd")), Contains("choose a machine with pam"));
    CHECK_THROWS_WITH(driver::compile(blocks, spec::find_machine("pam")), Contains("takes blocks of microscaling"));
    CHECK_THROWS_WITH(driver::compile(products, spec::find_machine("mx")), Contains("piecewise-affine products"));
}

TEST_CASE("the static check knows what a machine of blocks lacks") {
    const spec::Machine& machine = spec::find_machine("mx-small");
    const Program program = driver::compile(one_layer(machine), machine);
    const auto with_field = [&](const spec::Field& field, int64_t value) {
        Program changed = program;
        for (spec::CommandWords& words : changed.commands) {
            const bool exec = spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::exec);
            if (exec) spec::set(words, field, value);
        }
        const std::vector<std::string> problems = check_statically(changed, machine);
        return problems.empty() ? "" : problems.front();
    };
    CHECK(with_field(spec::exec::element_a, spec::element_mxfp4) == "");
    CHECK_THAT(with_field(spec::exec::element_a, spec::element_mxint8), Contains("has element_a 0, which"));
    CHECK_THAT(with_field(spec::exec::element_b, spec::element_mxint8), Contains("element_b"));
    CHECK_THAT(with_field(spec::exec::element_output, spec::scalar_bfloat16), Contains("element_output 7"));
    CHECK_THAT(with_field(spec::exec::float_high, 0x7fff), Contains("NaN as float_high"));
    CHECK_THAT(with_field(spec::exec::format, spec::format_pam), Contains("names number format 11"));
}

TEST_CASE("a program of real numbers goes through a file") {
    const RealModel model = one_layer(spec::find_machine("mx-small"));
    const Program program = driver::compile(model, spec::find_machine("mx-small"));
    const Program again = driver::program_from_bytes(driver::to_bytes(program), "memory");
    CHECK(again.commands == program.commands);
    CHECK(again.tensors[0].format == program.tensors[0].format);
    CHECK(again.tensors[0].bytes() == program.tensors[0].bytes());
}

}  // namespace napier::test
