// Does a quantized convolution become the layer that computes it?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

std::vector<int> random_integers(uint64_t seed, size_t count, int low, int high) {
    Random random(seed);
    std::vector<int> values(count);
    for (int& value : values) {
        value = random.number(low, high);
    }
    return values;
}

// Input [1, channels, 7, 6] -> Conv -> output, everything quantized.
struct Convolution {
    OnnxBuilder graph;
    NodeBuilder node;

    Convolution(int64_t channels, const Dims& weight, const std::vector<int>& values, int type = 3, int zero = 3,
                bool with_bias = true)
        : node(nullptr) {
        graph.input("x", {-1, channels, 7, 6});
        const std::string x = graph.quantized("x", 0.5f, zero, type);
        Names inputs{x, graph.weight("w", weight, values, {0.25f})};
        if (with_bias) {
            graph.node("DequantizeLinear", "b",
                       {graph.integers("b_integers", {weight[0]},
                                       random_integers(9, static_cast<size_t>(weight[0]), -900, 900), 6),
                        graph.reals("b_scale", {}, {0.125f})});
            inputs.push_back("b");
        }
        node = graph.node("Conv", "conv", inputs);
        graph.quantized("conv", 64.0f, -5, 3);
        graph.output("conv_dequantized", {-1, weight[0], -1, -1});
    }
};

}  // namespace

TEST_CASE("the numbers of a small convolution are those computed by hand") {
    OnnxBuilder graph;
    graph.input("x", {-1, 2, 1, 1});
    const std::string x = graph.quantized("x", 0.5f, 10);
    const std::string w = graph.weight("w", {2, 2, 1, 1}, {3, -1, 0, 127}, {0.25f, 2.0f});
    graph.node("DequantizeLinear", "b", {graph.integers("b_integers", {2}, {7, -8}, 6),
                                         graph.reals("b_scale", {2}, {0.125f, 1.0f})}).integer("axis", 0);
    graph.node("Conv", "conv", {x, w, "b"});
    graph.quantized("conv", 0.5f, -20);
    graph.output("conv_dequantized", {-1, 2, 1, 1});
    const Model model = require_equal_outputs(graph);
    REQUIRE(model.layers.size() == 1);
    const Layer& layer = model.layers[0];
    CHECK(layer.name == "conv");
    CHECK(layer.operation == "Conv");
    CHECK(layer.format == "palette");
    CHECK(layer.weight == std::vector<int8_t>{3, -1, 0, 127});
    CHECK(layer.bias == std::vector<int32_t>{7 - 10 * 2, -8 - 10 * 127});
    // 0.5 * 0.25 / 0.5 = 2^23 / 2^25; 0.5 * 2 / 0.5 = 2^23 / 2^22
    CHECK(layer.significand == std::vector<uint32_t>{1u << 23, 1u << 23});
    CHECK(layer.shift == std::vector<uint8_t>{25, 22});
    CHECK(layer.clamp_low == -128);
    CHECK(layer.clamp_high == 127);
    CHECK(model.tensors[static_cast<size_t>(layer.output)].zero_point == -20);
    CHECK(model.tensors[static_cast<size_t>(layer.output)].name == "conv_quantized");
    CHECK(model.input.stored_offset == 0);
    CHECK(model.input.is_float);
}

TEST_CASE("weights turn from channels first to channels last") {
    OnnxBuilder graph;
    graph.input("x", {1, 2, 2, 3});
    const std::string x = graph.quantized("x", 1.0f, 0);
    std::vector<int> values(12);
    for (int i = 0; i < 12; ++i) {
        values[static_cast<size_t>(i)] = i;  // [in 2][h 2][w 3]
    }
    graph.node("Conv", "conv", {x, graph.weight("w", {1, 2, 2, 3}, values, {1.0f})});
    graph.quantized("conv", 1.0f, 0);
    graph.output("conv_dequantized", {1, 1, 1, 1});
    CHECK(import_graph(graph).layers[0].weight == std::vector<int8_t>{0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11});
}

