// Does AdderConv become a layer of distances, and is what cannot be one refused with a sentence?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// Input [1, 3, 7, 6] with scale 0.5 -> AdderConv of 4 x 3 x 3 x 2 -> output, everything quantized.
struct Distances {
    OnnxBuilder graph;
    NodeBuilder node;

    explicit Distances(int zero = 3, float weight_scale = 0.5f, int most = 60, const std::string& behind = "")
        : node(nullptr) {
        Random random(5);
        std::vector<int> weights(4 * 3 * 3 * 2);
        for (int& weight : weights) {
            weight = random.number(-most, most);
        }
        graph.input("x", {-1, 3, 7, 6});
        const std::string x = graph.quantized("x", 0.5f, zero);
        const std::string b = graph.reals("b", {4}, {700.0f, 750.5f, 800.0f, 650.5f});
        node = graph.node("AdderConv", "y", {x, graph.weight("w", {4, 3, 3, 2}, weights, {weight_scale}), b});
        node.domain("napier");
        std::string last = "y";
        if (!behind.empty()) {
            Names inputs{"y"};
            if (behind == "Mul") {
                inputs.push_back(graph.reals("f", {1, 4, 1, 1}, {2.0f, 1.0f, 0.5f, -1.0f}));
            }
            graph.node(behind, "z", inputs);
            last = "z";
        }
        graph.quantized(last, 4.0f, -5);
        graph.output(last + "_dequantized", {-1, 4, -1, -1});
    }
};

}  // namespace

TEST_CASE("AdderConv: every output equals minus the sum of distances in real numbers") {
    for (const int zero : {3, 0, -40}) {
        Distances model(zero);
        model.node.integers("strides", {2, 1}).integers("pads", {1, 0, 2, 1}).integers("dilations", {1, 2});
        const Model imported = require_equal_outputs(model.graph);
        REQUIRE(imported.layers.size() == 1);
        CHECK(imported.layers[0].format == "adder");
        CHECK(imported.layers[0].operation == "AdderConv");
    }
}

TEST_CASE("AdderConv: the weights of a layer stand on the input's grid, its bias has no share of the zero point") {
    OnnxBuilder graph;
    graph.input("x", {-1, 1, 1, 2});
    const std::string x = graph.quantized("x", 0.5f, 10);
    graph.node("AdderConv", "y", {x, graph.weight("w", {1, 1, 1, 2}, {3, -20}, {0.5f})}).domain("napier");
    graph.quantized("y", 0.5f, 0);
    graph.output("y_dequantized", {-1, 1, 1, 1});
    const Layer layer = require_equal_outputs(graph).layers.at(0);
    CHECK(layer.weight == std::vector<int8_t>{13, -10});
    CHECK(layer.bias[0] == 0);
}

TEST_CASE("AdderConv: a Relu behind it is part of the layer") {
    const Model model = require_equal_outputs(Distances(3, 0.5f, 60, "Relu").graph);
    REQUIRE(model.layers.size() == 1);
    CHECK(model.layers[0].clamp_low == -5);
}

TEST_CASE("AdderConv: what cannot be a layer of distances says why") {
    const auto sentence = [](Distances model) { return import_sentence(model.graph); };
    CHECK_THAT(sentence(Distances(3, 0.25f)),
               Catch::Contains("the scale 0.25 of its weights is not the scale 0.5 of its input") &&
                   Catch::Contains("with the same scale"));
    CHECK_THAT(sentence(Distances(-128)), Catch::Contains("lies outside the range of its input, whose zero point is "
                                                          "-128"));
    CHECK_THAT(sentence(Distances(3, 0.5f, 60, "Mul")),
               Catch::Contains("output channel 3 has the factor -0.5, and a sum of distances cannot be negated"));
    Distances other;
    other.node.domain("somebody");
    CHECK_THAT(import_sentence(other.graph), Catch::Contains("operators of the domain 'somebody' are not supported"));
}
