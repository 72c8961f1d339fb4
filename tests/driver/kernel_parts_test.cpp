// Does a layer whose window does not fit the activation buffer at once run by parts of its kernel, with golden tensors?

#include <catch2/catch.hpp>

#include <string>

#include "driver/compile/compile.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/run_program.hpp"
#include "tests/support/random_model.hpp"

namespace napier::test {
namespace {

struct Shape {
    int size, in, out, groups, kernel, stride, dilation, pad;
    int most_weight;
};

Model model_of(Random& random, const Shape& shape) {
    const int reach = (shape.kernel - 1) * shape.dilation + 1;
    const int out_size = (shape.size + 2 * shape.pad - reach) / shape.stride + 1;
    Model model;
    model.name = "one";
    model.tensors = {{"in", shape.size, shape.size, shape.in, 0.02f, -7}, {"out", out_size, out_size, shape.out}};
    Layer layer;
    layer.name = "window";
    layer.operation = "Conv";
    layer.input = 0;
    layer.output = 1;
    layer.groups = shape.groups;
    layer.window = {shape.kernel, shape.kernel, shape.stride, shape.stride, shape.dilation, shape.dilation,
                    shape.pad,    shape.pad,    shape.pad,    shape.pad};
    layer.format = shape.most_weight == 1 ? "ternary" : "int8";
    layer.weight.resize(size_t(shape.out) * size_t(shape.kernel * shape.kernel * shape.in / shape.groups));
    for (int8_t& weight : layer.weight) {
        weight = static_cast<int8_t>(random.number(-shape.most_weight, shape.most_weight));
    }
    layer.bias.assign(size_t(shape.out), 11);
    layer.significand.assign(size_t(shape.out), 1 << 23);
    layer.shift.assign(size_t(shape.out), shape.most_weight == 1 ? 26 : 30);
    model.layers = {layer};
    model.input.tensor = 0;
    model.output.tensor = 1;
    return model;
}

// With room in memory for a program of many commands. activation_words: 0: as many as the machine has.
spec::Machine machine_of(const std::string& name, int activation_words) {
    spec::Machine machine = spec::find_machine(name);
    machine.address_bits = 32;
    if (activation_words > 0) machine.activation_words = activation_words;
    return machine;
}

// The mapping of the only layer, whose outputs are right.
std::string mapping(const Model& model, const spec::Machine& machine, const driver::Tuning& tuning, Random& random) {
    driver::CompileOptions options;
    options.tuning = tuning;
    const driver::Program program = driver::compile(model, machine, options);
    INFO(machine.name << ", " << machine.activation_words << " words: " << program.layers[0].description);
    const golden::TensorValues input = random_values(random, model.tensors[0]);
    check_program(program, machine, input, golden::run_model(model, input));
    return program.layers[0].description;
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// A whole image; windows that overlap, with padding; strides; dilation; groups; weights in planes.
const Shape shapes[] = {{21, 20, 20, 20, 21, 1, 1, 0, 1},  {11, 5, 18, 1, 9, 1, 1, 4, 1},
                        {19, 3, 7, 1, 8, 4, 1, 3, 1},      {17, 40, 9, 1, 5, 2, 3, 6, 1},
                        {14, 34, 34, 2, 12, 1, 1, 2, 1},   {13, 12, 5, 1, 13, 1, 1, 0, 13},
                        {12, 6, 12, 3, 11, 1, 1, 5, 13}};

}  // namespace

TEST_CASE("Windows larger than the activation buffer are summed by parts of their kernel") {
    Random random(1);
    int rows = 0, columns = 0;
    for (const Shape& shape : shapes) {
        const Model model = model_of(random, shape);
        for (const char* name : {"edge", "odd", "tiny"}) {
            for (const int words : {64, 24, 9}) {
                driver::Tuning tuning;
                tuning.fold_x = tuning.fold_y = tuning.windowed = false;
                const std::string text = mapping(model, machine_of(name, words), tuning, random);
                rows += has(text, " kernel rows and ");
                columns += has(text, "1 of") && has(text, "columns at a time");
            }
        }
    }
    CHECK(rows > 20);
    CHECK(columns > 5);
}

TEST_CASE("Kernel rows by ones, twos and threes give the golden tensors in every folding") {
    Random random(2);
    for (const Shape& shape : shapes) {
        const Model model = model_of(random, shape);
        for (const char* name : {"edge", "odd", "tiny"}) {
            for (const int rows : {1, 2, 3}) {
                driver::Tuning tuning;
                tuning.windowed = false;
                tuning.most_rows = rows;
                if (random.chance(70)) tuning.fold_y = random.chance(40);
                if (random.chance(70)) tuning.fold_x = random.chance(40);
                if (random.chance(50)) tuning.fold_rows = 2;
                if (random.chance(50)) tuning.most_pixels = random.number(1, 9);
                mapping(model, machine_of(name, 0), tuning, random);
            }
        }
    }
}

TEST_CASE("A window that fits is not cut") {
    Random random(3);
    const Model model = model_of(random, shapes[0]);
    CHECK_FALSE(has(mapping(model, spec::find_machine("edge"), {}, random), "at a time"));
}

}  // namespace napier::test
