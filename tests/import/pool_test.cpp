// Are averages and padding exact, or refused?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

struct Image {
    OnnxBuilder graph;
    std::string x;

    explicit Image(const Dims& dims = {-1, 3, 4, 8}, int64_t opset = 13) : graph(opset) {
        graph.input("x", dims);
        x = graph.quantized("x", 0.5f, 7);
    }

    Model finish(const std::string& name) {
        graph.quantized(name, 0.25f, 5);
        graph.output(name + "_dequantized", {});
        return require_equal_outputs(graph);
    }

    std::string refused(const std::string& name) {
        graph.quantized(name, 0.25f, 5);
        graph.output(name + "_dequantized", {});
        return import_sentence(graph);
    }
};

}  // namespace

TEST_CASE("a global average is a depthwise layer of ones") {
    Image image;
    image.graph.node("GlobalAveragePool", "pool", {image.x});
    const Model model = image.finish("pool");
    const Layer& layer = model.layers[0];
    CHECK(layer.operation == "GlobalAveragePool");
    CHECK(layer.groups == 3);
    CHECK((layer.window.kernel_h == 4 && layer.window.kernel_w == 8));
    CHECK(layer.weight == std::vector<int8_t>(96, 1));
    CHECK(layer.bias[0] == -7 * 32);
    CHECK(layer.significand[0] == 1u << 23);  // 0.5 / (0.25 * 32) = 2^-4
    CHECK(layer.shift[0] == 27);
}

TEST_CASE("means over height and width are global averages") {
    SECTION("attribute, dimensions kept") {
        Image image;
        image.graph.node("ReduceMean", "mean", {image.x}).integers("axes", {2, 3});
        CHECK(image.finish("mean").layers[0].operation == "GlobalAveragePool");
    }
    SECTION("input, dimensions dropped, counted from the end") {
        Image image({-1, 3, 4, 8}, 18);
        image.graph.node("ReduceMean", "mean", {image.x, image.graph.shape("axes", {-1, -2})}).integer("keepdims", 0);
        image.finish("mean");
    }
    SECTION("channels last") {
        Image image;
        image.graph.node("Transpose", "t", {image.x}).integers("perm", {0, 2, 3, 1});
        image.graph.node("ReduceMean", "mean", {"t"}).integers("axes", {1, 2}).integer("keepdims", 0);
        image.finish("mean");
    }
    SECTION("over channels: refused") {
        Image image;
        image.graph.node("ReduceMean", "mean", {image.x}).integers("axes", {1});
        CHECK_THAT(image.refused("mean"), Catch::Contains("it averages over other axes than height and width"));
    }
    SECTION("over height alone: refused") {
        Image image;
        image.graph.node("ReduceMean", "mean", {image.x}).integers("axes", {2});
        CHECK_THAT(image.refused("mean"), Catch::Contains("it averages over other axes than height and width"));
    }
}

TEST_CASE("the average of one pixel is no layer") {
    Image image({-1, 3, 1, 1});
    image.graph.node("GlobalAveragePool", "pool", {image.x});
    const Model model = image.finish("pool");
    REQUIRE(model.layers.size() == 1);
    CHECK(model.layers[0].operation == "QuantizeLinear");
}

TEST_CASE("average pools are exact where every window divides by the same number") {
    SECTION("plain") {
        Image image;
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {2, 4}).integers("strides", {2, 1});
        CHECK(image.finish("pool").layers[0].operation == "AveragePool");
    }
    SECTION("padding counted") {
        Image image;
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {2, 2})
            .integers("pads", {1, 0, 1, 1}).integer("count_include_pad", 1);
        image.finish("pool");
    }
    SECTION("padding not counted: refused") {
        Image image;
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {2, 2})
            .integers("pads", {1, 1, 1, 1});
        CHECK_THAT(image.refused("pool"), Catch::Contains("(count_include_pad 0)"));
    }
    SECTION("rounding up without effect") {
        Image image;
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2})
            .integer("ceil_mode", 1);
        image.finish("pool");
    }
    SECTION("rounding up past the edge: refused") {
        Image image({-1, 3, 5, 8});
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2})
            .integer("ceil_mode", 1);
        CHECK_THAT(image.refused("pool"), Catch::Contains("its ceil_mode lets a window reach past the padding"));
    }
    SECTION("over one space axis") {
        Image image({-1, 3, 8});
        image.graph.node("AveragePool", "pool", {image.x}).integers("kernel_shape", {4}).integers("strides", {2});
        image.finish("pool");
    }
}

