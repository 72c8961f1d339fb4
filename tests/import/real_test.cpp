// Do models of microscaling blocks and piecewise-affine products become the layers that compute them?

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/import/import.hpp"
#include "tests/support/onnx/evaluator.hpp"
#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

std::vector<float> random_reals(uint64_t seed, int64_t count, int range, float step) {
    Random random(seed);
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(random.number(-range, range)) * step);
    }
    return values;
}

std::string blocks(OnnxBuilder& graph, const std::string& value, const std::string& element, int64_t axis = 1,
                   const std::string& rule = "floor") {
    const std::string name = value + "_blocks";
    graph.node("MXQuantize", name, {value}).domain("napier").text("element_format", element).integer("axis", axis)
        .text("scale_rule", rule);
    return name;
}

// Weights of small integers times 1/4.
std::string weight(OnnxBuilder& graph, const std::string& name, const Dims& dims, uint64_t seed) {
    int64_t count = 1;
    for (const int64_t dim : dims) {
        count *= dim;
    }
    return graph.reals(name, dims, random_reals(seed, count, 4, 0.25f));
}

RealModel imported(const OnnxBuilder& graph) {
    return import_real_onnx(graph.bytes(), "graph");
}

// Runs random images of small integers, whose sums are exact in any order, through the golden model and the evaluator.
RealModel require_equal_reals(const OnnxBuilder& graph) {
    REQUIRE(is_real_onnx(graph.bytes()));
    CHECK(check_real_onnx(graph.bytes()).empty());
    const RealModel model = imported(graph);
    const RealTensor& input = model.tensors[0];
    Dims dims;
    for (const auto& dim : graph.proto().graph().input(0).type().tensor_type().shape().dim()) {
        dims.push_back(dim.has_dim_value() ? dim.dim_value() : 1);
    }
    for (uint64_t seed = 1; seed <= 3; ++seed) {
        const std::vector<float> image = random_reals(seed, input.height * input.width * input.channels, 6, 0.5f);
        const auto values = golden::real::run_model(model, image);
        const std::vector<float> output =
            golden::real::read_output(model, values[static_cast<size_t>(model.output.tensor)]);
        const Array wanted = evaluate(graph.proto(), {dims, {image.begin(), image.end()}}).at(model.output.name);
        REQUIRE(output.size() == wanted.values.size());
        for (size_t i = 0; i < output.size(); ++i) {
            REQUIRE(output[i] == wanted.values[i]);
        }
    }
    return model;
}

// Why the graph is refused: the sentences of check_real_onnx.
std::string refusal(const OnnxBuilder& graph) {
    std::string text;
    for (const Unsupported& problem : check_real_onnx(graph.bytes())) {
        text += describe(problem) + "\n";
    }
    CHECK_THROWS_AS(imported(graph), Error);
    return text;
}

// x [1, 40, 5, 4] in blocks, ready for a convolution.
OnnxBuilder image_graph(const std::string& element) {
    OnnxBuilder graph;
    graph.input("x", {-1, 40, 5, 4});
    blocks(graph, "x", element);
    return graph;
}

}  // namespace

TEST_CASE("real: convolutions of blocks with windows, padding, bias, Relu and Clip") {
    for (const std::string element : {"mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e3m2", "mxfp6_e2m3", "mxfp4", "mxint8"}) {
        OnnxBuilder graph = image_graph(element);
        weight(graph, "w", {6, 40, 3, 2}, 5);
        graph.node("Conv", "conv", {"x_blocks", blocks(graph, "w", "mxfp6_e2m3", 1, "rceil"),
                                    graph.reals("b", {6}, random_reals(6, 6, 20, 0.5f))})
            .integers("strides", {2, 1}).integers("dilations", {1, 2}).integers("pads", {2, 3, 1, 1});
        graph.node("Relu", "relu", {"conv"});
        graph.node("Clip", "clip", {"relu", graph.reals("low", {}, {-2.0f}), graph.reals("high", {}, {30.0f})});
        graph.output("clip", {-1, 6, -1, -1});
        const RealModel model = require_equal_reals(graph);
        REQUIRE(model.layers.size() == 1);
        CHECK(model.layers[0].operation == "Conv");
        CHECK(model.layers[0].weight_format == "mxfp6_e2m3");
        CHECK(model.layers[0].clamp_low == 0.0f);
        CHECK(model.layers[0].clamp_high == 30.0f);
        CHECK(model.tensors[0].format == element);
        CHECK(model.tensors[1].format == "float32");
    }
}

