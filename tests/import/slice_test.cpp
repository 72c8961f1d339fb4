// Are slices of activations and zero channels exact copies, in one layer, or refused?

#include <catch2/catch.hpp>

#include <climits>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

struct Image {
    OnnxBuilder graph;
    std::string last;  // value
    int made = 0;

    explicit Image(const Dims& dims = {-1, 5, 7, 9}, int64_t opset = 13) : graph(opset) {
        graph.input("x", dims);
        last = graph.quantized("x", 0.5f, 7);
    }

    std::string name(const std::string& of) { return of + std::to_string(made); }
    void slice(const Dims& starts, const Dims& ends, const Dims& axes, const Dims& steps) {
        ++made;
        const Names inputs{last, graph.shape(name("starts"), starts), graph.shape(name("ends"), ends),
                           graph.shape(name("axes"), axes), graph.shape(name("steps"), steps)};
        graph.node("Slice", name("slice"), inputs);
        last = name("slice");
    }
    void pad(const Dims& pads) {
        ++made;
        graph.node("Pad", name("pad"), {last, graph.shape(name("pads"), pads)});
        last = name("pad");
    }
    // On the same grid.
    Model finish(float scale = 0.5f, int zero_point = 7) {
        graph.output(graph.quantized(last, scale, zero_point), {});
        return require_equal_outputs(graph);
    }
    std::string refused() {
        graph.output(graph.quantized(last, 0.5f, 7), {});
        return import_sentence(graph);
    }
};

}  // namespace

TEST_CASE("a slice along one axis is an exact copy for every start, end and step") {
    for (const int64_t axis : {1, 2, 3, -1}) {
        const int64_t size = axis == 1 ? 5 : axis == 2 ? 7 : 9;
        for (int64_t start = 0; start < size; ++start) {
            for (int64_t end = start + 1; end <= size; end += 2) {
                for (const int64_t step : {1, 2, 3, 20}) {
                    CAPTURE(axis, start, end, step);
                    Image image;
                    image.slice({start}, {end}, {axis}, {step});
                    const Model model = image.finish();
                    REQUIRE(model.layers.size() == 1);
                    CHECK(model.layers[0].operation == "Slice");
                    CHECK(model.layers[0].significand[0] == (uint32_t(1) << model.layers[0].shift[0]));
                }
            }
        }
    }
}

TEST_CASE("a slice far from the first pixel has steps that a command holds") {
    for (const int64_t start : {0, 1, 255, 256, 509, 510, 511}) {
        for (const int64_t count : {1, 2, 5}) {
            if (start + count > 512) continue;
            CAPTURE(start, count);
            Image image({-1, 2, 1, 512});
            image.slice({start}, {start + count}, {3}, {1});
            const Model model = image.finish();
            REQUIRE(model.layers.size() == 1);
            const Window& window = model.layers[0].window;
            CHECK((window.stride_x <= 255 && window.dilation_x <= 255));
        }
    }
}

TEST_CASE("ends count from behind, and places outside are the nearest inside") {
    Image image;
    image.slice({-6, -100, -3}, {INT_MAX, -1, INT64_MAX}, {2, 3, 1}, {2, 3, 1});
    const Model model = image.finish();
    const Tensor& output = model.tensors.back();
    CHECK((output.channels == 3 && output.height == 3 && output.width == 3));
}

TEST_CASE("slices without axes or steps, by attributes, and of other ranks") {
    SECTION("three inputs") {
        Image image;
        image.graph.node("Slice", "s", {image.last, image.graph.shape("a", {0, 1, 2}),
                                        image.graph.shape("b", {1, 4, 7})});
        image.last = "s";
        CHECK(image.finish().tensors.back().channels == 3);
    }
    SECTION("attributes") {
        Image image({-1, 5, 7, 9}, 9);
        image.graph.node("Slice", "s", {image.last}).integers("starts", {1, 2}).integers("ends", {-1, 5})
            .integers("axes", {2, 3});
        image.last = "s";
        CHECK(image.finish().tensors.back().height == 5);
    }
    SECTION("[1, channels, width]") {
        Image image({-1, 3, 11});
        image.slice({1, 4}, {3, 10}, {1, 2}, {1, 2});
        image.graph.node("AveragePool", "pool", {image.last}).integers("kernel_shape", {2});
        image.last = "pool";
        image.finish();
    }
    SECTION("[1, channels]") {
        Image image({-1, 12});
        image.slice({1}, {12}, {1}, {4});
        CHECK(image.finish().tensors.back().channels == 3);
    }
    SECTION("channels last") {
        Image image;
        image.graph.node("Transpose", "t", {image.last}).integers("perm", {0, 2, 3, 1});
        image.last = "t";
        image.slice({1, 0, 2}, {6, 9, 5}, {1, 2, 3}, {2, 4, 1});
        CHECK(image.finish().tensors.back().height == 3);
    }
}

