// Are sums of two activations exact, fused into a convolution or not?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// x [1, 3, 2, 2] quantized; "a" = Conv of it; "skip" = another Conv of it, quantized.
struct Branches {
    OnnxBuilder graph;
    std::string skip;

    explicit Branches(float skip_scale = 0.5f) {
        graph.input("x", {-1, 3, 2, 2});
        const std::string x = graph.quantized("x", 0.5f, 7);
        const std::string w = graph.weight("w", {3, 3, 1, 1}, {5, -3, 100, 1, -77, 9, 3, 2, 1}, {0.25f, 0.5f, 1.0f});
        const std::string v = graph.weight("v", {3, 3, 1, 1}, {1, 0, -1, 1, 1, 1, 0, 0, -1}, {0.25f});
        graph.node("Conv", "a", {x, w});
        graph.node("Conv", "b", {x, v});
        skip = graph.quantized("b", skip_scale, -12);
    }

    Model finish(const std::string& name) {
        graph.quantized(name, 2.0f, 5);
        graph.output(name + "_dequantized", {-1, 3, 2, 2});
        return require_equal_outputs(graph);
    }
};

}  // namespace

TEST_CASE("a sum behind a convolution is the residual of its layer") {
    for (const bool first : {true, false}) {
        Branches branches;
        branches.graph.node("Add", "sum", first ? Names{"a", branches.skip} : Names{branches.skip, "a"});
        const Model model = branches.finish("sum");
        REQUIRE(model.layers.size() == 2);
        const Layer& layer = model.layers[1];
        CHECK(layer.name == "a");
        CHECK(layer.operation == "Conv");
        CHECK(layer.residual == model.layers[0].output);
        // 0.125/2, 0.25/2, 0.5/2 and 0.5/2 at one shift
        CHECK(layer.shift == std::vector<uint8_t>(3, 25));
        CHECK(layer.significand == std::vector<uint32_t>{1u << 21, 1u << 22, 1u << 23});
        CHECK(layer.residual_significand == 1u << 23);
    }
}

TEST_CASE("a relu before a sum is part of the layer that computes it") {
    for (const bool first : {true, false}) {
        Branches branches;
        branches.graph.node("Relu", "r", {"a"});
        branches.graph.node("Add", "sum", first ? Names{"r", branches.skip} : Names{branches.skip, "r"});
        if (!first) {
            branches.graph.node("Mul", "half", {"sum", branches.graph.reals("c", {}, {0.5f})});
            branches.graph.node("Clip", "y", {"half", branches.graph.reals("low", {}, {-3.0f}),
                                              branches.graph.reals("high", {}, {30.0f})});
        }
        const Model model = branches.finish(first ? "sum" : "y");
        REQUIRE(model.layers.size() == 2);
        const Layer& layer = model.layers[1];
        CHECK(layer.name == "a");
        CHECK(layer.rectified);
        CHECK(layer.residual == model.layers[0].output);
        CHECK(layer.clamp_low == (first ? -128 : 3));
        CHECK_FALSE(model.layers[0].rectified);
    }
}

TEST_CASE("factors between a relu and the sum, channel by channel") {
    Branches branches;
    branches.graph.node("Relu", "r", {"a"});
    branches.graph.node("Mul", "s", {"r", branches.graph.reals("c", {3, 1, 1}, {0.5f, 2.0f, 4.0f})});
    branches.graph.node("Add", "sum", {"s", branches.skip});
    const Model model = branches.finish("sum");
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[1].rectified);
}

TEST_CASE("a sum of two quantized tensors, one of them behind a relu") {
    Branches branches;
    branches.graph.node("Relu", "r", {branches.skip});
    branches.graph.node("Add", "sum", {branches.skip, "r"});
    const Model model = branches.finish("sum");
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[1].rectified);
    CHECK(model.layers[1].input == model.layers[1].residual);
}