TEST_CASE("stride, dilation, padding, groups and automatic padding give the evaluator's values") {
    const std::vector<int> weights = random_integers(1, 6 * 4 * 9, -128, 127);
    SECTION("plain") {
        Convolution c(4, {6, 4, 3, 3}, weights);
        require_equal_outputs(c.graph);
    }
    SECTION("strides and uneven padding") {
        Convolution c(4, {6, 4, 3, 3}, weights);
        c.node.integers("strides", {2, 3}).integers("pads", {1, 2, 0, 1});
        const Model model = require_equal_outputs(c.graph);
        const Window& window = model.layers[0].window;
        CHECK((window.pad_top == 1 && window.pad_left == 2 && window.pad_bottom == 0 && window.pad_right == 1));
        CHECK((window.stride_y == 2 && window.stride_x == 3));
    }
    SECTION("dilation") {
        Convolution c(4, {6, 4, 3, 3}, weights);
        c.node.integers("dilations", {2, 1}).integers("pads", {2, 1, 2, 1});
        require_equal_outputs(c.graph);
    }
    SECTION("groups") {
        Convolution c(8, {6, 4, 3, 3}, weights);
        c.node.integer("group", 2);
        CHECK(require_equal_outputs(c.graph).layers[0].groups == 2);
    }
    SECTION("depthwise") {
        Convolution c(6, {6, 1, 3, 3}, random_integers(2, 54, -128, 127));
        c.node.integer("group", 6).integers("pads", {1, 1, 1, 1});
        require_equal_outputs(c.graph);
    }
    SECTION("same, upper and lower") {
        for (const char* mode : {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
            Convolution c(4, {6, 4, 2, 3}, random_integers(3, 144, -128, 127));
            c.node.text("auto_pad", mode).integers("strides", {2, 2});
            require_equal_outputs(c.graph);
        }
    }
    SECTION("unsigned input with a zero point in the middle") {
        Convolution c(4, {6, 4, 3, 3}, weights, 2, 131);
        c.node.integers("pads", {1, 1, 1, 1});
        const Model model = require_equal_outputs(c.graph);
        CHECK(model.input.stored_offset == -128);
        CHECK(model.tensors[0].zero_point == 3);
    }
    SECTION("without bias, kernel_shape given") {
        Convolution c(4, {6, 4, 3, 3}, weights, 3, -7, false);
        c.node.integers("kernel_shape", {3, 3}).text("auto_pad", "NOTSET");
        require_equal_outputs(c.graph);
    }
}

TEST_CASE("a convolution over one space axis lies in the width") {
    OnnxBuilder graph;
    graph.input("x", {-1, 3, 9});
    const std::string x = graph.quantized("x", 0.5f, -3);
    const std::string w = graph.weight("w", {4, 3, 3}, random_integers(4, 36, -128, 127), {0.5f});
    graph.node("Conv", "conv", {x, w}).integers("strides", {2}).integers("pads", {1, 0});
    graph.quantized("conv", 4.0f, 0);
    graph.output("conv_dequantized", {-1, 4, 4});
    const Model model = require_equal_outputs(graph);
    CHECK(model.tensors[0].height == 1);
    CHECK(model.tensors[0].width == 9);
    CHECK(model.tensors[0].channels == 3);
    CHECK(model.layers[0].window.kernel_h == 1);
    CHECK(model.layers[0].window.pad_left == 1);
}

TEST_CASE("the cheapest format that holds the weights is picked and noted") {
    Convolution ternary(4, {6, 4, 1, 1}, random_integers(5, 24, -1, 1));
    const Model model = require_equal_outputs(ternary.graph);
    CHECK(model.layers[0].format == "ternary");
    CHECK_THAT(model.notes.back(), Catch::Contains("layer 'conv': format ternary"));
    Convolution two(4, {6, 4, 1, 1}, random_integers(5, 24, -2, 2));
    CHECK(import_graph(two.graph).layers[0].format == "shift");
    Convolution four(4, {6, 4, 1, 1}, random_integers(5, 24, -8, 7));
    CHECK(import_graph(four.graph).layers[0].format == "int4");
    Convolution all(4, {6, 4, 1, 1}, random_integers(5, 24, -128, 127));
    CHECK(import_graph(all.graph).layers[0].format == "int8");
}

TEST_CASE("weights with a zero point are shifted if int8 holds them") {
    OnnxBuilder graph;
    graph.input("x", {-1, 2, 3, 3});
    const std::string x = graph.quantized("x", 0.5f, 4);
    graph.node("DequantizeLinear", "w", {graph.integers("w_integers", {2, 2, 1, 1}, {128, 0, 255, 127}, 2),
                                         graph.reals("w_scale", {}, {0.5f}), graph.integers("w_zero", {}, {128}, 2)});
    graph.node("Conv", "conv", {x, "w"});
    graph.quantized("conv", 1.0f, 0);
    graph.output("conv_dequantized", {-1, 2, 3, 3});
    CHECK(require_equal_outputs(graph).layers[0].weight == std::vector<int8_t>{0, -128, 127, -1});
    graph.graph().mutable_initializer(2)->set_raw_data(std::string("\x80\x00\xff\x7f", 4));
    graph.graph().mutable_initializer(4)->set_raw_data(std::string("\x00", 1));
    CHECK_THAT(import_sentence(graph), Catch::Contains("weight 0 less its zero point is 128, which int8 does not"));
}

TEST_CASE("float weights behind QuantizeLinear are quantized while importing") {
    OnnxBuilder graph;
    graph.input("x", {-1, 1, 2, 2});
    const std::string x = graph.quantized("x", 0.5f, 0);
    graph.reals("w", {2, 1, 1, 1}, {0.3f, -40.0f});
    const std::string w = graph.quantized("w", 0.25f, 0);
    graph.node("Conv", "conv", {x, w});
    graph.quantized("conv", 0.5f, 0);
    graph.output("conv_dequantized", {-1, 2, 2, 2});
    CHECK(require_equal_outputs(graph).layers[0].weight == std::vector<int8_t>{1, -128});
}

TEST_CASE("a float bias is rounded to accumulator steps and the error reported") {
    OnnxBuilder graph;
    graph.input("x", {-1, 1, 2, 2});
    const std::string x = graph.quantized("x", 0.5f, 0);
    graph.node("Conv", "conv", {x, graph.weight("w", {2, 1, 1, 1}, {1, 2}, {0.25f}),
                                graph.reals("b", {2}, {1.0625f, -0.3125f})});  // 8.5 and -2.5 steps of 0.125
    graph.quantized("conv", 0.5f, 0);
    graph.output("conv_dequantized", {-1, 2, 2, 2});
    const Model model = import_graph(graph);
    CHECK(model.layers[0].bias == std::vector<int32_t>{8, -2});
    CHECK_THAT(model.notes.front(), Catch::Contains("at most 0.125 output steps off"));
}