TEST_CASE("real: a network of blocks: convolutions in groups, one over the graph image, products") {
    OnnxBuilder graph;
    graph.input("x", {1, 64, 5, 4});
    blocks(graph, "x", "mxfp8_e5m2", -3, "even");
    weight(graph, "w1", {4, 32, 3, 3}, 1);
    graph.node("Conv", "conv1", {"x_blocks", blocks(graph, "w1", "mxfp4")}).integer("group", 2)
        .text("auto_pad", "SAME_UPPER");
    graph.node("Relu", "relu1", {"conv1"});
    blocks(graph, "relu1", "mxfp4", 1, "ceil");
    weight(graph, "w2", {33, 4, 5, 4}, 2);
    graph.node("Conv", "conv2", {"relu1_blocks", blocks(graph, "w2", "mxint8")});
    graph.node("Flatten", "flat", {"conv2"});
    blocks(graph, "flat", "mxfp6_e3m2");
    weight(graph, "w3", {33, 5}, 3);
    graph.node("MatMul", "product", {"flat_blocks", blocks(graph, "w3", "mxfp4", 0)});
    graph.node("Add", "sum", {graph.reals("b", {5}, {1, 2, -3, 4, -5}), "product"});
    blocks(graph, "sum", "mxfp8_e4m3");
    weight(graph, "w4", {3, 5}, 4);
    graph.node("Gemm", "scores", {"sum_blocks", blocks(graph, "w4", "mxfp8_e4m3", -1),
                                  graph.reals("c", {1, 3}, {0.5f, 1.0f, -1.0f})}).integer("transB", 1);
    graph.output("scores", {1, 3});
    const RealModel model = require_equal_reals(graph);
    REQUIRE(model.layers.size() == 4);
    CHECK(model.layers[0].groups == 2);
    CHECK(model.tensors[0].scale_rule == "even");
    CHECK(model.tensors[1].name == "relu1");
    CHECK(model.tensors[1].format == "mxfp4");
    CHECK(model.tensors[1].scale_rule == "ceil");
    CHECK(model.layers[2].bias == std::vector<float>{1, 2, -3, 4, -5});
}

TEST_CASE("real: piecewise-affine convolutions and products, and blocks read by them") {
    OnnxBuilder graph;
    graph.input("x", {-1, 6, 4, 3});
    weight(graph, "w1", {6, 2, 2, 2}, 1);
    graph.node("PamConv", "conv1", {"x", "w1", graph.reals("b1", {6}, {1, 2, 3, 4, 5, 6})}).domain("napier")
        .integer("group", 3);
    graph.node("Relu", "relu1", {"conv1"});
    weight(graph, "w2", {5, 6, 3, 2}, 2);
    graph.node("PamConv", "conv2", {"relu1", "w2"}).domain("napier");
    graph.node("Reshape", "flat", {"conv2", graph.shape("flat_shape", {0, -1})});
    blocks(graph, "flat", "mxfp8_e4m3");
    weight(graph, "w3", {5, 4}, 3);
    graph.node("PamMatMul", "scores", {"flat_blocks", "w3"}).domain("napier");
    graph.output("scores", {-1, 4});
    const RealModel model = require_equal_reals(graph);
    REQUIRE(model.layers.size() == 3);
    CHECK(model.layers[0].product == RealProduct::piecewise_affine);
    CHECK(model.tensors[0].format == "float32");
    CHECK(model.tensors[1].format == "bfloat16");
    CHECK(model.tensors[2].format == "mxfp8_e4m3");
    CHECK(model.tensors[3].format == "float32");
}

