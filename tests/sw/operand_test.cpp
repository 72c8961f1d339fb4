// Is a product of two tensors the layer whose weights are the second one's values?

#include <catch2/catch.hpp>

#include <functional>

#include "sw/base/error.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/validate.hpp"
#include "tests/support/random.hpp"
#include "tests/support/validation.hpp"

namespace {

using namespace napier;
using Catch::Matchers::Contains;
using golden::TensorValues;
using test::Random;

struct Sizes {
    int groups, own;         // of the layer, of the operand
    int in, out;             // channels of a group
    bool outputs_are_pixels;
};

TensorValues random_values(Random& random, const Tensor& tensor, int greatest = 127) {
    TensorValues values(golden::element_count(tensor));
    for (int8_t& value : values) value = static_cast<int8_t>(random.number(-greatest, greatest));
    return values;
}

// a [2][3] and b, pixels in two rows if their number is even, to c.
Model product(const Sizes& sizes, int a_zero, int b_zero) {
    const int pixels = sizes.outputs_are_pixels ? sizes.out : sizes.in;
    const int channels = sizes.own * (sizes.outputs_are_pixels ? sizes.in : sizes.out);
    const int rows = pixels % 2 == 0 ? 2 : 1, outputs = sizes.groups * sizes.out;
    Model model;
    model.tensors = {{"a", 2, 3, sizes.groups * sizes.in, 1.0f, a_zero},
                     {"b", rows, pixels / rows, channels, 1.0f, b_zero},
                     {"c", 2, 3, outputs, 1.0f, 3}};
    Layer layer;
    layer.name = "qk";
    layer.input = 0;
    layer.output = 2;
    layer.operand = {1, sizes.own, sizes.outputs_are_pixels};
    layer.groups = sizes.groups;
    layer.format = "int8";
    for (int o = 0; o < outputs; ++o) layer.bias.push_back(o * 7 - 20);
    layer.significand.assign(static_cast<size_t>(outputs), 3);
    layer.shift.assign(static_cast<size_t>(outputs), 8);
    model.layers = {layer};
    model.constants = {{1, TensorValues(golden::element_count(model.tensors[1]), 1)}};
    model.input = {0, "a", 0, true, true};
    model.output = {2, "c", 0, true, true};
    return model;
}

// The layer with the operand's values as its weights, for zero points of 0.
Layer with_weights(const Sizes& sizes, Layer layer, const TensorValues& operand) {
    layer.operand = {};
    const size_t in = static_cast<size_t>(sizes.in), out = static_cast<size_t>(sizes.out);
    const size_t own = static_cast<size_t>(sizes.own), share = static_cast<size_t>(sizes.groups / sizes.own);
    for (size_t g = 0; g < static_cast<size_t>(sizes.groups); ++g) {
        for (size_t o = 0; o < out; ++o) {
            for (size_t i = 0; i < in; ++i) {
                layer.weight.push_back(sizes.outputs_are_pixels ? operand[o * own * in + g / share * in + i]
                                                                : operand[i * own * out + g / share * out + o]);
            }
        }
    }
    return layer;
}

// The sentence validate throws after the change; empty if it throws none.
std::string sentence_after(const std::function<void(Model&)>& change) {
    Model model = product({4, 2, 5, 6, true}, 0, 0);
    change(model);
    return test::validation_sentence(model);
}

}  // namespace

TEST_CASE("a product of two tensors is a product by weights, in every arrangement") {
    Random random(3);
    for (const Sizes& sizes : {Sizes{1, 1, 3, 4, true}, Sizes{1, 1, 3, 4, false}, Sizes{4, 4, 5, 6, true},
                               Sizes{4, 2, 6, 5, false}, Sizes{6, 2, 3, 8, true}, Sizes{3, 1, 7, 2, false}}) {
        const Model model = product(sizes, 0, 0);
        CHECK_NOTHROW(golden::validate(model));
        std::vector<TensorValues> tensors{random_values(random, model.tensors[0]),
                                          random_values(random, model.tensors[1]), {}};
        const Layer plain = with_weights(sizes, model.layers[0], tensors[1]);
        CHECK_NOTHROW(golden::validate_layer(model, plain));
        CHECK((golden::run_layer(model, model.layers[0], tensors) == golden::run_layer(model, plain, tensors)));
    }
}