TEST_CASE("a sum of two quantized tensors is a layer of ones with a residual") {
    Branches branches;
    const std::string a = branches.graph.quantized("a", 4.0f, 100);
    branches.graph.node("Add", "sum", {a, branches.skip});
    branches.graph.node("Relu", "y", {"sum"});
    const Model model = branches.finish("y");
    REQUIRE(model.layers.size() == 3);
    const Layer& layer = model.layers[2];
    CHECK(layer.name == "sum");
    CHECK(layer.operation == "Add");
    CHECK(layer.groups == 3);
    CHECK(layer.weight == std::vector<int8_t>{1, 1, 1});
    CHECK(layer.bias == std::vector<int32_t>(3, -100));
    CHECK(layer.format == "binary");
    CHECK(layer.clamp_low == 5);
    CHECK(model.tensors[static_cast<size_t>(layer.input)].name == "a_quantized");
}

TEST_CASE("differences subtract the side that is multiplied") {
    SECTION("of two tensors") {
        Branches branches;
        const std::string a = branches.graph.quantized("a", 4.0f, 100);
        branches.graph.node("Sub", "d", {a, branches.skip});
        CHECK(branches.finish("d").layers[2].weight == std::vector<int8_t>{-1, -1, -1});
    }
    SECTION("of a tensor and a convolution") {
        Branches branches;
        branches.graph.node("Sub", "d", {branches.skip, "a"});
        CHECK(branches.finish("d").layers.size() == 2);
    }
    SECTION("of a convolution and a tensor") {
        Branches branches;
        branches.graph.node("Sub", "d", {"a", branches.skip});
        branches.graph.output("d", {-1, 3, 2, 2});
        CHECK_THAT(import_sentence(branches.graph),
                   Catch::Contains("put QuantizeLinear and DequantizeLinear on its first"));
    }
}

TEST_CASE("a tensor added to itself, and scaled sums") {
    Branches branches;
    branches.graph.node("Add", "sum", {branches.skip, branches.skip});
    branches.graph.node("Mul", "half", {"sum", branches.graph.reals("c", {}, {0.5f})});
    branches.graph.node("Add", "y", {"half", branches.graph.reals("o", {3, 1, 1}, {4.0f, -4.0f, 8.0f})});
    CHECK(branches.finish("y").layers.size() == 2);
}

TEST_CASE("sums that no layer computes are refused with a way out") {
    Branches branches;
    const auto expect = [&](const std::string& sentence) {
        branches.graph.output("sum", {-1, 3, 2, 2});
        CHECK_THAT(import_sentence(branches.graph), Catch::Contains(sentence));
    };
    SECTION("two convolutions") {
        branches.graph.node("Add", "sum", {"a", "b"});
        expect("node 'sum' (Add): both of its inputs are float32 and not quantized; put QuantizeLinear");
    }
    const char* const between = "a Clip, or a Relu that is subtracted, stands between its layer and the sum; quantize";
    SECTION("a clip between") {
        branches.graph.node("Clip", "r", {"a", branches.graph.reals("low", {}, {0.0f}),
                                          branches.graph.reals("high", {}, {6.0f})});
        branches.graph.node("Add", "sum", {"r", branches.skip});
        expect(between);
    }
    SECTION("a clip that is no relu") {
        branches.graph.node("Clip", "r", {"a", branches.graph.reals("low", {}, {-1.0f})});
        branches.graph.node("Add", "sum", {"r", branches.skip});
        expect(between);
    }
    SECTION("a relu that is subtracted") {
        branches.graph.node("Relu", "r", {"a"});
        branches.graph.node("Sub", "sum", {branches.skip, "r"});
        expect(between);
    }
    SECTION("a constant behind a sum with a relu") {
        branches.graph.node("Relu", "r", {"a"});
        branches.graph.node("Add", "two", {"r", branches.skip});
        branches.graph.node("Add", "sum", {"two", branches.graph.reals("c", {}, {1.0f})});
        expect("it adds a constant to a sum that a Relu enters; quantize before it");
    }
    SECTION("three") {
        branches.graph.node("Add", "two", {"a", branches.skip});
        branches.graph.node("Add", "sum", {"two", branches.skip});
        expect("it adds a third activation in one layer; quantize the sum before it");
    }
    SECTION("shapes that broadcast") {
        branches.graph.node("GlobalAveragePool", "mean", {branches.skip});
        branches.graph.node("Add", "sum", {"a", branches.graph.quantized("mean", 0.5f, 0)});
        expect("its inputs have the shapes [1, 3, 2, 2] and [1, 3, 1, 1]; add activations of the same shape only");
    }
}
