// Do weights with a scale for each block become the integers of vectors with integer scales?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// Weights of 4 bits, 3 outputs of 40 inputs, in blocks of 16, 16 and 8.
constexpr int outputs = 3, inputs = 40, blocks = 3;
constexpr float channel_scale[outputs] = {0.1f, 0.25f, 0.003f};
constexpr int block_scale[outputs][blocks] = {{15, 1, 4}, {2, 6, 0}, {7, 13, 15}};

int integer(int output, int input) { return (output * 7 + input * 5) % 15 - 7; }

std::vector<int8_t> expected(int taps) {
    std::vector<int8_t> weights;
    for (int o = 0; o < outputs; ++o) {
        for (int tap = 0; tap < taps; ++tap) {
            for (int i = 0; i < inputs; ++i) {
                weights.push_back(static_cast<int8_t>(integer(o, i) * block_scale[o][i / 16] / (o == 1 ? 2 : 1)));
            }
        }
    }
    return weights;
}

template <typename Scale>
std::vector<float> scales(bool outputs_last, Scale scale) {
    std::vector<float> values;
    for (int first = 0; first < (outputs_last ? blocks : outputs); ++first) {
        for (int second = 0; second < (outputs_last ? outputs : blocks); ++second) {
            values.push_back(outputs_last ? scale(second, first) : scale(first, second));
        }
    }
    return values;
}

float real_scale(int output, int block) {
    return channel_scale[output] * static_cast<float>(block_scale[output][block]);
}

std::vector<int> integers(bool outputs_last, int taps) {
    std::vector<int> values;
    for (int first = 0; first < (outputs_last ? inputs : outputs); ++first) {
        for (int second = 0; second < (outputs_last ? outputs : inputs); ++second) {
            values.insert(values.end(), static_cast<size_t>(taps),
                          outputs_last ? integer(second, first) : integer(first, second));
        }
    }
    return values;
}

struct Network {
    OnnxBuilder graph{21};
    std::string x;

    explicit Network(const Dims& dims) {
        graph.input("x", dims);
        x = graph.quantized("x", 0.5f, 7);
    }

    Model finish() {
        graph.quantized("y", 64.0f, 5);
        graph.output("y_dequantized", {});
        return import_graph(graph);
    }

    std::string refusal() {
        graph.quantized("y", 64.0f, 5);
        graph.output("y_dequantized", {});
        return import_sentence(graph);
    }
};

}  // namespace

TEST_CASE("blocks of a convolution's input channels") {
    Network network({-1, inputs, 4, 4});
    network.graph.node("DequantizeLinear", "w", {network.graph.integers("wi", {outputs, inputs, 2, 2},
                                                                        integers(false, 4), 3),
                                                 network.graph.reals("ws", {outputs, blocks, 2, 2}, [&] {
                                                     std::vector<float> values;
                                                     for (const float scale : scales(false, real_scale)) {
                                                         values.insert(values.end(), 4, scale);
                                                     }
                                                     return values;
                                                 }())})
        .integer("block_size", 16);
    network.graph.node("Conv", "y", {network.x, "w"});
    const Model model = network.finish();
    CHECK(model.layers[0].weight == expected(4));
    CHECK(model.layers[0].format == "vsq");
}

TEST_CASE("blocks of a product, outputs last, and scales that are integers times a scale themselves") {
    Network network({-1, inputs});
    const std::string wi = network.graph.integers("wi", {inputs, outputs}, integers(true, 1), 3);
    std::string ws = network.graph.reals("ws", {blocks, outputs}, scales(true, real_scale));
    SECTION("one level") {}
    SECTION("two levels") {
        std::vector<int> values;
        for (const float scale : scales(true, [](int o, int b) { return static_cast<float>(block_scale[o][b]); })) {
            values.push_back(static_cast<int>(scale));
        }
        network.graph.node("DequantizeLinear", "ws2",
                           {network.graph.integers("wsi", {blocks, outputs}, values, 2),
                            network.graph.reals("wss", {outputs},
                                                {channel_scale[0], channel_scale[1], channel_scale[2]})});
        ws = "ws2";
    }
    network.graph.node("DequantizeLinear", "w", {wi, ws, network.graph.integers("wz", {blocks, outputs},
                                                                                std::vector<int>(9, 0), 3)})
        .integer("axis", 0)
        .integer("block_size", 16);
    network.graph.node("MatMul", "y", {network.x, "w"});
    const Model model = network.finish();
    CHECK(model.layers[0].weight == expected(1));
    CHECK(model.layers[0].format == "vsq");
    CHECK_THAT(model.notes.front(), Catch::Contains("the scales of its blocks are integers times a scale"));
}

TEST_CASE("blocks that are no vectors with integer scales are refused") {
    Network network({-1, inputs});
    std::vector<float> values = scales(true, real_scale);
    std::vector<int> zeros(9, 0);
    int64_t axis = 0, block = 16;
    std::string sentence;
    SECTION("scales without a common measure") {
        values[0] *= 1.001f;
        sentence = "the scales of its blocks in output channel 0 are no multiples of one scale, up to 127 times; give";
    }
    SECTION("zero points") {
        zeros[4] = 1;
        sentence = "its blocks have zero points; quantize blocks symmetrically, with zero point 0";
    }
    SECTION("another shape") {
        block = 8;
        sentence = "its scales have the shape [3, 3] and its blocks [5, 3]";
    }
    network.graph.node("DequantizeLinear", "w", {network.graph.integers("wi", {inputs, outputs}, integers(true, 1), 3),
                                                 network.graph.reals("ws", {blocks, outputs}, values),
                                                 network.graph.integers("wz", {blocks, outputs}, zeros, 3)})
        .integer("axis", axis)
        .integer("block_size", block);
    network.graph.node("MatMul", "y", {network.x, "w"});
    CHECK_THAT(network.refusal(), Catch::Contains(sentence));
}
