// Do activation functions between quantizers become tables of the layers before them, or of copies, and nothing else?

#include <catch2/catch.hpp>

#include <algorithm>

#include "sw/golden/layer.hpp"
#include "sw/golden/quantize.hpp"
#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// x [1, 3, 2, 2] quantized, and a convolution of it quantized to steps of 1/16; returns that.
std::string convolution(OnnxBuilder& graph) {
    graph.input("x", {-1, 3, 2, 2});
    const std::string x = graph.quantized("x", 0.5f, 7);
    graph.node("Conv", "conv", {x, graph.weight("w", {3, 3, 1, 1}, {5, -3, 10, 1, -7, 9, 3, 2, 1}, {0.125f})});
    return graph.quantized("conv", 0.0625f, -12);
}

Model finish(OnnxBuilder& graph, const std::string& name, float scale, int zero_point) {
    graph.quantized(name, scale, zero_point);
    graph.output(name + "_dequantized", {-1, 3, 2, 2});
    return import_graph(graph);
}

// Twice the value from 0 on, else the value, with the steps and zero points above and the output's.
int8_t bent(int input, float scale, int zero_point) {
    const float real = golden::dequantize(static_cast<int8_t>(input), 0.0625f, -12);
    return golden::quantize(real < 0.0f ? 0.5f * real : real, scale, zero_point);
}

