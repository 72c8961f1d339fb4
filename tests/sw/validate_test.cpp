// Does every inconsistency of a model get its sentence?

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <limits>

#include "sw/base/error.hpp"
#include "sw/golden/validate.hpp"
#include "tests/support/validation.hpp"

namespace {

using namespace napier;
using Catch::Matchers::Contains;

// input 4x4x2 -> conv 3x3 -> 4x4x2 -> add to itself.
Model valid_model() {
    Model model;
    model.tensors = {{"in", 4, 4, 2, 1.0f, 0}, {"mid", 4, 4, 2, 0.5f, 3}, {"out", 4, 4, 2, 0.25f, -3}};
    Layer conv;
    conv.name = "conv";
    conv.input = 0;
    conv.output = 1;
    conv.window = {3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    conv.format = "int8";
    conv.weight.assign(36, 7);
    conv.bias = {1, 2};
    conv.significand = {3, 4};
    conv.shift = {5, 6};
    Layer add = conv;
    add.name = "add";
    add.input = 1;
    add.output = 2;
    add.residual = 1;
    add.window = {};
    add.format = "ternary";
    add.weight = {1, 0, 0, 1};
    add.shift = {5, 5};
    add.residual_significand = 9;
    model.layers = {conv, add};
    model.input = {0, "in", 0, true, true};
    model.output = {2, "out", 0, true, true};
    return model;
}

// The sentence validate throws after the change; empty if it throws none.
std::string sentence_after(const std::function<void(Model&)>& change) {
    Model model = valid_model();
    change(model);
    return test::validation_sentence(model);
}

}  // namespace

TEST_CASE("a consistent model is accepted") {
    CHECK(sentence_after([](Model&) {}).empty());
}

TEST_CASE("tensors") {
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[1].height = 0; }), Contains("Tensor mid has the shape 0x4x2"));
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[1].channels = -1; }), Contains("Tensor mid has the shape"));
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[0].width = 1 << 21; }), Contains("Tensor in has the shape"));
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[0] = {"in", 1 << 20, 1 << 20, 2, 1.0f, 0}; }),
               Contains("2^31 elements"));
    for (const float scale : {0.0f, -1.0f, std::nanf(""), std::numeric_limits<float>::infinity()}) {
        CHECK_THAT(sentence_after([&](Model& m) { m.tensors[1].scale = scale; }), Contains("Tensor mid has the scale"));
    }
    CHECK_THAT(sentence_after([](Model& m) { m.tensors[2].zero_point = 128; }), Contains("the zero point 128"));
    CHECK_THAT(sentence_after([](Model& m) { m.tensors.push_back({"lost", 1, 1, 1, 1.0f, 0}); }),
               Contains("lost is written by no layer"));
}

TEST_CASE("ports") {
    CHECK_THAT(sentence_after([](Model& m) { m.input.tensor = -1; }), Contains("input port in names tensor -1"));
    CHECK_THAT(sentence_after([](Model& m) { m.output.tensor = 3; }), Contains("output port out names tensor 3"));
    CHECK_THAT(sentence_after([](Model& m) { m.input.stored_offset = 5; }), Contains("stored offset 5"));
}

TEST_CASE("order of layers") {
    CHECK_THAT(sentence_after([](Model& m) { std::swap(m.layers[0], m.layers[1]); }), Contains("before any layer"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[1].residual = 2; }), Contains("before any layer"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[1].output = 1; }), Contains("is written already"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[1].output = 0; }), Contains("is written already"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].input = 9; }), Contains("Layer conv names tensor 9"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].residual = -2; }), Contains("Layer conv names tensor -2"));
}

// valid_model() with `mid` written by two layers, a channel each.
Model model_of_parts() {
    Model model = valid_model();
    for (int channel = 0; channel < 2; ++channel) {
        model.tensors.push_back({"part", 4, 4, 1, 0.5f, 3});
        model.tensors.back().whole = 1;
        model.tensors.back().first_channel = channel;
        Layer half = model.layers[0];
        half.output = 3 + channel;
        half.weight.resize(18), half.bias.resize(1), half.significand.resize(1), half.shift.resize(1);
        if (channel == 1) model.layers.erase(model.layers.begin());
        model.layers.insert(model.layers.begin() + channel, half);
        if (channel == 0) std::swap(model.layers[0], model.layers[1]);
    }
    return model;
}

TEST_CASE("parts of tensors") {
    const auto sentence = [](const std::function<void(Model&)>& change) {
        return sentence_after([&](Model& m) {
            m = model_of_parts();
            change(m);
        });
    };
    CHECK(sentence([](Model&) {}).empty());
    CHECK_THAT(sentence([](Model& m) { m.tensors[3].whole = 9; }), Contains("The part part names tensor 9"));
    CHECK_THAT(sentence([](Model& m) { m.tensors[3].scale = 1; }), Contains("part cannot be a part of mid"));
    CHECK_THAT(sentence([](Model& m) { m.tensors[4].zero_point = 1; }), Contains("part cannot be a part of mid"));
    CHECK_THAT(sentence([](Model& m) { m.tensors[3].first_channel = 2; }), Contains("channels 2 to 2 of mid"));
    CHECK_THAT(sentence([](Model& m) { m.tensors[3].first_channel = 1; }), Contains("is written already"));
    CHECK_THAT(sentence([](Model& m) { m.layers[2].input = 3, m.layers[2].weight = {1, 1}; }),
               Contains("reads tensor part, a part"));
    CHECK_THAT(sentence([](Model& m) { std::swap(m.layers[1], m.layers[2]); }), Contains("before any layer"));
    CHECK_THAT(sentence([](Model& m) { m.output.tensor = 4; }), Contains("is a part of a tensor"));
}

