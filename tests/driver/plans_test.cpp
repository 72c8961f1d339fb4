// Does the compiler take, of the mappings that it is told to try, the one that measures fewest cycles?

#include <catch2/catch.hpp>

#include "driver/compile/compile.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

using driver::CompileOptions;
using driver::Program;

const spec::Machine& machine = spec::find_machine("odd");

Model model_of(uint64_t seed, int layers) {
    Random random(seed);
    RandomModelOptions options;
    options.layers = layers;
    options.accumulator_bits = machine.accumulator_bits;
    options.averages = false;
    return random_model(random, options);
}

// The program of at most `plans` measured plans of each layer, of which the winner-th measured is the fastest.
Program compile_with(const Model& model, size_t plans, size_t winner, std::vector<Program>& measured) {
    CompileOptions options;
    options.plans = plans;
    options.measure = [&](const Program& program) {
        measured.push_back(program);
        return uint64_t{measured.size() - 1 == winner ? 1u : 2u};
    };
    return driver::compile(model, machine, options);
}

}  // namespace

TEST_CASE("The plan that measures fewest cycles is taken") {
    int searched = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const Model model = model_of(seed, 1);
        INFO(describe(model));
        std::vector<Program> measured;
        compile_with(model, 4, 0, measured);
        const size_t count = measured.size();
        REQUIRE(count <= 4);
        searched += count > 1;
        for (size_t winner = 0; winner < count; ++winner) {
            measured.clear();
            const Program program = compile_with(model, 4, winner, measured);
            REQUIRE(measured.size() == count);
            CHECK(program.layers[0].description == measured[winner].layers[0].description);
            CHECK(program.commands == measured[winner].commands);
            CHECK(program.constants == measured[winner].constants);
        }
    }
    CHECK(searched > 10);
}

TEST_CASE("One plan is not measured; every plan gives the golden tensors") {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        const Model model = model_of(seed, 3);
        INFO(describe(model));
        std::vector<Program> measured;
        compile_with(model, 1, 0, measured);
        CHECK(measured.empty());
        const golden::TensorValues input = random_values(random, model.tensors[model.input.tensor]);
        for (const size_t winner : {1, 3, 5}) {
            measured.clear();
            check_program(compile_with(model, 3, winner, measured), machine, input, golden::run_model(model, input));
        }
    }
}

}  // namespace napier::test
