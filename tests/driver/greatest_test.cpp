// Is the greatest of every window found, with the window engine and without?

#include <catch2/catch.hpp>

#include <algorithm>

#include "driver/compile/compile.hpp"
#include "driver/compile/greatest.hpp"
#include "driver/session/compare.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

struct Shape {
    Window window;
    int height = 9, width = 7, channels = 5;
};

Model pool(Random& random, const Shape& shape, int zero_point) {
    const Window& w = shape.window;
    Model model;
    model.name = "pool";
    Tensor input{"x", shape.height, shape.width, shape.channels, 1.0f, zero_point}, output = input;
    output.name = "y";
    output.height = golden::output_extent(input.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, w.pad_bottom);
    output.width = golden::output_extent(input.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, w.pad_right);
    output.zero_point = random.number(-128, 127);
    model.tensors = {input, output};
    model.input.tensor = 0, model.output.tensor = 1;
    Layer layer;
    layer.name = "pool", layer.operation = "MaxPool", layer.format = "binary";
    layer.input = 0, layer.output = 1, layer.groups = shape.channels;
    layer.window = w;
    layer.greatest = true;
    layer.weight.assign(size_t(shape.channels * w.kernel_h * w.kernel_w), 1);
    layer.bias.assign(size_t(shape.channels), -zero_point);
    layer.bias.front() += random.number(-9, 9);
    layer.significand.assign(size_t(shape.channels), uint32_t(random.number(1, 3)));
    layer.shift.assign(size_t(shape.channels), uint8_t(random.number(0, 1)));
    model.layers = {layer};
    return model;
}

const std::vector<Shape> shapes = {
    {{2, 2, 2, 2, 1, 1, 0, 0, 0, 0}},          {{3, 3, 2, 2, 1, 1, 1, 1, 1, 1}}, {{1, 4, 1, 1, 1, 1, 0, 2, 0, 1}},
    {{3, 1, 1, 2, 1, 1, 0, 0, 0, 0}},          {{2, 3, 1, 1, 2, 2, 1, 2, 1, 2}}, {{1, 1, 2, 2, 1, 1, 0, 0, 0, 0}},
    {{5, 5, 1, 1, 1, 1, 2, 2, 2, 2}, 7, 6, 3}, {{2, 2, 2, 2, 1, 1, 2, 0, 2, 2}}, {{7, 7, 1, 1, 1, 1, 0, 0, 0, 0}},
    {{3, 3, 2, 2, 1, 1, 0, 0, 1, 1}, 8, 8, 70}};

int count_greatest(const Model& model) {
    return static_cast<int>(std::count_if(model.layers.begin(), model.layers.end(),
                                          [](const Layer& layer) { return layer.greatest; }));
}

}  // namespace

TEST_CASE("The greatest of windows is golden on machines with a window engine and without") {
    Random random(1);
    for (const char* name : {"edge", "odd", "tiny", "edge-int8", "edge-ternary"}) {
        const spec::Machine& machine = spec::find_machine(name);
        for (size_t i = 0; i < shapes.size(); ++i) {
            for (const int zero_point : {-128, -7, 127}) {
                const Model model = pool(random, shapes[i], zero_point);
                INFO(name << ", shape " << i << ", zero point " << zero_point << "\n" << describe(model));
                const golden::TensorValues input = random_values(random, model.tensors[0]);
                const driver::Program program =
                    driver::compile(model, machine, driver::CompileOptions::keeping_tensors());
                const driver::RunRecord golden = driver::record_golden(model, program, input);
                REQUIRE(golden.tensors.size() == program.tensors.size());
                check_program(program, machine, input, golden.tensors);
            }
        }
    }
}

TEST_CASE("Layers that stand for a greatest give its values: an engine takes the window, its sides, or neither") {
    Random random(2);
    for (const auto& [name, kernel, greatest, layers] :
         {std::tuple{"edge", 3, 1, 1}, {"odd", 3, 1, 1}, {"odd", 5, 2, 2}, {"tiny", 3, 0, 8}, {"tiny", 2, 0, 4}}) {
        const Model model = pool(random, {{kernel, kernel, 1, 1, 1, 1, 0, 0, 0, 0}}, -5);
        const Model lowered = driver::with_greatest_for(model, spec::find_machine(name));
        INFO(name << ", kernel " << kernel);
        CHECK_NOTHROW(golden::validate(lowered));
        CHECK(count_greatest(lowered) == greatest);
        CHECK(int(lowered.layers.size()) == layers);
        const golden::TensorValues input = random_values(random, model.tensors[0]);
        CHECK(golden::run_model(lowered, input)[1] == golden::run_model(model, input)[1]);
    }
}

TEST_CASE("Padding below the zero point costs a copy where no engine takes the greatest, and none elsewhere") {
    Random random(3);
    const Shape padded{{3, 3, 2, 2, 1, 1, 1, 1, 1, 1}};
    const auto layers = [&](const char* machine, int zero_point) {
        return driver::with_greatest_for(pool(random, padded, zero_point), spec::find_machine(machine)).layers.size();
    };
    CHECK(layers("tiny", -128) == 8);
    CHECK(layers("tiny", 3) == 10);
    CHECK(layers("edge", 3) == 1);
}

TEST_CASE("The greatest of a window has no useful products, loads no weights and takes a few cycles a pixel") {
    Random random(4);
    const Model model = pool(random, {{3, 3, 2, 2, 1, 1, 1, 1, 1, 1}, 32, 32, 64}, -128);
    const driver::Program program = driver::compile(model, spec::find_machine("edge"), {});
    CHECK(program.layers[0].products == 0);
    for (const driver::CommandNote& note : program.notes) CHECK(note.role != driver::Role::weights);
}

}  // namespace napier::test
