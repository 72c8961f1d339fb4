// Are terms multiplied by the scales of their input's vectors, as the definition says, and are the sums bounded so?

#include <catch2/catch.hpp>

#include <algorithm>

#include "sw/base/error.hpp"
#include "sw/formats/planes.hpp"
#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/validate.hpp"
#include "tests/support/random.hpp"
#include "tests/support/scaled_input.hpp"

namespace {

using namespace napier;

// A convolution of 3x2 taps over 5x4 pixels of 72 channels, the last vector short; the input's scales in the layer.
Model scaled_model(test::Random& random, int groups) {
    std::vector<Tensor> tensors = {
        {"first", 5, 4, 72, 1.0f, 3}, {"in", 5, 4, 72, 0.5f, -7}, {"out", 4, 3, 4, 0.25f, 9}};
    for (int i = 0; i < 5; ++i) tensors[1].vector_scales.push_back(static_cast<uint8_t>(random.number(1, 15)));
    Layer layer;
    layer.name = "conv";
    layer.format = "int8";
    layer.groups = groups;
    layer.window.kernel_h = 3;
    layer.window.kernel_w = 2;
    layer.window.pad_top = 1;
    layer.weight.resize(static_cast<size_t>(4 * 6 * 72 / groups));
    for (int8_t& weight : layer.weight) weight = static_cast<int8_t>(random.number(-128, 127));
    Model model = test::behind_copy(tensors, layer, 100, 12345, 30);
    model.input = {0, "input", 0, false, false};
    model.output = {2, "output", 0, false, false};
    return model;
}

int scale_of(const Model& model, int channel) {
    return model.tensors[1].vector_scales[static_cast<size_t>(channel / 16)];
}

// One output: the plain sum of each vector, scaled in the end.
int64_t scaled_sum(const Model& model, const golden::TensorValues& input, int y, int x, int o) {
    const Layer& layer = model.layers[1];
    const int per_group = 72 / layer.groups;
    int64_t vectors[5] = {};
    for (int tap = 0; tap < 6; ++tap) {
        const int in_y = y + tap / 2 - 1, in_x = x + tap % 2;
        for (int i = 0; i < per_group; ++i) {
            const int channel = o / (4 / layer.groups) * per_group + i;
            const int value = in_y < 0 ? -7 : input[static_cast<size_t>((in_y * 4 + in_x) * 72 + channel)];
            vectors[channel / 16] += value * layer.weight[static_cast<size_t>((o * 6 + tap) * per_group + i)];
        }
    }
    int64_t sum = 0;
    for (int v = 0; v < 5; ++v) sum += vectors[v] * scale_of(model, 16 * v);
    return sum;
}

}  // namespace

TEST_CASE("every term has the scale of its channel's vector, padding too, in one group and in several") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        for (const int groups : {1, 2, 4}) {
            test::Random random(seed);
            const Model model = scaled_model(random, groups);
            golden::validate(model);
            golden::TensorValues input(5 * 4 * 72);
            for (int8_t& value : input) value = static_cast<int8_t>(random.number(-128, 127));
            for (int i = 0; i < 4 * 3 * 4; ++i) {
                const int y = i / 12, x = i / 4 % 3, o = i % 4;
                REQUIRE(golden::accumulate(model, model.layers[1], input, y, x, o) ==
                        scaled_sum(model, input, y, x, o));
            }
        }
    }
}

TEST_CASE("bounds of scaled terms are reached, in one format and in planes of trits") {
    for (uint64_t seed = 0; seed < 20; ++seed) {
        for (const int groups : {1, 4}) {
            test::Random random(seed);
            const Model model = scaled_model(random, groups);
            const Layer& layer = model.layers[1];
            const auto bound = golden::accumulator_bound(layer);
            const int planes = formats::plane_count(layer.weight);
            const auto in_planes = golden::accumulator_bound(layer, planes);
            const size_t terms = layer.weight.size() / 4, per_group = terms / 6;
            int64_t least = 0, greatest = 0, plane_least = 0, plane_greatest = 0;
            for (size_t o = 0; o < 4; ++o) {
                int64_t low = 0, high = 0;
                std::vector<int64_t> lows(static_cast<size_t>(planes)), highs(lows);
                for (size_t i = 0; i < terms; ++i) {
                    const int weight = layer.weight[o * terms + i];
                    const size_t channel = o * static_cast<size_t>(groups) / 4 * per_group + i % per_group;
                    const int scale = scale_of(model, static_cast<int>(channel));
                    low += scale * std::min(-128 * weight, 127 * weight);
                    high += scale * std::max(-128 * weight, 127 * weight);
                    for (int plane = 0; plane < planes; ++plane) {
                        const int with = formats::upper_trits(weight, plane);
                        const int without = 3 * formats::upper_trits(weight, plane + 1);
                        lows[size_t(plane)] +=
                            scale * std::min({-128 * with, 127 * with, -128 * without, 127 * without});
                        highs[size_t(plane)] +=
                            scale * std::max({-128 * with, 127 * with, -128 * without, 127 * without});
                    }
                }
                least = std::min(least, low);
                greatest = std::max(greatest, high);
                plane_least = std::min(plane_least, *std::min_element(lows.begin(), lows.end()));
                plane_greatest = std::max(plane_greatest, *std::max_element(highs.begin(), highs.end()));
            }
            CHECK(bound.least_partial == least);
            CHECK(bound.greatest_partial == greatest);
            CHECK(in_planes.least_partial == plane_least);
            CHECK(in_planes.greatest_partial == plane_greatest);
        }
    }
}

TEST_CASE("models with wrong scales of vectors are refused") {
    test::Random random(1);
    Model model = scaled_model(random, 1);
    const auto expect = [&](const std::string& sentence) {
        CHECK_THROWS_WITH(golden::validate(model), Catch::Contains(sentence));
    };
    model.tensors[1].vector_scales.pop_back();
    expect("Tensor in of 72 channels has 4 scales of vectors; give one for each 16 channels, or none");
    model.tensors[1].vector_scales.push_back(16);
    expect("Tensor in has a vector of the scale 16; give 1 to 15.");
    model.tensors[1].vector_scales.back() = 0;
    expect("Tensor in has a vector of the scale 0; give 1 to 15.");
    model.tensors[1].vector_scales.back() = model.layers[1].input_scales.back() == 1 ? 2 : 1;
    expect("Layer conv multiplies its terms by scales that are not those of its input's vectors");
    model.tensors[1].vector_scales = model.layers[1].input_scales;
    model.tensors[0].vector_scales = model.layers[1].input_scales;
    expect("The model's input port input has scales of vectors; give it one scale.");
    model.tensors[0].vector_scales.clear();
    model.layers[1].format = "adder";
    expect("Layer conv of format adder has scales of its input's vectors; give them to products alone.");
}