TEST_CASE("both zero points are taken off") {
    Random random(4);
    const Sizes sizes{4, 2, 5, 6, true};
    const Model model = product(sizes, 20, -9), centered = product(sizes, 0, 0);
    std::vector<TensorValues> tensors{random_values(random, model.tensors[0], 90),
                                      random_values(random, model.tensors[1], 90), {}};
    std::vector<TensorValues> moved = tensors;
    for (int8_t& value : moved[0]) value = static_cast<int8_t>(value - 20);
    for (int8_t& value : moved[1]) value = static_cast<int8_t>(value + 9);
    CHECK((golden::run_layer(model, model.layers[0], tensors) ==
           golden::run_layer(centered, centered.layers[0], moved)));
}

TEST_CASE("a model's constants are its layers' operands") {
    Random random(5);
    Model model = product({1, 1, 3, 4, false}, 0, 0);
    model.constants[0].values = random_values(random, model.tensors[1]);
    const TensorValues input = random_values(random, model.tensors[0]);
    const std::vector<TensorValues> tensors = golden::run_model(model, input);
    CHECK((tensors[1] == model.constants[0].values));
    CHECK((tensors[2] == golden::run_layer(model, model.layers[0], {input, tensors[1], {}})));
}

TEST_CASE("the sums of products of two tensors are bounded by what bytes can be") {
    const Model model = product({4, 2, 5, 6, true}, 0, 0);
    const golden::AccumulatorBound bound = golden::accumulator_bound(model.layers[0], 1, 5);
    CHECK(bound.greatest_partial == 5 * 128 * 128);
    CHECK(bound.least_partial == 5 * -128 * 127);
    CHECK(bound.greatest_biased == 5 * 128 * 128 + 23 * 7 - 20);
    CHECK(bound.bits == 18);
    CHECK_NOTHROW(golden::require_accumulator(model.layers[0], 18, 1, 5));
    CHECK_THROWS_WITH(golden::require_accumulator(model.layers[0], 17, 1, 5), Contains("accumulators of 18 bits"));
}

TEST_CASE("inconsistent products and constants") {
    CHECK(sentence_after([](Model&) {}).empty());
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].operand.tensor = 9; }), Contains("names tensor 9 of 3"));
    for (const int groups : {0, 3}) {
        CHECK_THAT(sentence_after([&](Model& m) { m.layers[0].operand.groups = groups; }), Contains("give a divisor"));
    }
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].operand.outputs_are_pixels = false; }),
               Contains("takes them from tensor b with 6 pixels and 5 channels of a group; give it as many"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].operand.groups = 1; }), Contains("give it as many"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].weight = {1}; }), Contains("has a window, weights, a factor"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].window.stride_x = 3; }), Contains("makes 2x1 pixels"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].format = "ternary"; }), Contains("a format other than int8"));
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[1].vector_scales = {2}; }), Contains("scales of vectors"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].shift.pop_back(); }), Contains("23 shifts for 24"));
    CHECK_THAT(sentence_after([](Model& m) { m.constants[0].values.pop_back(); }), Contains("has 59 values"));
    CHECK_THAT(sentence_after([](Model& m) { m.constants[0].tensor = 7; }), Contains("A constant names tensor 7"));
    CHECK_THAT(sentence_after([](Model& m) { m.constants.push_back(m.constants[0]); }), Contains("b is constant and"));
    CHECK_THAT(sentence_after([](Model& m) { m.constants.clear(); }), Contains("reads tensor b before any layer"));
}