bool has_note(const Model& model, const std::string& text) {
    return std::any_of(model.notes.begin(), model.notes.end(),
                       [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("a function of a layer's output is the layer's table") {
    OnnxBuilder graph;
    graph.node("LeakyRelu", "bent", {convolution(graph)}).number("alpha", 0.5f);
    const Model model = finish(graph, "bent", 0.125f, 30);
    REQUIRE(model.layers.size() == 1);
    REQUIRE(model.tensors.size() == 2);
    const Layer& layer = model.layers[0];
    CHECK(layer.name == "conv");
    CHECK(layer.table.function == "LeakyRelu");
    CHECK(layer.table.zero_point == -12);
    CHECK(model.tensors[1].zero_point == 30);
    CHECK(model.tensors[1].scale == 0.125f);
    CHECK(model.output.tensor == 1);
    CHECK(has_note(model, "layer 'conv': LeakyRelu as a table of its outputs"));
    for (int value = -128; value <= 127; ++value) {
        REQUIRE(layer.table.entries[static_cast<uint8_t>(value)] == bent(value, 0.125f, 30));
    }
}

TEST_CASE("a tensor that another layer reads keeps its values, and a copy has the table") {
    OnnxBuilder graph;
    const std::string x = convolution(graph);
    graph.node("LeakyRelu", "bent", {x}).number("alpha", 0.5f);
    graph.node("Add", "sum", {graph.quantized("bent", 0.125f, 30), x});
    const Model model = finish(graph, "sum", 0.25f, 0);
    REQUIRE(model.layers.size() == 3);
    CHECK(model.layers[0].table.entries.empty());
    const Layer& copy = model.layers[1];
    CHECK(copy.operation == "LeakyRelu");
    CHECK(copy.groups == 3);
    CHECK(copy.weight == std::vector<int8_t>(3, 1));
    for (int value = -128; value <= 127; ++value) {
        const golden::TensorValues values(12, static_cast<int8_t>(value));
        std::vector<golden::TensorValues> tensors(model.tensors.size(), golden::TensorValues(12));
        tensors[static_cast<size_t>(copy.input)] = values;
        REQUIRE(golden::run_layer(model, copy, tensors)[5] == bent(value, 0.125f, 30));
    }
}

TEST_CASE("a table behind a table is one table") {
    OnnxBuilder graph;
    graph.node("LeakyRelu", "bent", {convolution(graph)}).number("alpha", 0.5f);
    graph.node("Abs", "absolute", {graph.quantized("bent", 0.125f, 30)});
    const Model model = finish(graph, "absolute", 0.5f, -100);
    REQUIRE(model.layers.size() == 1);
    CHECK(model.layers[0].table.function == "LeakyRelu, Abs");
    for (int value = -128; value <= 127; ++value) {
        const float inner = golden::dequantize(bent(value, 0.125f, 30), 0.125f, 30);
        REQUIRE(model.layers[0].table.entries[static_cast<uint8_t>(value)] ==
                golden::quantize(std::abs(inner), 0.5f, -100));
    }
}

TEST_CASE("several operators on one tensor, with single numbers, are one function") {
    OnnxBuilder graph;
    const std::string x = convolution(graph);
    graph.node("Mul", "scaled", {x, graph.reals("two", {}, {2.0f})});
    graph.node("Sigmoid", "gate", {"scaled"});
    graph.node("Mul", "y", {"gate", x});
    const Model model = finish(graph, "y", 0.0625f, 0);
    REQUIRE(model.layers.size() == 1);
    CHECK(model.layers[0].table.function == "Mul, Sigmoid, Mul");
}

TEST_CASE("what a layer can do without a table it does") {
    OnnxBuilder graph;
    graph.node("Relu", "positive", {convolution(graph)});
    const Model model = finish(graph, "positive", 0.0625f, -128);
    for (const Layer& layer : model.layers) CHECK(layer.table.entries.empty());
}

TEST_CASE("functions that are no table are refused in a sentence") {
    const auto text = [](auto build) {
        OnnxBuilder graph;
        const std::string x = convolution(graph);
        const std::string name = build(graph, x);
        graph.quantized(name, 1.0f, 0);
        graph.output(name + "_dequantized", {-1, 3, 2, 2});
        return check_text(graph);
    };
    CHECK_THAT(text([](OnnxBuilder& graph, const std::string&) {
                   graph.node("Sigmoid", "gate", {"conv"});
                   return std::string("gate");
               }),
               Catch::Contains("node 'gate' (Sigmoid): its input 'conv' is float32 between two layers and not "
                               "quantized; put QuantizeLinear and DequantizeLinear before and behind it, for a table"));
    CHECK_THAT(text([](OnnxBuilder& graph, const std::string& x) {
                   graph.node("Log", "logarithm", {x});
                   return std::string("logarithm");
               }),
               Catch::Contains("Log is not a number at -7.25; keep its input where it is defined"));
    CHECK_THAT(text([](OnnxBuilder& graph, const std::string& x) {
                   graph.node("Tanh", "t", {x});
                   graph.node("Conv", "next", {"t", "w"});
                   return std::string("next");
               }),
               Catch::Contains("its input 't' is float32 behind an activation function and not quantized"));
    CHECK_THAT(text([](OnnxBuilder& graph, const std::string& x) {
                   graph.node("PRelu", "p", {x, graph.reals("slopes", {3, 1, 1}, {0.1f, 0.2f, 0.3f})});
                   return std::string("p");
               }),
               Catch::Contains("it is no function of the values of one quantized tensor"));
}

TEST_CASE("an image times a value for each channel is a layer with a factor") {
    for (const bool first : {true, false}) {
        OnnxBuilder graph;
        const std::string x = convolution(graph);
        graph.node("GlobalAveragePool", "mean", {x});
        graph.node("Sigmoid", "gate", {graph.quantized("mean", 0.0625f, 3)});
        const std::string gate = graph.quantized("gate", 0.00390625f, -128);
        graph.node("Mul", "product", first ? Names{x, gate} : Names{gate, x});
        graph.node("Relu", "y", {"product"});
        const Model model = finish(graph, "y", 0.125f, -100);
        REQUIRE(model.layers.size() == 3);
        CHECK(model.layers[1].table.function == "Sigmoid");
        const Layer& layer = model.layers[2];
        CHECK(layer.operation == "Mul");
        CHECK(layer.factor == model.layers[1].output);
        CHECK(layer.input == model.layers[0].output);
        CHECK(layer.bias == std::vector<int32_t>(3, 0));
        CHECK(layer.clamp_low == -100);
        std::vector<golden::TensorValues> tensors(model.tensors.size());
        tensors[static_cast<size_t>(layer.input)] = {-128, 0, 127, -12, 5, 6, 7, 8, 9, 10, 11, 120};
        tensors[static_cast<size_t>(layer.factor)] = {-128, 0, 127};
        const golden::TensorValues values = golden::run_layer(model, layer, tensors);
        // (channel + 12) / 16 * (gate + 128) / 256 * 8 - 100, rounded half to even and not below -100
        CHECK(values == golden::TensorValues{-100, -97, -31, -100, -96, -91, -100, -95, -90, -100, -94, -34});
    }
}

TEST_CASE("other products of two activations are refused") {
    OnnxBuilder graph;
    const std::string x = convolution(graph);
    graph.node("MaxPool", "pooled", {x}).integers("kernel_shape", {2, 1});
    graph.node("Mul", "product", {x, graph.quantized("pooled", 0.0625f, 0)});
    graph.quantized("product", 1.0f, 0);
    graph.output("product_dequantized", {-1, 3, 2, 2});
    CHECK_THAT(check_text(graph), Catch::Contains("it multiplies two activations, neither of which has one value for "
                                                  "each channel of the other; multiply by constants, by [1, "
                                                  "channels, 1, 1], or two activations of the same shape"));
}
