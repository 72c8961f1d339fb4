// Are the parts of a transformer imported with every value in its place?

#include <catch2/catch.hpp>

#include "tests/import/tokens.hpp"

using namespace napier;
using namespace napier::test;
using Catch::Matchers::Contains;

TEST_CASE("attention of several heads is one layer for each product, without a copy") {
    Tokens net;
    const std::string q = net.heads("q", net.product("q", 12), {1, 5, 3, 4});
    const std::string k = net.heads("k", net.product("k", 12), {1, 5, 3, 4});
    const std::string v = net.heads("v", net.product("v", 12), {1, 5, 3, 4});
    net.graph.node("MatMul", "qk", {q, net.turned(k, {0, 1, 3, 2})});
    net.graph.node("Mul", "scaled", {"qk", net.graph.reals("half", {}, {0.5f})});
    net.graph.node("MatMul", "pv", {net.quantized("scaled", 4.0f), v});
    net.graph.node("Transpose", "tokens", {net.quantized("pv", 512.0f, 3)}).integers("perm", {0, 2, 1, 3});
    net.graph.node("Reshape", "joined", {"tokens", net.graph.shape("joined_shape", {1, 5, 12})});
    net.output("joined");
    const Model model = require_equal_outputs(net.graph);
    REQUIRE(model.layers.size() == 5);
    const Layer &scores = layer_of(model, "qk"), &mixed = layer_of(model, "pv");
    CHECK(scores.operand.outputs_are_pixels);
    CHECK_FALSE(mixed.operand.outputs_are_pixels);
    for (const Layer* layer : {&scores, &mixed}) {
        CHECK(layer->groups == 3);
        CHECK(layer->operand.groups == 3);
    }
    CHECK(model.tensors[static_cast<size_t>(scores.output)].channels == 15);
}

TEST_CASE("heads share keys where a reshape cuts them into clusters") {
    Tokens net(4, 8);
    const auto clusters = [&](const std::string& name, const std::string& value, const Dims& split) {
        net.graph.node("Reshape", name + "_clusters", {value, net.graph.shape(name + "_clusters_shape", split)});
        return name + "_clusters";
    };
    const std::string q = clusters("q", net.heads("q", net.product("q", 12), {1, 4, 6, 2}), {1, 2, 3, 4, 2});
    const std::string k = clusters("k", net.heads("k", net.product("k", 4), {1, 4, 2, 2}), {1, 2, 1, 4, 2});
    net.graph.node("MatMul", "qk", {q, net.turned(k, {0, 1, 2, 4, 3})});
    net.graph.node("Reshape", "flat", {net.quantized("qk", 16.0f), net.graph.shape("flat_shape", {1, 6, 4, 4})});
    net.graph.node("Transpose", "y", {"flat"}).integers("perm", {0, 2, 1, 3});
    net.graph.node("Reshape", "z", {"y", net.graph.shape("z_shape", {1, 4, 24})});
    net.output("z");
    const Layer layer = layer_of(require_equal_outputs(net.graph), "qk");
    CHECK(layer.groups == 6);
    CHECK(layer.operand.groups == 2);
}

TEST_CASE("channels that a slice takes of a product are a product of their own") {
    Tokens net;
    const std::string joint = net.product("joint", 24);
    const auto part = [&](const std::string& name, int64_t begin, int64_t end) {
        net.graph.node("Slice", name, {joint, net.graph.shape(name + "_b", {begin}),
                                       net.graph.shape(name + "_e", {end}), net.graph.shape(name + "_a", {2})});
        return name;
    };
    const std::string q = net.heads("q", part("first", 0, 12), {1, 5, 2, 6});
    const std::string k = net.heads("k", part("second", 12, 24), {1, 5, 2, 6});
    net.graph.node("MatMul", "qk", {q, net.turned(k, {0, 1, 3, 2})});
    net.graph.node("Transpose", "t", {net.quantized("qk", 16.0f)}).integers("perm", {0, 2, 1, 3});
    net.graph.node("Reshape", "y", {"t", net.graph.shape("y_shape", {1, 5, 10})});
    net.output("y");
    const Model model = require_equal_outputs(net.graph);
    REQUIRE(model.layers.size() == 3);
    CHECK(model.layers[0].name == "first");
    CHECK(model.layers[0].operation == "MatMul");
    CHECK(model.layers[0].bias.size() == 12);
}

