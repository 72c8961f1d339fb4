// Does a compiled program, executed command by command, give the golden layers?

#include <catch2/catch.hpp>

#include <optional>

#include "driver/compile/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using driver::CompileOptions;
using driver::Program;

RandomModelOptions options_for(const spec::Machine& machine, Random& random) {
    RandomModelOptions options;
    options.formats = {};
    for (const spec::Format& format : spec::formats) {
        if (spec::has_format(machine, format)) options.formats.push_back(format.name);
    }
    options.accumulator_bits = machine.accumulator_bits;
    options.greatest_extent = random.pick<int>({4, 8, 12, 20});
    options.greatest_channels = random.pick<int>({4, 12, 40, 70});
    options.greatest_kernel = random.pick<int>({1, 3, 5});
    options.averages = spec::has_format(machine, spec::find_format("ternary"));
    return options;
}

driver::Tuning random_tuning(Random& random) {
    driver::Tuning tuning;
    if (random.chance(30)) tuning.fold_x = random.chance(50);
    if (random.chance(30)) tuning.fold_y = random.chance(50);
    if (random.chance(30)) tuning.columns_outer = random.chance(50);
    if (random.chance(30)) tuning.most_pixels = random.number(1, 40);
    return tuning;
}

// may_not_fit: some models are too large for the machine and are refused; most are not.
void check_random_models(const spec::Machine& machine, int count, bool may_not_fit = false) {
    int fitting = 0;
    for (int seed = 1; seed <= count; ++seed) {
        Random random(seed);
        const Model model = random_model(random, options_for(machine, random));
        CompileOptions options;
        options.memory_base = random.chance(50) ? 0 : 0x40000000;
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
        for (const driver::LayerMapping& layer : program.layers) UNSCOPED_INFO(layer.name << ": " << layer.description);
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        check_program(program, machine, input, golden::run_model(model, input));
    }
    REQUIRE(fitting * 4 > count * 3);
}

}  // namespace

TEST_CASE("Random models on tiny give the golden tensors") { check_random_models(spec::find_machine("tiny"), 150); }
TEST_CASE("Random models on odd give the golden tensors") { check_random_models(spec::find_machine("odd"), 150); }
TEST_CASE("Random models on edge give the golden tensors") { check_random_models(spec::find_machine("edge"), 150); }

TEST_CASE("Random models on machines with small buffers give the golden tensors") {
    spec::Machine machine = spec::find_machine("odd");
    machine.weight_words = 5 * machine.rows;
    machine.activation_words = 30;
    machine.parameter_words = 2;
    machine.output_words = 9;
    machine.residual_words = 7;
    machine.accumulator_depth = 11;
    check_random_models(machine, 150, true);
}

}  // namespace napier::test
