// Do kernel rows folded in runs, and weights of a step that come in parts, give the golden tensors?

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "driver/compile/compile.hpp"
#include "driver/compile/formats.hpp"
#include "driver/compile/plan.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

struct Shape {
    int size, in, out, kernel, stride, pad;
};

Model model_of(Random& random, const Shape& shape) {
    const int out_size = (shape.size + 2 * shape.pad - shape.kernel) / shape.stride + 1;
    Model model;
    model.name = "one";
    model.tensors = {{"in", shape.size, shape.size, shape.in, 0.02f, -7}, {"out", out_size, out_size, shape.out}};
    Layer layer;
    layer.name = "conv";
    layer.operation = "Conv";
    layer.input = 0;
    layer.output = 1;
    layer.window = {shape.kernel, shape.kernel, shape.stride, shape.stride, 1, 1, shape.pad, shape.pad, shape.pad,
                    shape.pad};
    layer.format = "ternary";
    layer.weight.resize(size_t(shape.out) * size_t(shape.kernel * shape.kernel * shape.in));
    for (int8_t& weight : layer.weight) weight = static_cast<int8_t>(random.number(-1, 1));
    layer.bias.assign(size_t(shape.out), 11);
    layer.significand.assign(size_t(shape.out), 1 << 23);
    layer.shift.assign(size_t(shape.out), 25);
    model.layers = {layer};
    model.input.tensor = 0;
    model.output.tensor = 1;
    return model;
}

driver::Program check(const Model& model, const spec::Machine& machine, const driver::Tuning& tuning,
                      Random& random) {
    driver::CompileOptions options;
    options.tuning = tuning;
    const driver::Program program = driver::compile(model, machine, options);
    INFO(program.layers[0].description);
    const golden::TensorValues input = random_values(random, model.tensors[0]);
    check_program(program, machine, input, golden::run_model(model, input));
    return program;
}

}  // namespace

TEST_CASE("Kernel rows folded in runs give the golden tensors") {
    const Shape shapes[] = {{17, 3, 20, 7, 2, 3}, {16, 3, 9, 5, 2, 2}, {23, 2, 18, 11, 4, 0}, {12, 5, 7, 6, 3, 5},
                            {9, 1, 33, 7, 6, 3},  {8, 3, 4, 3, 2, 1}};
    Random random(1);
    int with_runs = 0;
    for (const Shape& shape : shapes) {
        const Model model = model_of(random, shape);
        for (const char* name : {"edge", "odd", "tiny"}) {
            for (const int rows : {2, 3, 4}) {
                for (const int pixels : {0, 5}) {
                    driver::Tuning tuning;
                    tuning.fold_y = true;
                    tuning.fold_x = pixels == 0;
                    tuning.fold_rows = rows;
                    tuning.most_pixels = pixels;
                    const driver::Program program = check(model, spec::find_machine(name), tuning, random);
                    const std::vector<int> runs = driver::row_runs(model.layers[0]);
                    const bool possible = std::count(runs.begin(), runs.end(), rows) == 1;
                    const bool taken = program.layers[0].description.find(fmt::format(" by {} rows", rows)) !=
                                       std::string::npos;
                    CHECK(taken == possible);
                    with_runs += taken;
                }
            }
        }
    }
    CHECK(with_runs == 48);
}

TEST_CASE("Runs take the divisors of a stride that are fewer than the kernel's rows, without dilation or groups") {
    Random random(1);
    Layer layer = model_of(random, {40, 3, 4, 7, 6, 0}).layers[0];
    CHECK(driver::row_runs(layer) == std::vector<int>{2, 3, 6});
    layer.window.kernel_h = 3;
    CHECK(driver::row_runs(layer) == std::vector<int>{2});
    layer.window.dilation_y = 2;
    CHECK(driver::row_runs(layer).empty());
    layer.window.dilation_y = 1;
    layer.window.stride_y = 1;
    CHECK(driver::row_runs(layer).empty());
}

TEST_CASE("A step's weights in parts give the golden tensors, and two parts fit the buffer side by side") {
    Random random(2);
    const Model model = model_of(random, {6, 160, 20, 3, 1, 1});
    spec::Machine machine = spec::find_machine("edge");
    machine.weight_words = 16 * machine.rows;  // 16 passes; a column tile has 27
    const Layer& layer = model.layers[0];
    const driver::FormatChoice format = driver::choose_format(model, layer, machine);
    const std::vector<driver::Plan> plans = driver::make_plans(model, layer, machine, format, {}, SIZE_MAX);
    std::vector<int64_t> parts;
    for (const driver::Plan& plan : plans) {
        if (plan.columns == 1 && plan.weights == driver::Residency::step) parts.push_back(plan.chunk_passes);
    }
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    // All of the buffer, and equal parts of 27, or of 30 without folding, in halves, thirds and quarters of it.
    for (const int64_t part : {16, 7, 5, 4}) CHECK(std::count(parts.begin(), parts.end(), part) == 1);
    const driver::Program program = check(model, machine, {}, random);
    for (size_t i = 0; i < program.commands.size(); ++i) {
        if (program.notes[i].role != driver::Role::weights) continue;
        const int64_t words = spec::get(program.commands[i], spec::load::length) / spec::weight_word_bytes(machine);
        CHECK(2 * words <= machine.weight_words);
    }
}

TEST_CASE("Estimates grow with the memory's latency and with the cycles of a beat") {
    Random random(3);
    const Model model = model_of(random, {12, 3, 40, 3, 1, 1});
    const spec::Machine& machine = spec::find_machine("edge");
    const driver::FormatChoice format = driver::choose_format(model, model.layers[0], machine);
    const auto cost = [&](double latency, double bytes) {
        driver::Tuning tuning;
        tuning.memory = {latency, bytes};
        return driver::make_plans(model, model.layers[0], machine, format, tuning, 1).front().cost;
    };
    CHECK(cost(100, 16) > cost(20, 16) + 80);
    CHECK(cost(20, 1) > cost(20, 16));
}

}  // namespace napier::test
