// Do matrix products, and the reshapes before them, keep every value in its place?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

std::vector<int> weights(size_t count) {
    Random random(77);
    std::vector<int> values(count);
    for (int& value : values) {
        value = random.number(-128, 127);
    }
    return values;
}

struct Network {
    OnnxBuilder graph;
    std::string x;

    explicit Network(const Dims& dims) {
        graph.input("x", dims);
        x = graph.quantized("x", 0.5f, 7);
    }

    Model finish(const std::string& name) {
        graph.quantized(name, 64.0f, 5);
        graph.output(name + "_dequantized", {});
        return require_equal_outputs(graph);
    }
};

}  // namespace

TEST_CASE("a product of a vector is a 1x1 layer") {
    SECTION("Gemm, outputs first") {
        Network network({-1, 6});
        const std::string w = network.graph.weight("w", {4, 6}, weights(24), {0.25f, 0.5f, 1.0f, 2.0f});
        network.graph.node("Gemm", "y", {network.x, w}).integer("transB", 1);
        const Model model = network.finish("y");
        CHECK(model.layers[0].operation == "Gemm");
        CHECK(model.tensors[0].channels == 6);
        CHECK(model.layers[0].weight[6 + 2] == static_cast<int8_t>(weights(24)[6 + 2]));
    }
    SECTION("Gemm, inputs first, with factors and a float bias") {
        Network network({-1, 6});
        const std::string w = network.graph.weight("w", {6, 4}, weights(24), {0.25f});
        network.graph.node("Gemm", "y", {network.x, w, network.graph.reals("b", {1, 4}, {1, -2, 300, 4})})
            .number("alpha", 0.5f).number("beta", 2.0f);
        CHECK(network.finish("y").layers[0].weight[1] == static_cast<int8_t>(weights(24)[4]));
    }
    SECTION("MatMul and Add of a bias, the scale of the outputs' axis") {
        Network network({-1, 6});
        network.graph.node("DequantizeLinear", "w", {network.graph.integers("wi", {6, 4}, weights(24), 3),
                                                     network.graph.reals("ws", {4}, {0.25f, 0.5f, 1.0f, 2.0f})})
            .integer("axis", -1);
        network.graph.node("MatMul", "m", {network.x, "w"});
        network.graph.node("Add", "y", {network.graph.reals("b", {4}, {1, -2, 300, 4}), "m"});
        CHECK(network.finish("y").layers[0].operation == "MatMul");
    }
    SECTION("MatMul of a transposed weight") {
        Network network({-1, 6});
        network.graph.weight("w", {4, 6}, weights(24), {0.25f, 0.5f, 1.0f, 2.0f});
        network.graph.node("Transpose", "t", {"w"}).integers("perm", {1, 0});
        network.graph.node("MatMul", "y", {network.x, "t"});
        network.finish("y");
    }
    SECTION("MatMul of every pixel of a sequence") {
        Network network({-1, 5, 6});
        network.graph.node("MatMul", "y", {network.x, network.graph.weight("w", {6, 4}, weights(24), {0.25f})});
        const Model model = network.finish("y");
        CHECK((model.tensors[0].width == 5 && model.tensors[0].channels == 6));
        CHECK_FALSE(model.input.channels_first);
        CHECK(model.layers[0].window.kernel_w == 1);
    }
    SECTION("the scale along the inputs is refused") {
        Network network({-1, 6});
        const std::string w = network.graph.weight("w", {6, 4}, weights(24), {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 2.0f});
        network.graph.node("Gemm", "y", {network.x, w});
        network.graph.output("y", {});
        CHECK_THAT(import_sentence(network.graph),
                   Catch::Contains("differs along axis 0, not along the output channels' 1"));
    }
}

TEST_CASE("a flattened image before a product becomes a window over all of it") {
    for (const bool by_reshape : {true, false}) {
        Network network({-1, 2, 3, 4});
        const std::string v = network.graph.weight("v", {3, 2, 1, 1}, {1, 2, 3, 4, 5, 6}, {0.25f});
        network.graph.node("Conv", "c", {network.x, v});
        const std::string c = network.graph.quantized("c", 4.0f, -3);
        if (by_reshape) {
            network.graph.node("Reshape", "f", {c, network.graph.shape("s", {0, -1})});
        } else {
            network.graph.node("Flatten", "f", {c});
        }
        network.graph.node("Gemm", "y", {"f", network.graph.weight("w", {36, 5}, weights(180), {0.25f})});
        const Model model = network.finish("y");
        REQUIRE(model.layers.size() == 2);
        CHECK((model.layers[1].window.kernel_h == 3 && model.layers[1].window.kernel_w == 4));
        CHECK(model.tensors.back().channels == 5);
        CHECK(model.tensors.back().height == 1);
        // [out][y][x][channel]: output 2, channel 1, row 2, column 3 of the flattened 1*12 + 2*4 + 3
        CHECK(model.layers[1].weight[((2 * 3 + 2) * 4 + 3) * 3 + 1] ==
              static_cast<int8_t>(weights(180)[(12 + 8 + 3) * 5 + 2]));
    }
}