TEST_CASE("channels of each head that a slice takes are products, too") {
    Tokens net;
    net.graph.node("Reshape", "split", {net.product("joint", 18), net.graph.shape("split_shape", {1, 5, 2, 9})});
    const auto part = [&](const std::string& name, int64_t begin, int64_t end) {
        net.graph.node("Slice", name, {"split", net.graph.shape(name + "_b", {begin}),
                                       net.graph.shape(name + "_e", {end}), net.graph.shape(name + "_a", {3})});
        return net.turned(name, {0, 2, 1, 3});
    };
    const std::string q = part("q", 0, 4), k = part("k", 4, 8);
    net.graph.node("MatMul", "qk", {q, net.turned(k, {0, 1, 3, 2})});
    net.graph.node("Transpose", "t", {net.quantized("qk", 16.0f)}).integers("perm", {0, 2, 1, 3});
    net.graph.node("Reshape", "y", {"t", net.graph.shape("y_shape", {1, 5, 10})});
    net.output("y");
    CHECK(require_equal_outputs(net.graph).layers.size() == 3);
}

TEST_CASE("a product that is read whole, too, stays, and its channels are copied") {
    Tokens net;
    const std::string joint = net.product("joint", 24);
    net.graph.node("Slice", "part", {joint, net.graph.shape("b", {3}), net.graph.shape("e", {7}),
                                     net.graph.shape("a", {2})});
    net.graph.node("MatMul", "y", {joint, net.graph.weight("w", {24, 4}, integers(96, 5), {0.125f})});
    net.graph.node("Add", "sum", {"y", "part"});
    net.output(net.quantized("sum", 64.0f));
    const Model model = require_equal_outputs(net.graph);
    REQUIRE(model.layers.size() == 3);
    CHECK(layer_of(model, "part").operation == "Slice");
}

TEST_CASE("the host's functions") {
    Tokens net(5, 12, -9);
    SECTION("Softmax of each head, scaled and with a mask for all") {
        const std::string heads = net.heads("s", net.product("s", 12), {1, 5, 3, 4});
        net.graph.node("Mul", "scaled", {heads, net.graph.reals("f", {}, {0.125f})});
        net.graph.node("Add", "masked", {"scaled", net.graph.reals("mask", {5, 4}, reals(20, 3))});
        net.graph.node("Softmax", "soft", {"masked"}).integer("axis", -1);
        const std::string soft = net.turned(net.quantized("soft", 1.0f / 128.0f, -128), {0, 2, 1, 3});
        net.graph.node("Reshape", "y", {soft, net.graph.shape("y_shape", {1, 5, 12})});
        net.output("y");
        const Layer layer = require_equal_outputs(net.graph).layers.at(1);
        CHECK(layer.host.function == "Softmax");
        CHECK(layer.host.groups == 3);
        CHECK(layer.host.factor == 0.125f);
        CHECK(layer.host.mask.size() == 20);
    }
    SECTION("Softmax with a mask for each head, gathered from a table") {
        const std::string heads = net.heads("s", net.product("s", 12), {1, 5, 3, 4});
        std::vector<float> mask;
        const std::vector<float> table = reals(21, 4);
        std::vector<int> places;
        for (int i = 0; i < 20; ++i) places.push_back(i * 5 % 7);
        for (size_t head = 0; head < 3; ++head) {
            for (const int place : places) mask.push_back(table[head * 7 + static_cast<size_t>(place)]);
        }
        const bool gathers = GENERATE(false, true);
        if (gathers) {
            net.graph.node("Gather", "mask", {net.graph.reals("table", {3, 7}, table),
                                              net.graph.integers("places", {5, 4}, places, 6)}).integer("axis", 1);
        } else {
            net.graph.reals("mask", {3, 5, 4}, mask);
        }
        net.graph.node("Add", "masked", {heads, "mask"});
        net.graph.node("Softmax", "soft", {"masked"});
        net.graph.node("Transpose", "t", {net.quantized("soft", 1.0f / 128.0f, -128)}).integers("perm", {0, 2, 1, 3});
        net.graph.node("Reshape", "y", {"t", net.graph.shape("y_shape", {1, 5, 12})});
        net.output("y");
        const Model model = gathers ? import_graph(net.graph) : require_equal_outputs(net.graph);
        REQUIRE(model.layers.at(1).host.mask.size() == 60);
        CHECK(model.layers[1].host.mask[3 * 12 + 2 * 4 + 1] == mask[2 * 20 + 3 * 4 + 1]);
    }
    SECTION("LayerNormalization") {
        net.graph.node("LayerNormalization", "norm", {net.x, net.graph.reals("g", {12}, reals(12, 1)),
                                                      net.graph.reals("o", {12}, reals(12, 2))})
            .number("epsilon", 0.5f);
        net.output(net.quantized("norm", 0.03125f, 5));
        CHECK(require_equal_outputs(net.graph).layers.at(0).host.epsilon == 0.5f);
    }
    SECTION("RMSNormalization") {
        net.graph.node("RMSNormalization", "norm", {net.x, net.graph.reals("g", {12}, reals(12, 1))});
        net.output(net.quantized("norm", 0.03125f, 5));
        CHECK(require_equal_outputs(net.graph).layers.at(0).host.function == "RMSNormalization");
    }
    SECTION("RotaryEmbedding") {
        const std::string heads = net.heads("s", net.product("s", 12), {1, 5, 3, 4});
        net.graph.node("RotaryEmbedding", "turned", {heads, net.graph.reals("cos", {1, 5, 2}, reals(10, 8)),
                                                     net.graph.reals("sin", {1, 5, 2}, reals(10, 9))});
        net.graph.node("Transpose", "t", {net.quantized("turned", 0.5f)}).integers("perm", {0, 2, 1, 3});
        net.graph.node("Reshape", "y", {"t", net.graph.shape("y_shape", {1, 5, 12})});
        net.output("y");
        CHECK(require_equal_outputs(net.graph).layers.at(1).host.groups == 3);
    }
    SECTION("Mul of two activations") {
        net.graph.node("Mul", "y", {net.product("a", 12, 7), net.product("b", 12, -3)});
        net.output(net.quantized("y", 16.0f, 1));
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.layers.at(2).host.second == model.layers[1].output);
    }
}

