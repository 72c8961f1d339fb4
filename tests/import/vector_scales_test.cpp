// Do scales of activations that differ along the channels become integers for vectors times one scale?

#include <catch2/catch.hpp>

#include <cmath>

#include "sw/import/vector_scales.hpp"
#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

std::vector<float> spread(const std::vector<float>& vectors, int channels, int repeat = 1) {
    std::vector<float> scales;
    for (int channel = 0; channel < channels; ++channel) {
        scales.insert(scales.end(), static_cast<size_t>(repeat), vectors[static_cast<size_t>(channel / 16)]);
    }
    return scales;
}

// A float input of 3 channels and a convolution of 1x1 pixels to 40, whose output takes the scales.
struct Network {
    OnnxBuilder graph{13};
    Dims image;

    explicit Network(Dims pixels = {4, 5}) : image(std::move(pixels)) {
        graph.input("x", {1, 3, image[0], image[1]});
        conv("wide", graph.quantized("x", 0.5f, 7), 40, 3);
    }

    std::string conv(const std::string& name, const std::string& from, int outputs, int inputs, int groups = 1) {
        std::vector<int> weights(static_cast<size_t>(outputs * inputs / groups));
        for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int>(i * 37 % 15) - 7;
        graph.weight(name + "_w", {outputs, inputs / groups, 1, 1}, weights, {0.0625f});
        graph.node("Conv", name, {from, name + "_w"}).integer("group", groups);
        return name;
    }

    // QuantizeLinear and DequantizeLinear with a scale for each channel.
    std::string quantized(const std::string& name, const std::vector<float>& scales, int zero, int type = 3) {
        const Dims count{static_cast<int64_t>(scales.size())};
        const Names constants{graph.reals(name + "_s", count, scales),
                              graph.integers(name + "_z", count, std::vector<int>(scales.size(), zero), type)};
        graph.node("QuantizeLinear", name + "_q", {name, constants[0], constants[1]}).integer("axis", 1);
        graph.node("DequantizeLinear", name + "_d", {name + "_q", constants[0], constants[1]}).integer("axis", 1);
        return name + "_d";
    }

    void finish(const std::string& value) {
        graph.quantized(value, 4.0f, 5);
        graph.output(value + "_dequantized", {});
    }

    // Equal in every value: all scales are powers of two.
    Model equal(const std::string& value) {
        finish(value);
        return require_equal_outputs(graph, 3);
    }

    std::string refusal(const std::string& value) {
        finish(value);
        return import_sentence(graph);
    }
};

const std::vector<float> powers = {2.0f, 0.5f, 4.0f};  // 4, 1, 8 times 0.5

}  // namespace

TEST_CASE("a convolution behind vectors with scales has them as factors of its terms") {
    const int zero = GENERATE(0, -9);
    Network network;
    network.graph.node("Relu", "relu", {"wide"});
    const Model model = network.equal(network.conv("next", network.quantized("relu", spread(powers, 40), zero), 6, 40));
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[0].input_scales.empty());
    CHECK(model.layers[1].input_scales == std::vector<uint8_t>{4, 1, 8});
    CHECK(model.tensors[1].vector_scales == std::vector<uint8_t>{4, 1, 8});
    CHECK(model.tensors[1].scale == 0.5f);
    CHECK(model.layers[0].significand[0] == model.layers[0].significand[16]);
    CHECK(model.layers[0].shift[0] == model.layers[0].shift[16] + 2);
    CHECK(model.tensors[1].zero_point == zero);
}

TEST_CASE("unsigned activations, and groups of channels within one vector") {
    Network network;
    const std::string scaled = network.quantized("wide", spread({1.0f, 2.0f, 0.25f}, 40), 3, 2);
    const Model model = network.equal(network.conv("next", scaled, 10, 40, 5));
    CHECK(model.layers[1].input_scales.empty());  // groups of 8: a factor of each output channel
    CHECK(model.tensors[1].vector_scales == std::vector<uint8_t>{4, 8, 1});
    CHECK(model.tensors[1].zero_point == 3 - 128);
}