TEST_CASE("a shape computed from the batch is followed") {
    Network network({-1, 2, 3, 4});
    const std::string v = network.graph.weight("v", {3, 2, 1, 1}, {1, 2, 3, 4, 5, 6}, {0.25f});
    network.graph.node("Conv", "c", {network.x, v});
    const std::string c = network.graph.quantized("c", 4.0f, -3);
    network.graph.node("Shape", "shape", {c});
    network.graph.node("Gather", "batch", {"shape", network.graph.integers("zero", {}, {0}, 7)});
    network.graph.node("Unsqueeze", "list", {"batch", network.graph.shape("axis", {0})});
    network.graph.node("Concat", "target", {"list", network.graph.shape("rest", {-1})}).integer("axis", 0);
    network.graph.node("Reshape", "f", {c, "target"});
    network.graph.node("Gemm", "y", {"f", network.graph.weight("w", {36, 5}, weights(180), {0.25f})});
    CHECK(network.finish("y").layers.size() == 2);
}

TEST_CASE("the input takes the shape it is first read in") {
    SECTION("an image read as a vector") {
        Network network({-1, 1, 3, 4});
        network.graph.node("Flatten", "f", {network.x});
        network.graph.node("Gemm", "y", {"f", network.graph.weight("w", {12, 5}, weights(60), {0.25f})});
        const Model model = network.finish("y");
        CHECK((model.tensors[0].height == 1 && model.tensors[0].width == 1 && model.tensors[0].channels == 12));
    }
    SECTION("a vector read as an image") {
        Network network({-1, 24});
        network.graph.node("Reshape", "i", {network.x, network.graph.shape("s", {1, 2, 3, 4})});
        network.graph.node("Conv", "y", {"i", network.graph.weight("w", {3, 2, 2, 2}, weights(24), {0.25f})});
        const Model model = network.finish("y");
        CHECK((model.tensors[0].height == 3 && model.tensors[0].width == 4 && model.tensors[0].channels == 2));
        CHECK(model.input.channels_first);
    }
    SECTION("channels last, turned before it is quantized") {
        OnnxBuilder graph;
        graph.input("x", {-1, 3, 4, 2});
        graph.node("Transpose", "t", {"x"}).integers("perm", {0, 3, 1, 2});
        const std::string t = graph.quantized("t", 0.5f, 7);
        graph.node("Conv", "c", {t, graph.weight("w", {3, 2, 2, 2}, weights(24), {0.25f})});
        const std::string c = graph.quantized("c", 8.0f, 0);
        graph.node("Transpose", "y", {c}).integers("perm", {0, 2, 3, 1});
        graph.output("y", {-1, 2, 3, 3});
        const Model model = require_equal_outputs(graph);
        CHECK_FALSE(model.input.channels_first);
        CHECK_FALSE(model.output.channels_first);
        CHECK((model.tensors[0].height == 3 && model.tensors[0].width == 4 && model.tensors[0].channels == 2));
    }
    SECTION("in two ways: refused") {
        Network network({-1, 1, 3, 4});
        network.graph.node("Flatten", "f", {network.x});
        network.graph.node("Gemm", "a", {"f", network.graph.weight("w", {12, 5}, weights(60), {0.25f})});
        network.graph.quantized("a", 8.0f, 0);
        network.graph.node("Conv", "c", {network.x, network.graph.weight("v", {5, 1, 3, 4}, weights(60), {0.25f})});
        network.graph.node("Flatten", "g", {"c"});
        network.graph.node("Add", "y", {"g", "a_dequantized"});
        network.graph.output("y", {});
        CHECK_THAT(import_sentence(network.graph), Catch::Contains("the input 'x' is read in two different shapes"));
    }
}

TEST_CASE("dimensions of size 1 come and go") {
    Network network({-1, 6, 1, 1});
    network.graph.node("Squeeze", "a", {network.x, network.graph.shape("s", {2, 3})});
    network.graph.node("Gemm", "b", {"a", network.graph.weight("w", {6, 4}, weights(24), {0.25f})});
    network.graph.node("Identity", "c", {"b"});
    network.graph.node("Dropout", "d", {"c"});
    network.graph.node("Unsqueeze", "y", {"d", network.graph.shape("u", {2, 3})});
    CHECK(network.finish("y").layers.size() == 1);
}

TEST_CASE("axes that are cut or mixed are refused") {
    Network network({-1, 2, 3, 4});
    const std::string v = network.graph.weight("v", {4, 2, 1, 1}, weights(8), {0.25f});
    network.graph.node("Conv", "c", {network.x, v});
    const std::string c = network.graph.quantized("c", 8.0f, 0);
    SECTION("a height cut in two") {
        network.graph.node("Reshape", "y", {c, network.graph.shape("s", {1, 8, 3, 2})});
        network.graph.output("y", {});
        CHECK_THAT(import_sentence(network.graph), Catch::Contains("it cuts an axis of [1, 4, 3, 4] into the pieces"));
    }
    SECTION("a product along the width") {
        network.graph.node("MatMul", "y", {c, network.graph.weight("w", {4, 2}, weights(8), {0.25f})});
        network.graph.output("y", {});
        CHECK_THAT(import_sentence(network.graph),
                   Catch::Contains("the last dimension of its input of shape [1, 4, 3, 4]"));
    }
    SECTION("height and width swapped before a convolution") {
        network.graph.node("Transpose", "t", {c}).integers("perm", {0, 1, 3, 2});
        network.graph.node("Conv", "y", {"t", network.graph.weight("w", {1, 4, 1, 1}, weights(4), {0.25f})});
        network.graph.output("y", {});
        CHECK_THAT(import_sentence(network.graph), Catch::Contains("in memory order; remove the Transpose or Reshape"));
    }
}
