// Does a compiled program, executed command by command, give the golden layers?

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

#include "driver/compile/compile.hpp"
#include "driver/compile/formats.hpp"
#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/formats/planes.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/bit_model.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using driver::CompileOptions;
using driver::Program;

RandomModelOptions options_for(const spec::Machine& machine, Random& random) {
    RandomModelOptions options;
    options.formats = {};
    for (const spec::Format& format : spec::formats) {
        if (spec::has_format(machine, format) && format.operation == spec::Operation::product) {
            options.formats.push_back(format.name);
        }
    }
    // Ternary last: it is what pools and additions are made of.
    std::stable_partition(options.formats.begin(), options.formats.end(),
                          [](const std::string& name) { return name != "ternary"; });
    options.accumulator_bits = machine.accumulator_bits;
    options.greatest_extent = random.pick<int>({4, 8, 12, 20});
    options.greatest_channels = random.pick<int>({4, 12, 40, 70});
    options.greatest_kernel = random.pick<int>({1, 3, 5});
    options.pools = spec::has_format(machine, spec::find_format("ternary"));
    return options;
}

driver::Tuning random_tuning(Random& random) {
    driver::Tuning tuning;
    if (random.chance(30)) tuning.fold_x = random.chance(50);
    if (random.chance(30)) tuning.fold_y = random.chance(50);
    if (random.chance(30)) tuning.fold_rows = random.pick<int>({0, 2, 3});
    if (random.chance(30)) tuning.columns_outer = random.chance(50);
    if (random.chance(30)) tuning.most_pixels = random.number(1, 40);
    if (random.chance(30)) tuning.most_rows = random.number(1, 3);
    return tuning;
}

// Any integer weights instead of those of the machine's formats.
void spread_all_weights(Random& random, const spec::Machine& machine, Model& model) {
    for (Layer& layer : model.layers) {
        if (!layer.greatest && random.chance(80)) spread_weights(random, layer);
        const driver::FormatChoice format = driver::choose_format(model, layer, machine);
        while (golden::accumulator_bound(layer, format.planes).bits > machine.accumulator_bits &&
               std::any_of(layer.bias.begin(), layer.bias.end(), [](int32_t bias) { return bias != 0; })) {
            for (int32_t& bias : layer.bias) bias /= 2;
        }
    }
}

// Gives every column tile sixteen weights of its own; 0 among them if the result is true.
bool choose_palettes(Random& random, const spec::Machine& machine, Layer& layer) {
    const bool zero = layer.groups > 1 || random.chance(50);
    const size_t tile = layer.weight.size() / layer.bias.size() * static_cast<size_t>(machine.columns);
    std::vector<int> table;
    for (size_t i = 0; i < layer.weight.size(); ++i) {
        if (i % tile == 0) {
            table.assign(1, 0);
            while (table.size() < 16) table.push_back(random.number(-128, 127));
            if (!zero) table[0] = 99;
        }
        layer.weight[i] = static_cast<int8_t>(random.pick(table));
    }
    layer.format = formats::cheapest(layer.weight).name;
    for (int32_t& bias : layer.bias) bias /= 64;
    return zero;
}

