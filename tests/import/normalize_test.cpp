// Are BatchNormalization, Relu, Clip and per-channel arithmetic taken into the layer before them, exactly?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

constexpr int uint8_type = 2;

// x [1, 2, 3, 3] -> 1x1 convolution "conv" to 3 channels; the test goes on from there.
OnnxBuilder convolution(int64_t opset = 13, bool minus_128 = false) {
    OnnxBuilder graph(opset);
    graph.input("x", {-1, 2, 3, 3});
    const std::string x = graph.quantized("x", 0.5f, 7);
    const int last = minus_128 ? -128 : 9;
    graph.node("Conv", "conv", {x, graph.weight("w", {3, 2, 1, 1}, {5, -3, 100, 1, -77, last}, {0.25f})});
    return graph;
}

void finish(OnnxBuilder& graph, const std::string& name, float scale = 2.0f, int zero = -9, int type = 3) {
    graph.quantized(name, scale, zero, type);
    graph.output(name + "_dequantized", {-1, 3, 3, 3});
}

void normalize(OnnxBuilder& graph, const std::vector<float>& gamma) {
    graph.node("BatchNormalization", "bn", {"conv", graph.reals("gamma", {3}, gamma),
                                            graph.reals("beta", {3}, {0.5f, -8.0f, 16.0f}),
                                            graph.reals("mean", {3}, {1.0f, 0.0f, -4.0f}),
                                            graph.reals("variance", {3}, {4.0f, 0.25f, 1.0f})})
        .number("epsilon", 0.0f);
}

}  // namespace

TEST_CASE("batch normalization folds into scale and bias") {
    OnnxBuilder graph = convolution();
    normalize(graph, {2.0f, 0.5f, 4.0f});
    finish(graph, "bn");
    const Model model = require_equal_outputs(graph);
    CHECK(model.layers.size() == 1);
    CHECK(model.layers[0].significand == std::vector<uint32_t>(3, 1u << 23));
    // multipliers 0.5*0.25/2 times gamma/sqrt(variance) = 1, 1, 4
    CHECK(model.layers[0].shift == std::vector<uint8_t>{27, 27, 25});
    // (beta - mean*factor) / (0.125*factor) - 7*sum(weights)
    CHECK(model.layers[0].bias == std::vector<int32_t>{-4 - 14, -64 - 707, 64 + 7 * 68});
}

TEST_CASE("a negative factor negates the weights of its channel") {
    OnnxBuilder graph = convolution();
    normalize(graph, {-2.0f, 0.5f, -1.0f});
    finish(graph, "bn");
    CHECK(require_equal_outputs(graph).layers[0].weight == std::vector<int8_t>{-5, 3, 100, 1, 77, -9});
}

TEST_CASE("a negative factor negates the integer bias of its channel") {
    OnnxBuilder graph = convolution();
    graph.node("DequantizeLinear", "b", {graph.integers("b_integers", {3}, {11, -20, 30}, 6),
                                         graph.reals("b_scale", {}, {0.125f})});
    graph.graph().mutable_node(3)->add_input("b");
    graph.graph().mutable_node()->SwapElements(3, graph.graph().node_size() - 1);
    normalize(graph, {-2.0f, 0.5f, -1.0f});
    finish(graph, "bn");
    CHECK(require_equal_outputs(graph).layers.size() == 1);
}

TEST_CASE("a negative factor on a weight of -128 is refused") {
    OnnxBuilder graph = convolution(13, true);
    normalize(graph, {-2.0f, 0.5f, -1.0f});
    finish(graph, "bn");
    CHECK_THAT(import_sentence(graph), Catch::Contains("output channel 2 has a negative scale and the weight -128"));
}

TEST_CASE("a channel with factor 0 is its offset alone") {
    OnnxBuilder graph = convolution();
    normalize(graph, {2.0f, 0.0f, 4.0f});
    finish(graph, "bn");
    const Model model = require_equal_outputs(graph);
    CHECK(model.layers[0].bias[1] == -4);  // -8 / 2 output steps
    CHECK(model.layers[0].weight[2] == 0);
}

TEST_CASE("arithmetic by channel or scalar folds into scale and bias") {
    for (const char* operation : {"Add", "Sub", "Mul", "Div"}) {
        for (const bool first : {true, false}) {
            const bool is_quotient = operation == std::string("Div");
            if (is_quotient && first) {
                continue;
            }
            for (const Dims& dims : {Dims{3, 1, 1}, Dims{1, 3, 1, 1}, Dims{}, Dims{1}}) {
                OnnxBuilder graph = convolution();
                const size_t count = dims.size() > 1 ? 3 : 1;
                const std::vector<float> all{2.0f, -4.0f, 0.5f};
                const std::string c = graph.reals("c", dims, {all.begin(), all.begin() + static_cast<long>(count)});
                graph.node(operation, "result", first ? Names{c, "conv"} : Names{"conv", c});
                finish(graph, "result");
                CAPTURE(operation, first, dims.size());
                CHECK(require_equal_outputs(graph).layers.size() == 1);
            }
        }
    }
}

