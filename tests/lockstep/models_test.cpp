// Do whole networks give the same on golden model, simulator and RTL, in every byte and cycle?

#include <catch2/catch.hpp>

#include "driver/cli/command_line.hpp"
#include "driver/cli/real_network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/compile/compile.hpp"
#include "driver/session/compare.hpp"
#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/attention_model.hpp"
#include "tests/support/bit_model.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/random_model.hpp"
#include "tests/support/random_real_model.hpp"

namespace napier::test {
namespace {

// vector: channels of a pass.
Model model_of(Random& random, const spec::Format& format, int vector, bool wide) {
    if (format.operation == spec::Operation::match) return bit_model(random, 5);
    RandomModelOptions options;
    options.formats = {format.name, "ternary"};
    options.groups = options.pools = formats::annuls(format);
    options.scale_channels = vector;
    if (wide) options.greatest_channels = 40;
    return random_model(random, options);
}

// Random models, each layer in the format if it can be; returns how many layers ran in it.
int run_models(const std::string& format, int count, const char* name = "odd", bool scaled = false) {
    const spec::Machine& machine = spec::find_machine(name);
    int layers = 0;
    for (int seed = 1; seed <= count; ++seed) {
        Random random(seed);
        Model model = model_of(random, spec::find_format(format),
                               machine.rows * spec::lanes(machine, spec::find_format(format)), scaled);
        if (scaled) scale_inputs(random, model, machine.accumulator_bits);
        Random of_parts(2000 + seed);
        split_layers(of_parts, model);
        driver::CompileOptions choices = driver::CompileOptions::keeping_tensors();
        choices.tuning.format = format;
        const driver::Program program = driver::compile(model, machine, choices);
        for (const driver::LayerMapping& layer : program.layers) layers += layer.format == format;
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        const driver::RunRecord golden = driver::record_golden(model, program, input);
        driver::LoadedDevice sim("sim", machine, program, {}), rtl("rtl", machine, program, {});
        const driver::RunRecord left = driver::record_run(sim.session, program, input);
        const driver::RunRecord right = driver::record_run(rtl.session, program, input);
        INFO("format " << format << ", seed " << seed << "\n" << describe(model));
        REQUIRE(driver::first_difference(program, golden, left).value_or("") == "");
        REQUIRE(driver::first_difference(program, left, right).value_or("") == "");
    }
    return layers;
}

// Random models of the machine's real numbers.
void run_real_models(const char* name, uint64_t count) {
    const spec::Machine& machine = spec::find_machine(name);
    for (uint64_t seed = 1; seed <= count; ++seed) {
        Random random(seed);
        const driver::RealNetwork network(random_real_model(random, machine));
        const driver::Program program = network.compile(machine, driver::CompileOptions::keeping_tensors());
        const driver::Values input = network.random_inputs(program, 1, seed).front();
        const driver::RunRecord golden{"golden", network.golden(program, input), {}, {}};
        driver::LoadedDevice sim("sim", machine, program, {}), rtl("rtl", machine, program, {});
        const driver::RunRecord left = driver::record_run(sim.session, program, input);
        const driver::RunRecord right = driver::record_run(rtl.session, program, input);
        INFO("seed " << seed << "\n" << describe(network.model()));
        REQUIRE(driver::first_difference(program, golden, left).value_or("") == "");
        REQUIRE(driver::first_difference(program, left, right).value_or("") == "");
    }
}

// The float32 chain of layers, converted to the format; more: further words. Golden = simulator = RTL.
void verify_converted(const char* machine, const char* format, std::initializer_list<const char*> more = {}) {
    const TemporaryFolder folder;
    const std::string file = folder.file("converted.onnx");
    std::vector<const char*> quantize{"napier", "quantize", "sw/models/digits_chain.onnx", "--to", format, "-o",
                                      file.c_str()};
    quantize.insert(quantize.end(), more);
    const char* verify[] = {"napier", "verify", file.c_str(), "--machine", machine};
    INFO(format << " on " << machine);
    CHECK(driver::run_command_line(static_cast<int>(quantize.size()), quantize.data()) == 0);
    CHECK(driver::run_command_line(std::size(verify), verify) == 0);
}

}  // namespace

TEST_CASE("models in every integer format on odd", "[odd]") {
    for (const spec::Format& format : spec::formats) {
        if (!spec::has_format(spec::find_machine("odd"), format)) continue;
        INFO(format.name);
        CHECK(run_models(format.name, 12) >= 12);
    }
}

TEST_CASE("attention in parts with the host's work between them on odd", "[odd]") {
    const spec::Machine& machine = spec::find_machine("odd");
    for (uint64_t seed = 1; seed <= 12; ++seed) {
        Random random(seed);
        const Model model = attention_model(random, {20, 4, 10});
        const driver::Program program = driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
        const golden::TensorValues input = random_inputs(random, model);
        const driver::RunRecord golden = driver::record_golden(model, program, input);
        driver::LoadedDevice sim("sim", machine, program, {}), rtl("rtl", machine, program, {});
        const driver::RunRecord left = driver::record_run(sim.session, program, input);
        const driver::RunRecord right = driver::record_run(rtl.session, program, input);
        INFO("seed " << seed << "\n" << describe(model));
        REQUIRE(driver::first_difference(program, golden, left).value_or("") == "");
        REQUIRE(driver::first_difference(program, left, right).value_or("") == "");
    }
}

TEST_CASE("a small transformer on odd", "[odd]") {
    const char* words[] = {"napier", "verify", "sw/models/transformer.onnx", "--machine", "odd"};
    CHECK(driver::run_command_line(std::size(words), words) == 0);
}

TEST_CASE("models in vectors of 16 on vsq-small") { CHECK(run_models("vsq", 20, "vsq-small") >= 20); }

TEST_CASE("models with scales of vectors for both operands on vsq-small") {
    CHECK(run_models("vsq", 20, "vsq-small", true) >= 20);
}

TEST_CASE("models of blocks on mx-small") {
    run_real_models("mx-small", 12);
    const char* words[] = {"napier", "verify", "sw/models/digits_mxfp4.onnx", "--machine", "mx-small"};
    CHECK(driver::run_command_line(std::size(words), words) == 0);
    verify_converted("mx-small", "mxfp4");
}

TEST_CASE("models of piecewise-affine products on pam") {
    run_real_models("pam", 8);
    verify_converted("pam", "pam");
}

TEST_CASE("models of blocks of every element and of two on mx") {
    run_real_models("mx", 12);
    for (const spec::Element& element : spec::elements) verify_converted("mx", element.name);
    verify_converted("mx", "mxfp4", {"--activations", "mxfp8_e4m3"});
    verify_converted("mx", "mxfp6_e2m3", {"--activations", "mxint8"});
}

TEST_CASE("int8 weights in planes of trits on tiny") {
    const char* words[] = {"napier", "verify", "sw/models/digits_int8.onnx", "--machine", "tiny"};
    CHECK(driver::run_command_line(std::size(words), words) == 0);
}

}  // namespace napier::test
