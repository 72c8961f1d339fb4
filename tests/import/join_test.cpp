// Do channels side by side keep their values, on whatever grids?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// Three branches of one image, each on its own grid.
struct Branches {
    OnnxBuilder graph{13};
    std::string x, y, z;

    Branches() {
        graph.input("image", {-1, 2, 3, 4});
        x = graph.quantized("image", 0.5f, 7);
        const auto branch = [&](const std::string& name, int channels, float scale, int zero_point) {
            std::vector<int> weight(size_t(channels) * 2);
            for (size_t i = 0; i < weight.size(); ++i) weight[i] = int(i * 5 % 7) - 3;
            graph.node("Conv", name, {x, graph.weight(name + "_w", {channels, 2, 1, 1}, weight, {0.25f})});
            return graph.quantized(name, scale, zero_point);
        };
        y = branch("y", 3, 0.125f, -9);
        z = branch("z", 1, 1.0f, 0);
    }

    NodeBuilder node(const std::vector<std::string>& inputs, int64_t axis) {
        return graph.node("Concat", "joined", inputs).integer("axis", axis);
    }
    std::string refused() {
        graph.output(graph.quantized("joined", 0.5f, 7), {});
        return import_sentence(graph);
    }
};

}  // namespace

TEST_CASE("parts of one grid and of others stand side by side") {
    Branches branches;
    SECTION("two") { branches.node({branches.x, branches.y}, 1); }
    SECTION("three, one of them twice") { branches.node({branches.y, branches.z, branches.y, branches.x}, -3); }
    SECTION("one") { branches.node({branches.z}, 1); }
    branches.graph.output(branches.graph.quantized("joined", 0.5f, 7), {});
    const Model model = require_equal_outputs(branches.graph);
    CHECK(model.layers.back().operation == "Concat");
}

TEST_CASE("a part on the result's grid is copied bit by bit") {
    Branches branches;
    branches.node({branches.x, branches.z}, 1);
    branches.graph.output(branches.graph.quantized("joined", 0.5f, 7), {});
    const Model model = require_equal_outputs(branches.graph);
    REQUIRE(model.tensors[size_t(model.output.tensor)].channels == 3);
    const Layer& first = model.layers[model.layers.size() - 2];
    CHECK(first.significand[0] == (uint32_t(1) << first.shift[0]));
}

TEST_CASE("a layer that nobody else reads writes its part of the result itself") {
    Branches branches;
    branches.graph.node("Conv", "w", {branches.x, branches.graph.weight("w_w", {2, 2, 1, 1}, {1, -2, 3, 4}, {0.25f})});
    const std::string near = branches.graph.quantized("w", 0.5f, 7);
    SECTION("on the result's grid") {
        branches.node({near, branches.z, near}, 1);
        branches.graph.output(branches.graph.quantized("joined", 0.5f, 7), {});
        CHECK(require_equal_outputs(branches.graph).layers.size() == 5);  // read twice: copied twice
    }
    SECTION("once") {
        branches.node({branches.x, near}, 1);
        branches.graph.output(branches.graph.quantized("joined", 0.5f, 7), {});
        const Model model = require_equal_outputs(branches.graph);
        REQUIRE(model.layers.size() == 2);  // the image is copied
        const Tensor& part = model.tensors[size_t(model.layers[0].output)];
        CHECK(part.whole == model.output.tensor);
        CHECK(part.first_channel == 2);
    }
    SECTION("on another grid") {
        branches.node({branches.y, near}, 1);
        branches.graph.output(branches.graph.quantized("joined", 0.5f, 8), {});
        CHECK(require_equal_outputs(branches.graph).layers.size() == 4);
    }
}

TEST_CASE("what does not stand side by side is refused") {
    Branches branches;
    SECTION("along another axis") {
        branches.node({branches.x, branches.x}, 2);
        CHECK_THAT(branches.refused(), Catch::Contains("along axis 2, which is not that of the channels"));
    }
    SECTION("of another size") {
        branches.graph.node("MaxPool", "small", {branches.x}).integers("kernel_shape", {2, 2});
        branches.node({branches.x, branches.graph.quantized("small", 0.5f, 7)}, 1);
        CHECK_THAT(branches.refused(), Catch::Contains("differ in more than their channels"));
    }
    SECTION("not quantized") {
        branches.graph.node("Relu", "r", {branches.x});
        branches.node({branches.x, "r"}, 1);
        CHECK_THAT(branches.refused(), Catch::Contains("put QuantizeLinear and DequantizeLinear behind the node"));
    }
    SECTION("read before it is quantized") {
        branches.node({branches.x, branches.y}, 1);
        branches.graph.node("Relu", "r", {"joined"});
        branches.graph.output(branches.graph.quantized("r", 0.5f, 7), {});
        CHECK_THAT(import_sentence(branches.graph), Catch::Contains("several activations side by side"));
    }
}
