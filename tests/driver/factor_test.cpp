// Do layers that multiply each channel by a value of a tensor give the golden tensors, whatever the zero points?

#include <catch2/catch.hpp>

#include <array>
#include <climits>

#include "driver/compile/compile.hpp"
#include "driver/compile/factor.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/scaling.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

// An image, its greatest in each channel as factors, and their product, perhaps looked up in a table.
Model gated(Random& random, int image_zero, int factor_zero) {
    const int height = random.number(1, 40), width = random.number(1, 12), channels = random.number(1, 150);
    Model model;
    model.name = "gated";
    model.tensors = {{"image", height, width, channels, 0.02f, image_zero},
                     {"factors", 1, 1, channels, 0.004f, factor_zero},
                     {"product", height, width, channels, 0.03f, random.number(-128, 127)}};
    const size_t count = size_t(channels);
    Layer pool;
    pool.name = "pool";
    pool.operation = "AveragePool";
    pool.input = 0;
    pool.output = 1;
    pool.groups = channels;
    pool.window.stride_y = height;
    pool.window.stride_x = width;
    pool.format = "ternary";
    pool.weight.assign(count, 1);
    pool.bias.assign(count, -image_zero);
    pool.significand.assign(count, uint32_t(random.number(1, 3)));
    pool.shift.assign(count, 0);
    Layer product = pool;
    product.name = "product";
    product.operation = "Mul";
    product.output = 2;
    product.factor = 1;
    product.window = {};
    product.bias.assign(count, random.number(-2000, 2000));
    const golden::Scaling scaling = golden::choose_scaling(random.number(1, 300) / 10000.0);
    product.significand.assign(count, scaling.significand);
    product.shift.assign(count, uint8_t(scaling.shift));
    model.layers = {pool, product};
    if (random.chance(50)) add_tables(random, model);
    model.input = {0, "image", 0, false, false};
    model.output = {2, "product", 0, false, false};
    return model;
}

}  // namespace

TEST_CASE("The taps of a factor add up to the product without the zero points") {
    for (int input_zero = -128; input_zero <= 127; ++input_zero) {
        for (const int factor_zero : {-128, -127, -1, 0, 1, 64, 127}) {
            const driver::FactorTaps taps = driver::factor_taps(input_zero, factor_zero);
            REQUIRE(taps.taps() <= 6);
            REQUIRE(taps.after() >= 0);
            for (const auto& [a, f] : {std::array{-128, -128}, {127, -128}, {-128, 127}, {5, -9}}) {
                int sum = taps.bias;
                for (int tap = 0; tap < taps.taps(); ++tap) {
                    const bool copy = tap >= taps.before() && tap < taps.before() + taps.copies;
                    const bool constant = tap >= taps.zeros && tap < taps.before();
                    const int weight = copy ? f : constant ? taps.constant : 0;
                    sum += (tap < taps.columns ? a : taps.padding) * weight;
                }
                REQUIRE(taps.constant <= 127);
                REQUIRE(taps.padding <= 127);
                REQUIRE(sum == (a - input_zero) * (f - factor_zero));
            }
        }
    }
}

TEST_CASE("Channels times a tensor's values are the golden tensors on edge") {
    const spec::Machine& machine = spec::find_machine("edge");
    for (int seed = 1; seed <= 80; ++seed) {
        Random random(seed);
        const int zeros[] = {-128, 127, 0, random.number(-128, 127)};
        const Model model = gated(random, zeros[seed % 4], zeros[seed / 4 % 4]);
        golden::validate(model);
        INFO("seed " << seed << "\n" << describe(model));
        driver::CompileOptions options;
        options.keep_tensors = random.chance(50);
        if (random.chance(40)) options.tuning.columns_outer = random.chance(50);
        if (random.chance(40)) options.tuning.most_pixels = random.number(1, 40);
        const driver::Program program = driver::compile(model, machine, options);
        const Model own = driver::for_machine(model, machine);
        const golden::TensorValues input = random_values(random, model.tensors[0]);
        check_program(program, machine, input, golden::run_model(own, input));
        REQUIRE(golden::run_model(own, input)[2] == golden::run_model(model, input)[2]);
    }
}

TEST_CASE("A machine whose weights in memory are no bytes of channels refuses in a sentence") {
    Random random(1);
    const Model model = gated(random, 3, 4);
    CHECK_THROWS_WITH(driver::compile(model, spec::find_machine("edge-int8")),
                      Catch::Contains("Layer 'product' multiplies each channel by a value of tensor 'factors', for "
                                      "which machine 'edge-int8' has no window engine of int8 whose weight words are a "
                                      "byte a column; choose one of the machines edge, edge-all."));
}

}  // namespace napier::test