TEST_CASE("pad nodes merge into the window that follows") {
    const Dims pads{0, 0, 1, 2, 0, 0, 0, 1};
    SECTION("behind DequantizeLinear, before a convolution with padding of its own") {
        Image image;
        image.graph.node("Pad", "p", {image.x, image.graph.shape("pads", pads)});
        const std::string w = image.graph.weight("w", {2, 3, 3, 3}, std::vector<int>(54, 3), {0.25f});
        image.graph.node("Conv", "conv", {"p", w}).integers("pads", {1, 0, 0, 1});
        const Model model = image.finish("conv");
        REQUIRE(model.layers.size() == 1);
        const Window& window = model.layers[0].window;
        CHECK((window.pad_top == 2 && window.pad_left == 2 && window.pad_bottom == 0 && window.pad_right == 2));
    }
    SECTION("between QuantizeLinear and DequantizeLinear, with the zero point") {
        OnnxBuilder graph;
        graph.input("x", {-1, 3, 4, 8});
        graph.reals("s", {}, {0.5f});
        graph.integers("z", {}, {7}, 3);
        graph.node("QuantizeLinear", "q", {"x", "s", "z"});
        graph.node("Pad", "p", {"q", graph.shape("pads", pads), "z"});
        graph.node("DequantizeLinear", "d", {"p", "s", "z"});
        graph.node("AveragePool", "pool", {"d"}).integers("kernel_shape", {1, 2});
        graph.quantized("pool", 0.25f, 0);
        graph.output("pool_dequantized", {});
        CHECK(require_equal_outputs(graph).layers.size() == 1);
    }
    SECTION("before the input is quantized, before a global average") {
        OnnxBuilder graph;
        graph.input("x", {-1, 3, 3, 5});
        graph.node("Pad", "p", {"x", graph.shape("pads", pads)});
        graph.node("GlobalAveragePool", "pool", {graph.quantized("p", 0.5f, 3)});
        graph.quantized("pool", 0.25f, 0);
        graph.output("pool_dequantized", {});
        CHECK(require_equal_outputs(graph).layers.size() == 1);
    }
    SECTION("on its own: a layer of ones") {
        Image image;
        image.graph.node("Pad", "p", {image.x, image.graph.shape("pads", pads)});
        CHECK(image.finish("p").layers.size() == 1);
    }
    SECTION("with another value: refused") {
        Image image;
        image.graph.node("Pad", "p", {image.x, image.graph.shape("pads", pads), image.graph.reals("v", {}, {1.0f})});
        CHECK_THAT(image.refused("p"), Catch::Contains("it pads with another value than the zero point; pad"));
    }
    SECTION("reflected: refused") {
        Image image;
        image.graph.node("Pad", "p", {image.x, image.graph.shape("pads", pads)}).text("mode", "reflect");
        CHECK_THAT(image.refused("p"), Catch::Contains("it pads with other values than a constant"));
    }
    SECTION("the batch: refused") {
        Image image;
        image.graph.node("Pad", "p", {image.x, image.graph.shape("pads", {1, 0, 0, 0, 0, 0, 0, 0})});
        CHECK_THAT(image.refused("p"), Catch::Contains("it pads the batch; pad channels, height and width only"));
    }
}