TEST_CASE("a constant that differs along height is refused") {
    OnnxBuilder graph = convolution();
    graph.node("Add", "sum", {"conv", graph.reals("c", {3, 1}, {1.0f, 2.0f, 3.0f})});
    finish(graph, "sum");
    CHECK_THAT(import_sentence(graph), Catch::Contains("its constant 'c' of shape [3, 1] is not one value"));
}

TEST_CASE("relu and clip become the clamp") {
    SECTION("relu, signed") {
        OnnxBuilder graph = convolution();
        graph.node("Relu", "y", {"conv"});
        finish(graph, "y");
        CHECK(require_equal_outputs(graph).layers[0].clamp_low == -9);
    }
    SECTION("relu, unsigned") {
        OnnxBuilder graph = convolution();
        graph.node("Relu", "y", {"conv"});
        finish(graph, "y", 2.0f, 0, uint8_type);
        CHECK(require_equal_outputs(graph).layers[0].clamp_low == -128);
    }
    SECTION("clip by inputs") {
        OnnxBuilder graph = convolution();
        graph.node("Clip", "y", {"conv", graph.reals("low", {}, {-3.0f}), graph.reals("high", {}, {6.0f})});
        finish(graph, "y", 0.5f, 2);
        const Model model = require_equal_outputs(graph);
        CHECK(model.layers[0].clamp_low == 2 - 6);
        CHECK(model.layers[0].clamp_high == 2 + 12);
    }
    SECTION("clip by attributes, before operator set 11") {
        OnnxBuilder graph = convolution(10);
        graph.node("Clip", "y", {"conv"}).number("min", 0.0f).number("max", 6.0f);
        finish(graph, "y", 0.5f, 2);
        CHECK(require_equal_outputs(graph).layers[0].clamp_high == 14);
    }
    SECTION("clip from above only, and upside down") {
        OnnxBuilder graph = convolution();
        graph.node("Clip", "a", {"conv", "", graph.reals("high", {}, {6.0f})});
        graph.node("Clip", "y", {"a", graph.reals("low", {}, {20.0f}), graph.reals("low_high", {}, {10.0f})});
        finish(graph, "y", 0.5f, 2);
        CHECK(require_equal_outputs(graph).layers[0].clamp_low == 22);
    }
    SECTION("scaled after the clamp") {
        OnnxBuilder graph = convolution();
        graph.node("Clip", "a", {"conv", graph.reals("low", {}, {-3.0f}), graph.reals("high", {}, {6.0f})});
        graph.node("Mul", "b", {"a", graph.reals("factor", {}, {-2.0f})});
        graph.node("Add", "y", {"b", graph.reals("offset", {}, {1.0f})});
        finish(graph, "y", 0.5f, 2);
        const Model model = require_equal_outputs(graph);
        CHECK(model.layers[0].clamp_low == 2 - 22);
        CHECK(model.layers[0].clamp_high == 2 + 14);
    }
    SECTION("scaled by channel after a relu") {
        OnnxBuilder graph = convolution();
        graph.node("Relu", "a", {"conv"});
        graph.node("Mul", "y", {"a", graph.reals("factor", {3, 1, 1}, {2.0f, 1.0f, 0.5f})});
        finish(graph, "y");
        require_equal_outputs(graph);
    }
    SECTION("scaled by channel after a clip") {
        OnnxBuilder graph = convolution();
        graph.node("Clip", "a", {"conv", "", graph.reals("high", {}, {6.0f})});
        graph.node("Mul", "y", {"a", graph.reals("factor", {3, 1, 1}, {2.0f, 1.0f, 0.5f})});
        finish(graph, "y");
        CHECK_THAT(import_sentence(graph), Catch::Contains("it scales channels differently after a Relu or Clip"));
    }
}

TEST_CASE("an activation function of its own becomes a layer of ones") {
    OnnxBuilder graph = convolution();
    const std::string sum = graph.quantized("conv", 1.0f, 3);
    graph.node("Relu", "y", {sum});
    finish(graph, "y", 0.5f, -128);
    const Model model = require_equal_outputs(graph);
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[1].operation == "Relu");
    CHECK(model.layers[1].groups == 3);
    CHECK(model.layers[1].weight == std::vector<int8_t>{1, 1, 1});
}

TEST_CASE("a relu of what is never negative is nothing") {
    OnnxBuilder graph = convolution();
    const std::string sum = graph.quantized("conv", 1.0f, 0, uint8_type);
    graph.node("Relu", "y", {sum});
    graph.output("y", {-1, 3, 3, 3});
    CHECK(require_equal_outputs(graph).layers.size() == 1);
}

TEST_CASE("another grid is a layer of its own, the same grid is none") {
    OnnxBuilder graph = convolution();
    const std::string a = graph.quantized("conv", 1.0f, 3);
    const std::string b = graph.quantized(a, 1.0f, 3);
    const std::string c = graph.quantized(b, 2.0f, 3);
    graph.output(c, {-1, 3, 3, 3});
    CHECK(require_equal_outputs(graph).layers.size() == 2);
}