TEST_CASE("windows and shapes") {
    for (int Window::*step : {&Window::kernel_h, &Window::kernel_w, &Window::stride_y, &Window::stride_x,
                              &Window::dilation_y, &Window::dilation_x}) {
        CHECK_THAT(sentence_after([&](Model& m) { m.layers[0].window.*step = 0; }), Contains("or dilation of 0"));
        CHECK_THAT(sentence_after([&](Model& m) { m.layers[0].window.*step = (1 << 20) + 1; }), Contains("1048577"));
    }
    for (int Window::*pad : {&Window::pad_top, &Window::pad_left, &Window::pad_bottom, &Window::pad_right}) {
        CHECK_THAT(sentence_after([&](Model& m) { m.layers[0].window.*pad = -1; }), Contains("padding of -1"));
    }
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].window.kernel_h = -3; }), Contains("dilation of -3"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].window.stride_y = 2; }), Contains("makes 2x4 pixels"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].window.dilation_x = 9; }), Contains("makes 4x0 pixels"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].groups = 0; }), Contains("has 0 groups"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].groups = 3; }), Contains("has 3 groups"));
    CHECK_THAT(sentence_after([](Model& m) {
                   m.tensors[0] = {"in", 2, 2, 2, 1.0f, 0};
                   m.layers[0].window = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
                   m.layers[0].weight.assign(4, 7);
                   m.layers[1].residual = 0;
               }),
               Contains("adds tensor in of another shape"));
}

TEST_CASE("weights and formats") {
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].weight.pop_back(); }), Contains("has 35 weights"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].groups = 2; }), Contains("has 36 weights"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].format = "ternary"; }), Contains("does not hold"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].format = "float"; }), Contains("number format 'float'"));
}

TEST_CASE("one-bit values") {
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].format = "xnor"; }), Contains("reads a tensor of bytes"));
    CHECK_THAT(sentence_after([](Model& m) {
                   m.tensors[1].one_bit = true;
                   m.tensors[1].zero_point = 1;
               }),
               Contains("reads a tensor of one-bit values"));
    CHECK_THAT(sentence_after([](Model& m) {
                   m.tensors[0].one_bit = true;
                   m.tensors[0].zero_point = 1;
               }),
               Contains("input port"));
    CHECK_THAT(sentence_after([](Model& m) {
                   m.tensors[1].one_bit = true;
                   m.tensors[1].zero_point = 0;
               }),
               Contains("padding value 0; give it +1 or -1"));
}

TEST_CASE("scaling") {
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].bias.pop_back(); }), Contains("has 1 biases"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].shift.push_back(1); }), Contains("3 shifts"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].significand = {1}; }), Contains("1 significands"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].significand[1] = 1 << 24; }), Contains("more than 24 bits"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[1].residual_significand = 1 << 24; }), Contains("24 bits"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].shift[0] = 64; }), Contains("shift of 64"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[1].shift[1] = 6; }), Contains("columns of different shifts"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].clamp_low = -129; }), Contains("clamps to [-129, 127]"));
    CHECK_THAT(sentence_after([](Model& m) { m.layers[0].clamp_high = 128; }), Contains("clamps to"));
    CHECK_THAT(sentence_after([](Model& m) {
                   m.layers[0].clamp_low = 3;
                   m.layers[0].clamp_high = 2;
               }),
               Contains("clamps to [3, 2]"));
}

TEST_CASE("the greatest of a window") {
    const auto after = [](const std::function<void(Model&, Layer&)>& change) {
        return sentence_after([&](Model& m) {
            Layer& layer = m.layers[0];
            layer.greatest = true;
            layer.groups = 2;
            layer.weight.assign(18, 1);
            layer.significand = {3, 3};
            layer.shift = {5, 5};
            change(m, layer);
        });
    };
    CHECK(after([](Model&, Layer&) {}).empty());
    CHECK_THAT(after([](Model&, Layer& layer) { layer.groups = 1, layer.weight.assign(36, 1); }),
               Contains("as many groups as channels"));
    CHECK_THAT(after([](Model&, Layer& layer) { layer.weight[3] = 2; }), Contains("weights of 1 alone"));
    CHECK_THAT(after([](Model&, Layer& layer) { layer.residual = 0; }), Contains("weights of 1 alone"));
    CHECK_THAT(after([](Model&, Layer& layer) { layer.rectified = true; }), Contains("weights of 1 alone"));
    CHECK_THAT(after([](Model&, Layer& layer) { layer.shift[1] = 6; }), Contains("scales its channels differently"));
    CHECK_THAT(after([](Model&, Layer& layer) { layer.significand[0] = 2; }), Contains("channels differently"));
}