// may_not_fit: some models are too large for the machine and are refused; most are not.
void check_random_models(const spec::Machine& machine, int count, bool may_not_fit = false,
                         bool any_weights = false) {
    int fitting = 0, planes = 0;
    for (int seed = 1; seed <= count; ++seed) {
        Random random(seed);
        Model model = random_model(random, options_for(machine, random));
        if (any_weights) spread_all_weights(random, machine, model);
        Random of_tables(1000 + seed);
        if (machine.activation_tables > 0) add_tables(of_tables, model);
        Random of_parts(2000 + seed);
        const Model unsplit = model;
        split_layers(of_parts, model);
        CompileOptions options;
        options.memory_base = random.chance(50) ? 0 : spec::address_mask(machine) / 4 + 1;
        options.keep_tensors = random.chance(50);
        options.tuning = random_tuning(random);
        INFO("machine " << machine.name << ", seed " << seed << "\n" << describe(model));
        std::optional<Program> compiled;
        try {
            compiled = driver::compile(model, machine, options);
        } catch (const Error& error) {
            INFO(error.what());
            REQUIRE(may_not_fit);
            REQUIRE(error.kind() == ErrorKind::capacity);
            continue;
        }
        const Program& program = *compiled;
        ++fitting;
        for (const driver::LayerMapping& layer : program.layers) {
            UNSCOPED_INFO(layer.name << ": " << layer.description);
            planes = std::max(planes, layer.planes);
        }
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        const std::vector<golden::TensorValues> expected = golden::run_model(model, input);
        const std::vector<golden::TensorValues> same = golden::run_model(unsplit, input);
        REQUIRE(std::equal(same.begin(), same.end(), expected.begin()));
        check_program(program, machine, input, expected);
    }
    REQUIRE(fitting * 4 > count * 3);
    REQUIRE(planes == (any_weights ? 6 : 1));
}

}  // namespace

TEST_CASE("Random models on tiny give the golden tensors") {
    check_random_models(spec::find_machine("tiny"), 150, true);  // its memory is small
}
TEST_CASE("Random models on odd give the golden tensors") { check_random_models(spec::find_machine("odd"), 150); }
TEST_CASE("Random models on edge give the golden tensors") { check_random_models(spec::find_machine("edge"), 150); }

TEST_CASE("Trits five in a byte take four fifths of the memory and give the same tensors") {
    spec::Machine machine = spec::find_machine("edge-ternary");
    int64_t memory_bytes = 0, buffer_bytes = 0, commands = 0;
    for (int seed = 1; seed <= 40; ++seed) {
        Random random(seed);
        RandomModelOptions options = options_for(machine, random);
        options.layers = 2;
        const Model model = random_model(random, options);
        machine.weight_words = random.pick<int>({16, 160, 4096});
        machine.length_bits = random.pick<int>({8, 10, 24});
        CompileOptions choices;
        choices.tuning = random_tuning(random);
        INFO("seed " << seed << "\n" << describe(model));
        const Program packed = driver::compile(model, machine, choices);
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        check_program(packed, machine, input, golden::run_model(model, input));
        for (const spec::CommandWords& words : packed.commands) {
            const bool is_load = spec::get(words, spec::common::opcode) == int64_t(spec::Opcode::load);
            if (!is_load || !spec::is_packed(words)) continue;
            memory_bytes += spec::get(words, spec::load::length);
            buffer_bytes += spec::buffer_length(words, machine);
            ++commands;
        }
    }
    CHECK(commands > 100);
    CHECK(memory_bytes * 100 >= buffer_bytes * 80);
    CHECK(memory_bytes * 100 < buffer_bytes * 82);
}

TEST_CASE("Any integer weights on machines with ternary alone give the golden tensors") {
    check_random_models(spec::find_machine("tiny"), 200, true, true);
    check_random_models(spec::find_machine("edge-ternary"), 100, true, true);
    spec::Machine machine = spec::find_machine("tiny");
    machine.weight_words = 3 * machine.rows;
    machine.activation_words = 30;
    check_random_models(machine, 200, true, true);
}

