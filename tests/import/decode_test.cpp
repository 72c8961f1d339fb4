// Are a token's state and the tokens cached before it imported as inputs, with nothing copied?

#include <catch2/catch.hpp>

#include "tests/import/tokens.hpp"

using namespace napier;
using namespace napier::test;
using Catch::Matchers::Contains;

TEST_CASE("a linear recurrence along the tokens") {
    Tokens net;
    const bool has_state = GENERATE(false, true);
    Names inputs{net.product("f", 12, 3), net.product("c", 12, -7)};
    if (has_state) {
        net.graph.input("state", {1, 1, 12});
        inputs.push_back(net.graph.quantized("state", 4.0f, 20));
    }
    SECTION("of quantized inputs") {
        net.graph.node("LinearRecurrence", "h", inputs).domain("napier");
        net.output(net.quantized("h", 1024.0f, 1));
        const Model model = require_equal_outputs(net.graph);
        REQUIRE(model.layers.size() == 3);
        CHECK(model.layers[2].host.second == model.layers[1].output);
        CHECK(model.layers[2].host.initial == (has_state ? model.more_inputs.at(0).tensor : -1));
    }
    SECTION("of a state that is no token") {
        inputs.resize(2);
        inputs.push_back(inputs[1]);
        net.graph.node("LinearRecurrence", "h", inputs).domain("napier");
        net.output(net.quantized("h", 4.0f));
        CHECK_THAT(check_text(net.graph), Contains("or its state is no token of theirs; give it [1, tokens, channels] "
                                                   "twice, and a state of [1, 1, channels] or none"));
    }
}

TEST_CASE("tokens behind those of another input") {
    Tokens net(2);
    const auto cached = [&](const std::string& name, const Dims& dims, float scale) {
        net.graph.input(name, dims);
        return net.graph.quantized(name, scale, 0);
    };
    SECTION("by heads, where all stand on one grid: nothing is copied") {
        const std::string k = net.heads("k", net.product("k", 12), {1, 2, 3, 4});
        const std::string q = net.heads("q", net.product("q", 12), {1, 2, 3, 4});
        net.graph.node("Concat", "all", {cached("cache", {1, 3, 7, 4}, 0.5f), k}).integer("axis", 2);
        net.graph.node("MatMul", "qk", {q, net.turned(net.quantized("all", 0.5f), {0, 1, 3, 2})});
        net.graph.node("Transpose", "t", {net.quantized("qk", 16.0f)}).integers("perm", {0, 2, 1, 3});
        net.graph.node("Reshape", "y", {"t", net.graph.shape("y_shape", {1, 2, 27})});
        net.output("y");
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.layers.size() == 3);
        const Tensor& cache = model.tensors[static_cast<size_t>(model.more_inputs.at(0).tensor)];
        CHECK(model.more_inputs[0].groups == 3);
        CHECK((cache.whole >= 0 && cache.first_pixel == 0 && cache.width == 7));
        CHECK(model.tensors[static_cast<size_t>(layer_of(model, "k").output)].first_pixel == 7);
    }
    SECTION("where the host makes the new ones") {
        net.graph.node("RMSNormalization", "norm", {net.x, net.graph.reals("g", {12}, reals(12, 1))});
        net.graph.node("Concat", "all", {net.quantized("norm", 0.03125f), cached("cache", {1, 3, 12}, 0.03125f)})
            .integer("axis", 1);
        net.graph.node("Abs", "y", {net.quantized("all", 0.03125f)});
        net.output(net.quantized("y", 0.0625f));
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.layers.size() == 2);
        CHECK(model.tensors[static_cast<size_t>(model.more_inputs.at(0).tensor)].first_pixel == 2);
    }
    SECTION("where their grids differ: copies") {
        const int zero_point = GENERATE(0, 5);
        net.graph.node("Concat", "all", {cached("cache", {1, 3, 12}, 0.125f), net.product("k", 12, -9)})
            .integer("axis", 1);
        net.output(net.quantized("all", 0.25f, zero_point));
        CHECK(require_equal_outputs(net.graph).layers.size() == 3);
    }
    SECTION("where something else reads the other input, too: a copy") {
        const std::string cache = cached("cache", {1, 2, 12}, 0.5f);
        net.graph.node("Concat", "all", {cache, net.product("k", 12)}).integer("axis", 1);
        net.graph.node("Slice", "last", {net.quantized("all", 0.5f), net.graph.shape("from", {2}),
                                         net.graph.shape("to", {4}), net.graph.shape("axis", {1})});
        net.graph.node("Add", "y", {net.quantized("last", 0.5f), cache});
        net.output(net.quantized("y", 1.0f));
        const Model model = require_equal_outputs(net.graph);
        CHECK(model.tensors[static_cast<size_t>(model.more_inputs.at(0).tensor)].whole == -1);
    }
    SECTION("of other heads") {
        const std::string k = net.heads("k", net.product("k", 12), {1, 2, 3, 4});
        net.graph.node("Concat", "all", {cached("cache", {1, 2, 7, 6}, 0.5f), k}).integer("axis", 2);
        net.output(net.quantized("all", 0.5f));
        CHECK_THAT(check_text(net.graph), Contains("it joins the tokens of [1, 2, 7, 6] and [1, 3, 2, 4], which differ "
                                                   "in more than their number; join tokens of as many heads"));
    }
}