TEST_CASE("slices and zero channels on end are one layer") {
    Image image;
    SECTION("as in a shortcut without parameters") {
        image.slice({0}, {7}, {2}, {2});
        image.slice({0}, {9}, {3}, {2});
        image.pad({0, 2, 0, 0, 0, 3, 0, 0});
        const Layer layer = image.finish().layers.at(0);
        CHECK((layer.window.kernel_h == 1 && layer.window.kernel_w == 1));
        CHECK((layer.window.stride_y == 2 && layer.window.stride_x == 2));
        CHECK(layer.operation == "Pad");
        CHECK(layer.format == "ternary");
        CHECK(layer.weight.size() == 50);
    }
    SECTION("an axis twice, and channels of zeros cut again") {
        image.slice({1}, {7}, {2}, {2});
        image.slice({1}, {3}, {2}, {1});
        image.pad({0, 1, 0, 0, 0, 4, 0, 0});
        image.slice({0}, {10}, {1}, {3});
        image.finish();
    }
    SECTION("to another grid") {
        image.slice({1, 2}, {7, 9}, {2, 3}, {3, 2});
        image.pad({0, 0, 0, 0, 0, 1, 0, 0});
        image.finish(0.25f, -20);
    }
    SECTION("of a padded image") {
        image.pad({0, 0, 2, 1, 0, 0, 3, 2});
        image.slice({1, 3}, {12, 12}, {2, 3}, {2, 4});
        image.finish();
    }
    SECTION("of nothing but padding") {
        image.pad({0, 0, 2, 1, 0, 0, 3, 2});
        image.slice({10, 0}, {12, 1}, {2, 3}, {1, 1});
        image.finish();
    }
    CHECK(import_graph(image.graph).layers.size() == 1);
}

TEST_CASE("a selection that several nodes read is copied once") {
    Image image;
    image.slice({1}, {6}, {2}, {2});
    const std::string rows = image.last;
    image.graph.node("Add", "twice", {rows, rows});
    image.slice({2}, {9}, {3}, {3});
    const std::string columns = image.last;
    image.last = image.graph.quantized("twice", 1.0f, 0);
    image.slice({2}, {9}, {3}, {3});
    image.graph.node("Add", "sum", {columns, image.last});
    image.last = "sum";
    CHECK(image.finish().layers.size() == 5);  // rows, twice them, columns of both, their sum
}

TEST_CASE("other nodes read what a slice takes") {
    Image image;
    SECTION("a convolution behind a pad of pixels and channels") {
        image.slice({1}, {4}, {1}, {1});
        image.pad({0, 1, 1, 1, 0, 0, 1, 0});
        const std::string w = image.graph.weight("w", {2, 4, 3, 3}, std::vector<int>(72, 3), {0.25f});
        image.graph.node("Conv", "conv", {image.last, w}).integers("strides", {2, 1});
        image.last = "conv";
        image.finish(4.0f, 1);
    }
    SECTION("a Relu") {
        image.slice({2}, {9}, {3}, {1});
        image.graph.node("Relu", "relu", {image.last});
        image.last = "relu";
        image.finish();
    }
    SECTION("a table") {
        image.slice({2, 0}, {9, 3}, {3, 1}, {1, 1});
        image.graph.node("Abs", "abs", {image.last});
        image.last = "abs";
        const Model model = image.finish();
        CHECK((model.layers.size() == 1 && !model.layers[0].table.entries.empty()));
    }
    SECTION("the output of the model") {
        image.slice({2}, {9}, {3}, {1});
        image.graph.output(image.last, {});
        require_equal_outputs(image.graph);
    }
    SECTION("integers") {
        OnnxBuilder graph;
        graph.input("x", {-1, 3, 4, 8});
        graph.reals("s", {}, {0.5f});
        graph.integers("z", {}, {7}, 3);
        graph.node("QuantizeLinear", "q", {"x", "s", "z"});
        graph.node("Slice", "cut", {"q", graph.shape("a", {1}), graph.shape("b", {4}), graph.shape("c", {2})});
        graph.node("Pad", "p", {"cut", graph.shape("pads", {0, 1, 0, 0, 0, 0, 0, 0}), "z"});
        graph.node("DequantizeLinear", "d", {"p", "s", "z"});
        graph.output("d", {});
        CHECK(require_equal_outputs(graph).layers.size() == 1);
    }
}