TEST_CASE("pooling, addition, concatenation and a product of all pixels read scaled vectors") {
    Network network;
    const std::string scaled = network.quantized("wide", spread(powers, 40), 0);
    SECTION("the greatest of a window") {
        network.graph.node("MaxPool", "pool", {scaled}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2});
        const Model model = network.equal(network.conv("next", "pool", 6, 40));
        CHECK(model.layers.back().input_scales == std::vector<uint8_t>{4, 1, 8});
        CHECK(model.layers[1].greatest);
        CHECK(model.layers[1].input_scales.empty());
    }
    SECTION("the average of a window") {
        network.graph.node("AveragePool", "pool", {scaled}).integers("kernel_shape", {2, 2});
        CHECK(network.equal("pool").layers[1].input_scales.empty());
    }
    SECTION("a sum, with equal scales") {
        network.conv("other", scaled, 40, 40);
        network.graph.node("Add", "sum", {"other", scaled});
        const Model model = network.equal(network.conv("next", network.quantized("sum", spread(powers, 40), 0), 6, 40));
        CHECK(model.layers[1].residual >= 0);
    }
    SECTION("a concatenation") {
        network.graph.node("Concat", "all", {scaled, scaled}).integer("axis", 1);
        CHECK(network.equal("all").layers[1].input_scales.empty());
    }
    SECTION("a flattened image, quantized before or behind") {
        const bool before = GENERATE(true, false);
        network.graph.node("Flatten", "flat", {before ? scaled : "wide"});
        std::vector<int> weights(40 * 20 * 3);
        for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int>(i % 13) - 6;
        network.graph.weight("w", {40 * 20, 3}, weights, {0.125f});
        network.graph.node("MatMul", "product",
                           {before ? "flat" : network.quantized("flat", spread(powers, 40, 20), 0), "w"});
        const Model model = network.equal("product");
        CHECK(model.layers[1].input_scales == std::vector<uint8_t>{4, 1, 8});
    }
}

TEST_CASE("any scale and integers are found again from their float32 products") {
    Random random(5);
    for (int round = 0; round < 20000; ++round) {
        const float significand = static_cast<float>(random.number(1 << 23, (1 << 24) - 1));
        const float scale = std::ldexp(significand, random.number(-60, 30));
        std::vector<float> scales;
        std::vector<int> factors;
        for (int i = random.number(1, 6); i > 0; --i) {
            const int factor = random.number(1, 15);
            factors.push_back(factor);
            scales.push_back(scale * static_cast<float>(factor));
        }
        const auto found = onnx::split_scales(scales);
        REQUIRE(found.has_value());
        for (size_t i = 0; i < scales.size(); ++i) {
            REQUIRE(found->scale * static_cast<float>(found->integers[i]) == scales[i]);
            REQUIRE(found->integers[i] * factors[0] == found->integers[0] * factors[i]);
        }
    }
    CHECK_FALSE(onnx::split_scales({1.0f, 16.0f}));
    CHECK_FALSE(onnx::split_scales({0.1f, std::nextafter(0.2f, 1.0f) * 1.00001f}));
    CHECK(onnx::split_scales({0.3f, 0.1f})->integers == std::vector<uint8_t>{3, 1});
}