TEST_CASE("Weights -n, 0 and +p of one scale run on ternary PEs in the planes that hold n and p") {
    const spec::Machine& machine = spec::find_machine("tiny");
    for (int seed = 1; seed <= 40; ++seed) {
        Random random(seed);
        RandomModelOptions options = options_for(machine, random);
        options.pools = false;
        options.greatest_extent = 6;
        options.greatest_channels = 12;
        Model model = random_model(random, options);
        const int negative = random.number(1, 121), positive = random.number(1, 121);
        for (Layer& layer : model.layers) {
            for (int8_t& weight : layer.weight) {
                weight = static_cast<int8_t>(weight < 0 ? -negative : weight > 0 ? positive : 0);
            }
            layer.format = formats::cheapest(layer.weight).name;
            for (int32_t& bias : layer.bias) bias /= 64;
        }
        INFO("seed " << seed << " -" << negative << " +" << positive << "\n" << describe(model));
        const Program program = driver::compile(model, machine);
        const std::vector<int8_t> both = {static_cast<int8_t>(-negative), static_cast<int8_t>(positive)};
        int planes = 0;
        for (const driver::LayerMapping& layer : program.layers) {
            CHECK(layer.format == "ternary");
            planes = std::max(planes, layer.planes);
        }
        CHECK(planes <= formats::plane_count(both));
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        check_program(program, machine, input, golden::run_model(model, input));
    }
}

TEST_CASE("An empty plane costs one pass, and a leading one nothing") {
    const spec::Machine& machine = spec::find_machine("tiny");
    Random random(3);
    RandomModelOptions options;
    options.layers = 1;
    options.formats = {"ternary"};
    options.groups = options.residuals = options.pools = options.reductions = false;
    Model model = random_model(random, options);
    Layer& layer = model.layers[0];
    layer.window = Window{};
    model.tensors[static_cast<size_t>(layer.input)].channels = 8;  // one pass
    model.tensors[1] = {"out", model.tensors[0].height, model.tensors[0].width, 8, 0.5f, 0};  // two column tiles
    layer.weight.assign(64, 1);
    layer.bias.assign(8, 0);
    layer.significand.assign(8, 1);
    layer.shift.assign(8, 6);
    const auto passes = [&](int first, int second) {
        for (size_t i = 0; i < 64; ++i) layer.weight[i] = static_cast<int8_t>(i < 32 ? first : second);
        layer.format = formats::cheapest(layer.weight).name;
        const Program program = driver::compile(model, machine);
        const golden::TensorValues input = random_values(random, model.tensors[0]);
        check_program(program, machine, input, golden::run_model(model, input));
        return program.layers[0].passes;
    };
    CHECK(passes(1, -1) == 2);
    CHECK(passes(4, 4) == 4);     // 11, 11
    CHECK(passes(4, 1) == 3);     // the second tile begins with the lower plane
    CHECK(passes(9, 1) == 4);     // 100: two empty planes of a pass each
    CHECK(passes(0, 13) == 4);    // no weights: one pass all the same
}

TEST_CASE("Formats without a zero give the golden tensors, whatever the channels and the padding") {
    const spec::Machine& machine = spec::find_machine("odd");
    for (const std::string format : {"binary", "adder"}) {
        int layers = 0, tails = 0;
        for (int seed = 1; seed <= 150; ++seed) {
            Random random(seed);
            RandomModelOptions options = options_for(machine, random);
            options.formats = {format, "ternary"};  // ternary: additions
            options.groups = options.pools = false;
            const Model model = random_model(random, options);
            CompileOptions compile_options;
            compile_options.tuning = random_tuning(random);
            compile_options.tuning.format = format;
            INFO("format " << format << ", seed " << seed << "\n" << describe(model));
            const Program program = driver::compile(model, machine, compile_options);
            const int bytes = machine.rows * spec::lanes(machine, spec::find_format(format));
            for (size_t i = 0; i < program.layers.size(); ++i) {
                UNSCOPED_INFO(program.layers[i].name << " " << program.layers[i].format << ": "
                                                     << program.layers[i].description);
                if (program.layers[i].format != format) continue;
                ++layers;
                tails += model.tensors[static_cast<size_t>(model.layers[i].input)].channels % bytes != 0;
            }
            const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
            check_program(program, machine, input, golden::run_model(model, input));
        }
        CHECK(layers > 200);
        CHECK(tails > 150);
    }
}

TEST_CASE("Random models on machines with small buffers give the golden tensors") {
    spec::Machine machine = spec::find_machine("odd");
    machine.weight_words = 5 * machine.rows;
    machine.activation_words = 30;
    machine.parameter_words = 2;
    machine.output_words = 9;
    machine.residual_words = 7;
    machine.accumulator_depth = 11;
    machine.palette_words = 1;
    check_random_models(machine, 150, true);
}