TEST_CASE("slices that are none are refused") {
    Image image;
    SECTION("backwards") {
        image.slice({6}, {0}, {2}, {-1});
        CHECK_THAT(image.refused(), Catch::Contains("its step -1 is negative; slice with positive steps"));
    }
    SECTION("the batch away") {
        image.slice({1}, {2}, {0}, {1});
        CHECK_THAT(image.refused(), Catch::Contains("its result has no values"));
    }
    SECTION("nothing left") {
        image.slice({5}, {5}, {2}, {1});
        CHECK_THAT(image.refused(), Catch::Contains("its result has no values"));
    }
    SECTION("where an activation says") {
        image.graph.node("Slice", "s", {image.last, image.last, image.graph.shape("e", {4})});
        image.last = "s";
        CHECK_THAT(image.refused(), Catch::Contains("and must be constant"));
    }
    SECTION("of a flattened image") {
        image.slice({0}, {5}, {2}, {1});
        image.graph.node("Flatten", "flat", {image.last});
        image.last = "flat";
        image.slice({5}, {50}, {1}, {1});
        CHECK_THAT(image.refused(), Catch::Contains("no image; slice [1, channels, height, width]"));
    }
    SECTION("before the quantization") {
        image.last = "x";
        image.slice({0}, {2}, {1}, {1});
        CHECK_THAT(image.refused(), Catch::Contains("its input 'x' is float32 and was never quantized"));
    }
    SECTION("a step of 0") {
        image.slice({0}, {2}, {1}, {0});
        CHECK_THAT(image.refused(), Catch::Contains("its step is 0"));
    }
    SECTION("fewer ends than starts") {
        image.slice({0, 1}, {2}, {1, 2}, {1, 1});
        CHECK_THAT(image.refused(), Catch::Contains("it has 2 starts, 1 ends, 2 axes and 2 steps"));
    }
}

TEST_CASE("pixels of channels with scales of their own are copied, and such channels stay together") {
    Image image({-1, 2, 5, 3});
    OnnxBuilder& graph = image.graph;
    std::vector<int> weight;
    std::vector<float> scales;
    for (int i = 0; i < 64; ++i) weight.push_back(i * 5 % 15 - 7);
    for (int channel = 0; channel < 32; ++channel) scales.push_back(channel < 16 ? 0.25f : 0.5f);
    graph.node("Conv", "conv", {image.last, graph.weight("w", {32, 2, 1, 1}, weight, {0.25f})});
    graph.reals("s", {32}, scales);
    graph.integers("z", {32}, std::vector<int>(32, 0), 3);
    graph.node("QuantizeLinear", "q", {"conv", "s", "z"}).integer("axis", 1);
    graph.node("DequantizeLinear", "d", {"q", "s", "z"}).integer("axis", 1);
    image.last = "d";
    SECTION("pixels") {
        image.slice({1}, {5}, {2}, {2});
        image.finish(1.0f, 3);
    }
    SECTION("channels") {
        image.slice({16}, {32}, {1}, {1});
        CHECK_THAT(image.refused(), Catch::Contains("it takes or adds channels of an activation with a scale for each "
                                                    "vector of channels; quantize its input per tensor"));
    }
}