TEST_CASE("real: what cannot run is named with its reason") {
    const auto refused = [](const std::function<void(OnnxBuilder&)>& add, const std::string& words) {
        OnnxBuilder graph = image_graph("mxfp4");
        weight(graph, "w", {4, 40, 1, 1}, 1);
        add(graph);
        graph.output("y", {-1, -1, -1, -1});
        CHECK_THAT(refusal(graph), Catch::Contains(words));
    };
    using Graph = OnnxBuilder&;
    refused([](Graph g) { g.node("Conv", "y", {"x_blocks", "w"}); }, "'w' is a constant that is not in blocks");
    refused([](Graph g) { g.node("Conv", "y", {"x", blocks(g, "w", "mxfp4")}); }, "its input 'x' is not in blocks");
    refused([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4", 0)}); }, "along axis 0");
    refused([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "fp4")}); }, "its element_format is 'fp4'");
    refused([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4", 1, "up")}); }, "scale_rule is 'up'");
    refused([](Graph g) {
        weight(g, "v", {4, 10, 1, 1}, 1);
        g.node("Conv", "y", {"x_blocks", blocks(g, "v", "mxfp4")}).integer("group", 4);
    }, "cut blocks of 32");
    refused([](Graph g) {
        g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
        g.node("PamConv", "p", {"x", "w"}).domain("napier");
        g.node("Add", "y", {"c", "p"});
    }, "node 'p' (PamConv): the input of the model is used in two different ways");
    refused([](Graph g) {
        blocks(g, "x_blocks", "mxfp4");
        g.node("Conv", "y", {"x_blocks_blocks", blocks(g, "w", "mxfp4")});
    }, "kept in a format already");
    refused([](Graph g) {
        g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
        g.node("Flatten", "y", {"c"});
    }, "it flattens 5x4 pixels");
    refused([](Graph g) {
        g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
        g.node("Sigmoid", "y", {"c"});
    }, "node 'y' (Sigmoid): the operator is not supported");
    refused([](Graph g) {
        g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
        g.node("Relu", "r", {"c"});
        g.node("Add", "y", {"r", g.reals("b", {}, {1.0f})});
    }, "not the addition of the first bias");
    refused([](Graph g) {
        g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
        weight(g, "v", {4, 40, 1, 1}, 2);
        g.node("Conv", "d", {"x_blocks", blocks(g, "v", "mxfp4")});
        g.node("Add", "y", {"c", "d"});
    }, "node 'y' (Add): it adds two activations, and layers of real numbers have no residual; leave the addition out");
    for (const char* pool : {"MaxPool", "AveragePool", "GlobalAveragePool"}) {
        refused([&](Graph g) {
            g.node("Conv", "c", {"x_blocks", blocks(g, "w", "mxfp4")});
            g.node(pool, "y", {"c"}).integers("kernel_shape", {2, 2});
        }, "takes Conv, Gemm, MatMul, PamConv, PamMatMul, Relu, Clip, Add of a bias, and Flatten of one pixel");
    }
    refused([](Graph g) { g.node("Relu", "y", {"x_blocks"}); }, "not the result of a layer");
    refused([](Graph g) {
        blocks(g, "w", "mxfp4");
        g.node("Gemm", "y", {"x_blocks", "w_blocks"});
    }, "of 4 dimensions");
}

TEST_CASE("real: files that break the rules end in an error") {
    const auto broken = [](const std::function<void(OnnxBuilder&)>& add) {
        OnnxBuilder graph = image_graph("mxfp4");
        weight(graph, "w", {4, 40, 1, 1}, 1);
        add(graph);
        graph.output("y", {-1, -1, -1, -1});
        CHECK_THROWS_AS(check_real_onnx(graph.bytes()), Error);
    };
    using Graph = OnnxBuilder&;
    broken([](Graph g) { g.node("Conv", "y", {"x_blocks"}); });
    broken([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4", 4)}); });
    broken([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4")}).integer("group", 3); });
    broken([](Graph g) { g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4"), g.reals("b", {3}, {1, 2, 3})}); });
    broken([](Graph g) {
        g.node("Conv", "y", {"x_blocks", blocks(g, "w", "mxfp4"),
                             g.reals("b", {1}, {std::numeric_limits<float>::infinity()})});
    });
    broken([](Graph g) {
        g.reals("v", {1, 40, 1, 1}, std::vector<float>(40, std::numeric_limits<float>::quiet_NaN()));
        g.node("Conv", "y", {"x_blocks", blocks(g, "v", "mxfp4")});
    });
    broken([](Graph g) {
        weight(g, "v", {4, 41, 1, 1}, 1);
        g.node("Conv", "y", {"x_blocks", blocks(g, "v", "mxfp4")});
    });
}

TEST_CASE("real: damaged files end in a sentence or in a model that holds together") {
    OnnxBuilder graph = image_graph("mxfp4");
    weight(graph, "w", {4, 40, 2, 2}, 1);
    graph.node("Conv", "conv", {"x_blocks", blocks(graph, "w", "mxint8")}).integers("pads", {1, 1, 0, 0});
    graph.node("Relu", "relu", {"conv"});
    weight(graph, "v", {2, 4, 5, 4}, 2);
    graph.node("PamConv", "y", {"relu", "v"}).domain("napier");
    graph.output("y", {-1, 2, 1, 1});
    const std::vector<uint8_t> good = graph.bytes();
    Random random(7);
    int sentences = 0;
    for (int i = 0; i < 3000; ++i) {
        std::vector<uint8_t> bytes = good;
        for (int change = random.number(1, 3); change > 0; --change) {
            bytes[static_cast<size_t>(random.between(0, static_cast<int64_t>(bytes.size()) - 1))] =
                static_cast<uint8_t>(random.number(0, 255));
        }
        try {
            import_real_onnx(bytes, "damaged");
        } catch (const Error& error) {
            CHECK(std::string(error.what()).size() > 20);
            ++sentences;
        }
    }
    CHECK(sentences > 200);
}

TEST_CASE("real: models of integers are told apart") {
    OnnxBuilder graph;
    graph.input("x", {-1, 2});
    graph.node("Relu", "y", {"x"});
    graph.output("y", {-1, 2});
    CHECK_FALSE(is_real_onnx(graph.bytes()));
}