TEST_CASE("a table behind work of the host is a layer of its own") {
    Tokens net;
    net.graph.node("RMSNormalization", "norm", {net.x, net.graph.reals("g", {12}, reals(12, 1))});
    net.graph.node("Abs", "y", {net.quantized("norm", 0.03125f, 5)});
    net.output(net.quantized("y", 0.0625f, -100));
    const Model model = require_equal_outputs(net.graph);
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[0].table.entries.empty());
    CHECK(model.layers[1].table.function == "Abs");
}

TEST_CASE("constant tokens") {
    SECTION("an embedding of places is a constant residual") {
        Tokens net(5, 12, 20);
        const std::string places = net.graph.weight("places", {1, 5, 12}, integers(60, 6), {0.5f});
        net.graph.node("Add", "sum", GENERATE(false, true) ? Names{places, net.x} : Names{net.x, places});
        net.output(net.quantized("sum", 1.0f, 4));
        const Model model = require_equal_outputs(net.graph);
        REQUIRE(model.constants.size() == 1);
        CHECK(model.layers.at(0).residual == model.constants[0].tensor);
    }
    SECTION("tokens before and behind a row of tokens") {
        Tokens net(5, 12, 20);
        net.graph.node("Concat", "all", {net.graph.reals("before", {1, 2, 12}, reals(24, 1)), net.x,
                                         net.graph.reals("behind", {1, 1, 12}, reals(12, 2))}).integer("axis", 1);
        net.output(net.quantized("all", 0.5f, 4));
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.layers.at(0).window.pad_left == 2);
        CHECK(model.tensors[static_cast<size_t>(model.output.tensor)].width == 8);
    }
    SECTION("a token before the pixels of an image") {
        OnnxBuilder graph;
        graph.input("x", {1, 3, 4, 2});
        graph.node("Relu", "r", {graph.quantized("x", 0.25f, 0)});
        graph.node("Reshape", "flat", {graph.quantized("r", 0.25f, 0), graph.shape("s", {1, 3, 8})});
        graph.node("Transpose", "t", {"flat"}).integers("perm", {0, 2, 1});
        graph.node("Concat", "all", {graph.reals("token", {1, 1, 3}, {1.0f, -2.0f, 100.0f}), "t"}).integer("axis", 1);
        graph.output(graph.quantized("all", 0.5f, 4), {});
        const Model model = require_equal_outputs(graph);
        CHECK(model.constants.size() == 2);
        CHECK(model.layers.at(1).operand.tensor == model.layers[0].output);
    }
}