TEST_CASE("scales that are not those of vectors are refused") {
    Network network;
    std::vector<float> scales = spread(powers, 40);
    SECTION("another scale within a vector") {
        scales[17] = 1.0f;
        CHECK(network.refusal(network.quantized("wide", scales, 0)) ==
              "node 'wide_q' (QuantizeLinear): it quantizes an activation with another scale for channel 17 than for "
              "channel 16; quantize activations per tensor, or with one scale for each 16 neighbouring channels");
    }
    SECTION("no multiples of one scale") {
        CHECK_THAT(network.refusal(network.quantized("wide", spread({1.0f, 1.01f, 2.0f}, 40), 0)),
                   Catch::Contains("the scales of its vectors of 16 channels are no integers from 1 to 15 times one "
                                   "scale; give vectors integer scales times one scale of the tensor"));
    }
    SECTION("along the rows") {
        network.graph.reals("s", {4}, {1.0f, 2.0f, 1.0f, 1.0f});
        network.graph.node("QuantizeLinear", "q", {"wide", "s"}).integer("axis", 2);
        CHECK_THAT(network.refusal("q"), Catch::Contains("it quantizes an activation with scales that differ along "
                                                         "height or width; give all pixels the same scales"));
    }
    SECTION("different zero points") {
        network.graph.reals("s", {40}, scales);
        std::vector<int> zeros(40, 0);
        zeros[3] = 1;
        network.graph.integers("z", {40}, zeros, 3);
        network.graph.node("QuantizeLinear", "q", {"wide", "s", "z"}).integer("axis", 1);
        CHECK_THAT(network.refusal("q"), Catch::Contains("it quantizes an activation with different zero points; give "
                                                         "all channels the same"));
    }
    SECTION("not positive") {
        scales[20] = 0.0f;
        CHECK_THAT(network.refusal(network.quantized("wide", scales, 0)),
                   Catch::Contains("its scale 0 is not positive"));
    }
    SECTION("a pair that disagrees") {
        network.graph.reals("s", {40}, scales);
        network.graph.reals("t", {40}, spread({2.0f, 1.0f, 4.0f}, 40));
        network.graph.node("QuantizeLinear", "q", {"wide", "s"}).integer("axis", 1).integer("output_dtype", 3);
        network.graph.node("DequantizeLinear", "d", {"q", "t"}).integer("axis", 1);
        CHECK_THAT(network.refusal("d"),
                   Catch::Contains("its scale or zero point differs from those 'q' was quantized"));
    }
}

TEST_CASE("layers that cannot take scales of vectors are refused") {
    Network network;
    const std::string scaled = network.quantized("wide", spread(powers, 40), 0);
    SECTION("a sum of other scales") {
        network.conv("other", scaled, 40, 40);
        network.graph.node("Add", "sum", {"other", scaled});
        CHECK_THAT(network.refusal("sum"),
                   Catch::Contains("layer 'other': the activation it adds has other scales of its vectors of channels "
                                   "than its output, and a machine adds it with one factor; quantize both per tensor"));
    }
    SECTION("a clip between two steps") {
        network.graph.reals("low", {}, {0.0f});
        network.graph.reals("high", {}, {6.0f});
        network.conv("other", scaled, 40, 40);
        network.graph.node("Clip", "clip", {"other", "low", "high"});
        CHECK_THAT(network.refusal(network.quantized("clip", spread(powers, 40), 0)),
                   Catch::Contains("layer 'other': it is clamped to 6, which is another integer for each scale of its "
                                   "output's vectors, and a layer has one; use Relu"));
    }
    SECTION("distances") {
        network.graph.weight("a_w", {2, 40, 1, 1}, std::vector<int>(80, 1), {0.5f});
        network.graph.node("AdderConv", "distance", {scaled, "a_w"}).domain("napier");
        CHECK_THAT(network.refusal("distance"),
                   Catch::Contains("its input has a scale for each vector of channels, and a distance needs one for "
                                   "all"));
    }
    SECTION("the model's output") {
        network.graph.output(scaled, {});
        CHECK_THAT(import_sentence(network.graph), Catch::Contains("it has a scale for each vector of channels; "
                                                                   "quantize it per tensor"));
    }
}

TEST_CASE("the model's input has one scale") {
    OnnxBuilder graph;
    graph.input("x", {1, 32, 2, 2});
    graph.reals("s", {32}, spread({1.0f, 2.0f}, 32));
    graph.node("QuantizeLinear", "q", {"x", "s"}).integer("axis", 1);
    graph.node("DequantizeLinear", "y", {"q", "s"}).integer("axis", 1);
    graph.output("y", {});
    CHECK_THAT(import_sentence(graph),
               Catch::Contains("it gives an input of the model a scale for each vector of channels; quantize it per "
                               "tensor"));
}