TEST_CASE("Palettes of their own for every column tile, with and without a zero, give the golden tensors") {
    for (const int words : {1, 2, 3}) {
        spec::Machine machine = spec::find_machine("odd");
        machine.palette_words = words;
        int layers = 0, wide = 0, no_zero = 0;
        for (int seed = 1; seed <= 100; ++seed) {
            Random random(seed);
            RandomModelOptions options = options_for(machine, random);
            options.formats = {"palette", "ternary"};
            options.pools = false;
            options.greatest_channels = 12;
            Model model = random_model(random, options);
            for (Layer& layer : model.layers) no_zero += choose_palettes(random, machine, layer) ? 0 : 1;
            CompileOptions compile_options;
            compile_options.tuning = random_tuning(random);
            compile_options.tuning.format = "palette";
            INFO("seed " << seed << "\n" << describe(model));
            const Program program = driver::compile(model, machine, compile_options);
            for (size_t i = 0; i < program.layers.size(); ++i) {
                UNSCOPED_INFO(program.layers[i].name << " " << program.layers[i].format << ": "
                                                     << program.layers[i].description);
                if (program.layers[i].format != "palette") continue;
                ++layers;
                wide += model.layers[i].format == "int8";
            }
            const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
            check_program(program, machine, input, golden::run_model(model, input));
        }
        CHECK(layers > 150);
        CHECK(wide > 40);
        CHECK(no_zero > 40);
    }
}

TEST_CASE("A wrong tensor, command or constant of a compiled program is noticed") {
    const spec::Machine& machine = spec::find_machine("odd");
    Random random(5);
    const Model model = random_model(random, options_for(machine, random));
    Program program = driver::compile(model, machine, CompileOptions::keeping_tensors());
    const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
    const std::vector<golden::TensorValues> expected = golden::run_model(model, input);
    const auto difference = [&](const std::vector<golden::TensorValues>& values) {
        return difference_of_program(program, machine, input, values);
    };
    CHECK(difference(expected) == "");
    for (size_t i = 0; i < expected.size(); ++i) {
        std::vector<golden::TensorValues> wrong = expected;
        wrong[i].back() ^= 1;
        CHECK(difference(wrong) == "tensor " + program.tensors[i].name);
    }
    const Program right = program;
    program.commands.back()[0] &= ~spec::field_mask(spec::common::opcode);
    CHECK(difference(expected) != "");
    program = right;
    program.write_window.limit = program.write_window.base;
    CHECK(difference(expected) != "");
}

TEST_CASE("Activations of one bit give the golden tensors, whatever the channels and the padding") {
    for (const auto& [name, most] : {std::pair{"odd", 5}, std::pair{"edge-all", 70}}) {
        const spec::Machine& machine = spec::find_machine(name);
        for (int seed = 1; seed <= 100; ++seed) {
            Random random(seed);
            const Model model = bit_model(random, most);
            CompileOptions options;
            options.keep_tensors = random.chance(80);
            options.tuning = random_tuning(random);
            INFO("machine " << name << ", seed " << seed << "\n" << describe(model));
            const Program program = driver::compile(model, machine, options);
            CHECK(program.layers[1].format == "xnor");
            const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
            check_program(program, machine, input, golden::run_model(model, input));
        }
    }
}

TEST_CASE("Machines that cannot write bits, or not side by side, say so") {
    Random random(1);
    Model model = bit_model(random, 1);
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine("tiny")),
                      Catch::Contains("makes activations of one bit, and machine 'tiny' has no format"));
    for (int seed = 1; model.tensors[1].channels <= 5; ++seed) {
        Random other(seed);
        model = bit_model(other, 9);
    }
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine("odd")), Catch::Contains("fill no whole bytes"));
}

}  // namespace napier::test