TEST_CASE("what no product or host can do is refused") {
    const auto scores = [](int q_zero, int k_zero) {
        Tokens net;
        const std::string q = net.heads("q", net.product("q", 12, q_zero), {1, 5, 3, 4});
        const std::string k = net.heads("k", net.product("k", 12, k_zero), {1, 5, 3, 4});
        net.graph.node("MatMul", "qk", {q, net.turned(k, {0, 1, 3, 2})});
        net.output(net.quantized("qk", 4.0f));
        return check_text(net.graph);
    };
    for (const auto& [q, k] : {std::pair(3, 0), std::pair(0, -128)}) {
        CHECK_THAT(scores(q, k), Contains("has the zero point") &&
                                     Contains("quantize it symmetrically (int8 with zero point 0)"));
    }
    SECTION("other axes") {
        Tokens net;
        net.graph.node("MatMul", "y", {net.turned(net.product("a", 12), {0, 2, 1}), net.product("b", 12)});
        net.output(net.quantized("y", 4.0f));
        CHECK_THAT(check_text(net.graph), Contains("which are not products of the pixels and channels of each head"));
    }
    SECTION("channels in another order") {
        OnnxBuilder graph;
        graph.input("x", {1, 4, 2, 2});
        graph.node("Relu", "r", {graph.quantized("x", 0.25f, 0)});
        graph.node("Reshape", "cut", {graph.quantized("r", 0.25f, 0), graph.shape("s", {1, 2, 2, 2, 2})});
        graph.node("Transpose", "shuffled", {"cut"}).integers("perm", {0, 2, 1, 3, 4});
        graph.node("Reshape", "joined", {"shuffled", graph.shape("t", {1, 4, 2, 2})});
        graph.node("Conv", "conv", {"joined", graph.weight("w", {1, 4, 1, 1}, {1, 2, 3, 4}, {1.0f})});
        graph.output(graph.quantized("conv", 4.0f, 0), {});
        CHECK_THAT(check_text(graph), Contains("node 'conv' (Conv)"));
    }
    SECTION("a softmax over tokens") {
        Tokens net;
        net.graph.node("Softmax", "y", {net.x}).integer("axis", 1);
        net.output(net.quantized("y", 4.0f));
        CHECK_THAT(check_text(net.graph), Contains("it goes along axis 1"));
    }
    SECTION("a float32 constant with a value for each token") {
        Tokens net;
        net.graph.node("Add", "sum", {net.x, net.graph.reals("places", {5, 12}, reals(60, 1))});
        net.output(net.quantized("sum", 4.0f));
        CHECK_THAT(check_text(net.graph), Contains("quantize the constant, too"));
    }
    SECTION("a rotation of neighbours") {
        Tokens net;
        const std::string heads = net.heads("s", net.product("s", 12), {1, 5, 3, 4});
        net.graph.node("RotaryEmbedding", "y", {heads, net.graph.reals("c", {1, 5, 2}, reals(10, 8)),
                                                net.graph.reals("d", {1, 5, 2}, reals(10, 9))})
            .integer("interleaved", 1);
        net.output(net.quantized("y", 4.0f));
        CHECK_THAT(check_text(net.graph), Contains("interleaved 0"));
    }
    SECTION("a product of the host that is not quantized") {
        Tokens net;
        net.graph.node("Mul", "y", {net.product("a", 12), net.product("b", 12)});
        net.output("y");
        CHECK_THAT(check_text(net.graph), Contains("it is float32 and not quantized"));
    }
    SECTION("a token before an image that is not quantized around 0") {
        OnnxBuilder graph;
        graph.input("x", {1, 3, 4, 2});
        graph.node("Relu", "r", {graph.quantized("x", 0.25f, 0)});
        graph.node("Reshape", "flat", {graph.quantized("r", 0.25f, -128), graph.shape("s", {1, 3, 8})});
        graph.node("Transpose", "t", {"flat"}).integers("perm", {0, 2, 1});
        graph.node("Concat", "all", {graph.reals("token", {1, 1, 3}, {1, 2, 3}), "t"}).integer("axis", 1);
        graph.output(graph.quantized("all", 0.5f, 4), {});
        CHECK_THAT(check_text(graph), Contains("the 4 x 2 pixels of an image with the zero point -128"));
    }
}
