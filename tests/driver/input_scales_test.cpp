// Do layers whose input has scales of vectors run on machines with scales of passes, and on others in their weights?

#include <catch2/catch.hpp>

#include "driver/compile/compile.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/vector_scale.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"
#include "tests/support/scaled_input.hpp"

namespace napier::test {
namespace {

// A 1x1 layer from 40 channels, in vectors of 16, 16 and 8, to six.
Model dense(const std::vector<uint8_t>& scales, const std::string& format, int (*weight)(int o, int i)) {
    std::vector<Tensor> tensors = {{"first", 1, 1, 40, 1.0f, 0}, {"in", 1, 1, 40, 1.0f, 5}, {"out", 1, 1, 6, 1.0f, 0}};
    tensors[1].vector_scales = scales;
    Layer layer;
    layer.name = "dense";
    layer.format = format;
    for (int i = 0; i < 6 * 40; ++i) layer.weight.push_back(static_cast<int8_t>(weight(i / 40, i % 40)));
    Model model = behind_copy(tensors, layer, 0, 1, 0);
    model.input = {0, "input", 0, true, false};
    model.output = {2, "output", 0, true, false};
    return model;
}

int in_vectors(int o, int i) { return (i % 15 - 7) * (1 + (o + i / 16) % 15); }  // times 1 to 8
int any(int o, int i) { return (o * 40 + i) * 77 % 255 - 127; }
int small(int o, int i) { return (o + i) % 15 - 7; }

// The machine's choice for the layer, as it runs it.
driver::FormatChoice choice_of(const Model& model, const char* machine) {
    const spec::Machine& found = spec::find_machine(machine);
    return driver::choose_format(model, driver::for_machine(model, model.layers[1], found), found);
}

void check_on(const Model& model, const char* name, uint64_t seed) {
    const spec::Machine& machine = spec::find_machine(name);
    Random random(seed);
    INFO(name << "\n" << describe(model));
    const golden::TensorValues input = random_values(random, model.tensors[0]);
    const driver::Program program = driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
    check_program(program, machine, input, golden::run_model(model, input));
}

}  // namespace

TEST_CASE("the scale of a pass is that of the weights times that of the input's vector") {
    const spec::Machine& machine = spec::find_machine("vsq-small");
    const Model model = dense({13, 1, 15}, "vsq", in_vectors);
    golden::validate(model);
    const driver::FormatChoice choice = choice_of(model, "vsq-small");
    CHECK(choice.planes == 1);
    const driver::Geometry geometry =
        driver::make_geometry(model, model.layers[1], machine, choice, false, false);
    REQUIRE(geometry.groups == 3);
    REQUIRE(geometry.is_exact());
    std::vector<uint8_t> words;
    driver::pack_scales(geometry, 0, {0, 0, 0, 1, 1, 3}, words);
    const size_t word = size_t(spec::palette_word_bytes(machine));
    REQUIRE(words.size() == 3 * word);
    const int input[] = {13, 1, 15};
    for (int pass = 0; pass < 3; ++pass) {
        for (int o = 0; o < 6; ++o) {
            INFO("pass " << pass << " column " << o);
            CHECK(int(words[size_t(pass) * word + size_t(o)]) == input[pass] * (1 + (o + pass) % 15));
        }
    }
    check_on(model, "vsq-small", 1);
    check_on(model, "edge-vsq", 2);
    CHECK(choice_of(model, "edge-all").format->name == std::string("vsq"));
    check_on(model, "edge-all", 2);
}

TEST_CASE("weights of any kind take planes of trits, whose passes have the scales of the input") {
    const Model model = dense({13, 2, 15}, "int8", any);
    CHECK(choice_of(model, "vsq-small").planes == 6);
    CHECK(choice_of(model, "edge-vsq").planes == 6);
    check_on(model, "vsq-small", 3);
    check_on(model, "edge-vsq", 4);
}

TEST_CASE("a machine without scales has them in its weights if int8 holds these") {
    const Model model = dense({13, 1, 15}, "int4", small);
    for (const char* name : {"edge-int8", "edge", "tiny", "vsq-small", "odd"}) check_on(model, name, 5);
    CHECK(choice_of(model, "edge-int8").format->name == std::string("int8"));
    CHECK(driver::for_machine(model, model.layers[1], spec::find_machine("edge-int8")).weight[39] == 15 * small(0, 39));
    CHECK(driver::for_machine(model, model.layers[1], spec::find_machine("edge-vsq")).input_scales.size() == 3);
    // Vectors of six channels: a pass has weights times 13 and times 1, which are no four-bit numbers times one scale.
    CHECK(choice_of(model, "odd").format->name == std::string("int8"));
}

TEST_CASE("a machine that can do neither refuses the layer, and names those that can") {
    const Model model = dense({13, 1, 15}, "int8", any);
    const spec::Machine& machine = spec::find_machine("edge");
    CHECK_THROWS_WITH(driver::compile(model, machine),
                      Catch::Contains("Layer 'dense' has an integer scale for each vector of 16 input channels, and "
                                      "machine 'edge' (int8, ternary) neither multiplies the sums of a pass by them "
                                      "nor holds their products with its weights; choose one of the machines") &&
                          Catch::Contains("edge-vsq") && !Catch::Contains("edge-int4"));
    CHECK_THROWS_AS(driver::map_layer(model, model.layers[1], machine), Error);
    CHECK_NOTHROW(driver::map_layer(model, model.layers[1], spec::find_machine("edge-vsq")));
}

TEST_CASE("random models with scales of inputs") {
    for (const char* name : {"vsq-small", "edge-vsq", "edge-all", "odd"}) {
        const spec::Machine& machine = spec::find_machine(name);
        const bool one_format = std::string(name) != "odd";
        int scaled = 0, planes = 0, refused = 0;
        for (uint64_t seed = 1; seed <= 60; ++seed) {
            Random random(seed);
            RandomModelOptions options;
            options.formats = {"vsq", "int8", "ternary"};
            options.scale_channels = 16;
            options.greatest_channels = 50;
            options.greatest_extent = 6;
            options.accumulator_bits = machine.accumulator_bits;
            Model model = random_model(random, options);
            scale_inputs(random, model, machine.accumulator_bits, one_format ? 15 : 1 + static_cast<int>(seed % 2));
            golden::validate(model);
            INFO(name << ", seed " << seed << "\n" << describe(model));
            driver::Program program;
            try {
                program = driver::compile(model, machine);
            } catch (const Error& error) {
                INFO(error.what());
                REQUIRE((!one_format || error.kind() == ErrorKind::capacity));
                ++refused;
                continue;
            }
            for (const Layer& layer : model.layers) scaled += !layer.input_scales.empty();
            for (const driver::LayerMapping& layer : program.layers) planes += layer.planes > 1;
            const golden::TensorValues input = random_values(random, model.tensors[0]);
            check_program(program, machine, input, golden::run_model(model, input));
        }
        INFO(name << " " << scaled << " " << planes << " " << refused);
        CHECK(scaled > 40);
        CHECK(refused < 20);
        CHECK((!one_format || planes > 0));
    }
}

}  // namespace napier::test
