// Do activations of BipolarQuant become tensors of one bit, and their layers matches, or a sentence?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

constexpr const char* quantizers = "qonnx.custom_op.general";

// Input -> Conv -> BatchNormalization -> BipolarQuant -> Conv with weights of -1 and +1 -> output.
struct Bits {
    OnnxBuilder graph;
    NodeBuilder second{nullptr};

    explicit Bits(const std::vector<float>& gamma = {1.0f, 0.5f, -2.0f}, const std::string& between = "") {
        graph.input("x", {-1, 2, 5, 6});
        const std::string x = graph.quantized("x", 0.5f, 3);
        graph.node("Conv", "c", {x, graph.weight("w", {3, 2, 2, 2}, integers(24, -100, 100), {0.25f})});
        graph.node("BatchNormalization", "n",
                   {"c", graph.reals("gamma", {3}, gamma), graph.reals("beta", {3}, {3.25f, -7.0f, 0.0f}),
                    graph.reals("mean", {3}, {0.5f, 0.0f, 0.0f}), graph.reals("variance", {3}, {1.0f, 1.0f, 1.0f})})
            .number("epsilon", 0.0f);
        std::string last = "n";
        if (!between.empty()) {
            graph.node(between, "r", {last});
            last = "r";
        }
        graph.node("BipolarQuant", "b", {last, graph.reals("s", {}, {0.5f})}).domain(quantizers);
        std::vector<float> signs;
        for (const int value : integers(4 * 3 * 2 * 2, 0, 1)) {
            signs.push_back(value == 0 ? -1.0f : 1.0f);
        }
        graph.node("BipolarQuant", "v", {graph.reals("v_real", {4, 3, 2, 2}, signs), "s"}).domain(quantizers);
        second = graph.node("Conv", "y", {"b", "v"});
        graph.quantized("y", 0.25f, 7);
        graph.output("y_dequantized", {-1, 4, -1, -1});
    }

    static std::vector<int> integers(size_t count, int low, int high) {
        Random random(11);
        std::vector<int> values(count);
        for (int& value : values) {
            value = random.number(low, high);
        }
        return values;
    }
};

}  // namespace

TEST_CASE("bits: a network of signs gives the real outputs") {
    const Model model = require_equal_outputs(Bits().graph, 1, 8);
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[0].format == "int8");
    CHECK(model.layers[1].format == "xnor");
    const Tensor& bits = model.tensors[static_cast<size_t>(model.layers[1].input)];
    CHECK(bits.one_bit);
    CHECK(bits.scale == 0.5f);
}

TEST_CASE("bits: a factor of zero is a constant sign, a sum of exactly zero is +1") {
    require_equal_outputs(Bits({0.0f, 1.0f, 1.0f}).graph);
    OnnxBuilder graph;
    graph.input("x", {-1, 1, 1, 3});
    graph.quantized("x", 1.0f, 5);
    graph.node("BipolarQuant", "b", {"x_dequantized", graph.reals("s", {}, {1.0f})}).domain(quantizers);
    graph.node("BipolarQuant", "v", {graph.reals("v_real", {1, 1, 1, 1}, {-0.5f}), "s"}).domain(quantizers);
    graph.node("Conv", "y", {"b", "v"});
    graph.quantized("y", 1.0f, 0);
    graph.output("y_dequantized", {-1, 1, 1, 3});
    const Model model = require_equal_outputs(graph, 3, 20);
    CHECK(model.layers[0].bias[0] == -5);
}

TEST_CASE("bits: what cannot run says why") {
    Bits padded;
    padded.second.integers("pads", {1, 1, 1, 1});
    CHECK_THAT(import_sentence(padded.graph), Catch::Contains("pads activations of -1 and +1 with 0, which is"));
    CHECK_THAT(import_sentence(Bits({1.0f, 1.0f, 1.0f}, "Relu").graph), Catch::Contains("comes out of a Relu or Clip"));
    Bits added;
    added.graph.node("Add", "z", {"b", "b"});
    added.graph.quantized("z", 0.25f, 0);
    added.graph.graph().mutable_output(0)->set_name("z_dequantized");
    CHECK_THAT(import_sentence(added.graph), Catch::Contains("reads activations of -1 and +1, and only a Conv"));
    OnnxBuilder wide;
    wide.input("x", {-1, 1, 1, 3});
    wide.quantized("x", 1.0f, 5);
    wide.node("BipolarQuant", "b", {"x_dequantized", wide.reals("s", {}, {1.0f})}).domain(quantizers);
    wide.node("Conv", "y", {"b", wide.weight("w", {1, 1, 1, 1}, {3}, {1.0f})});
    wide.quantized("y", 1.0f, 0);
    wide.output("y_dequantized", {-1, 1, 1, 3});
    CHECK_THAT(import_sentence(wide), Catch::Contains("and has a weight 3; quantize its weights with BipolarQuant"));
    OnnxBuilder bare;
    bare.input("x", {-1, 1, 1, 3});
    bare.quantized("x", 1.0f, 5);
    bare.node("BipolarQuant", "b", {"x_dequantized", bare.reals("s", {}, {1.0f})}).domain(quantizers);
    bare.output("b", {-1, 1, 1, 3});
    CHECK_THAT(import_sentence(bare), Catch::Contains("it is -1 and +1 alone"));
}
