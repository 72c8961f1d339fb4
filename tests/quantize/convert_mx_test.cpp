// Do networks converted to microscaling blocks come back from the importer with the weights' blocks?

#include "sw/quantize/convert_mx.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/quantize/accuracy.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/microscale.hpp"
#include "tests/quantize/samples.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::quantize;
using Catch::Matchers::Contains;
using golden::mx::ScaleRule;
using test::OnnxBuilder;

namespace {

std::string weight(OnnxBuilder& builder, const std::string& name, const test::Dims& dims, uint64_t seed) {
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    return builder.reals(name, dims, test::laplace(count, seed));
}

// conv 3x3 -> normalization -> relu -> conv over the whole image -> flatten -> gemm -> matmul.
onnx::Graph network() {
    OnnxBuilder builder;
    builder.input("x", {-1, 3, 4, 4});
    builder.node("Conv", "conv1", {"x", weight(builder, "w1", {40, 3, 3, 3}, 1), weight(builder, "b1", {40}, 2)});
    const std::string ones = builder.reals("ones", {40}, std::vector<float>(40, 1.0f));
    builder.node("BatchNormalization", "bn", {"conv1", ones, weight(builder, "beta", {40}, 3), ones, ones});
    builder.node("Relu", "relu", {"bn"});
    builder.node("Conv", "conv2", {"relu", weight(builder, "w2", {8, 40, 2, 2}, 4)});
    builder.node("Flatten", "flat", {"conv2"});
    builder.node("Gemm", "gemm", {"flat", weight(builder, "w3", {8, 6}, 5), weight(builder, "b3", {6}, 6)})
        .number("alpha", 0.5f);
    builder.node("MatMul", "out", {"gemm", weight(builder, "w4", {6, 3}, 7)});
    builder.output("out", {-1, 3});
    return onnx::read_graph(builder.bytes(), {});
}

BlockFormats in_blocks(const char* name, ScaleRule rule) {
    return {*find_element(name), *find_element(name), rule};
}

}  // namespace

TEST_CASE("element formats by name") {
    REQUIRE(find_element("mxfp4") != nullptr);
    CHECK(find_element("mxfp4")->bits == 4);
    CHECK(find_element("mxfp5") == nullptr);
}

TEST_CASE("every element format and rule: the importer takes the file, and its blocks are the weights' own") {
    const onnx::Graph graph = network();
    const FloatTensor w2 = tensor_of(*graph.constants.at("w2"));
    for (const spec::Element& element : spec::elements) {
        for (const ScaleRule rule : {ScaleRule::floor, ScaleRule::rceil}) {
            INFO(element.name << " " << golden::mx::name_of(rule));
            const Conversion conversion = convert_mx(graph, {element, element, rule});
            REQUIRE(conversion.layers.size() == 4);
            const RealModel model = import_real_onnx(conversion.file, "network");
            REQUIRE(model.layers.size() == 4);
            for (const RealLayer& layer : model.layers) {
                CHECK(layer.weight_format == element.name);
                CHECK(model.tensors[static_cast<size_t>(layer.input)].format == element.name);
                CHECK(model.tensors[static_cast<size_t>(layer.input)].scale_rule == golden::mx::name_of(rule));
            }
            const std::vector<size_t> shape(w2.dims.begin(), w2.dims.end());
            const BlockedTensor blocks = quantize_mx(w2.values, shape, 1, element, rule);
            const RealLayer& layer = model.layers[1];
            REQUIRE(layer.weight_block.size() == blocks.block.size());
            for (size_t o = 0; o < 8; ++o) {
                for (size_t tap = 0; tap < 4; ++tap) {
                    for (size_t b = 0; b < 2; ++b) {  // 40 channels
                        const formats::Block& found = layer.weight_block[(o * 4 + tap) * 2 + b];
                        const formats::Block& wanted = blocks.block[(o * 2 + b) * 4 + tap];
                        REQUIRE(found == wanted);
                    }
                }
            }
        }
    }
}

TEST_CASE("weights and activations in different elements") {
    const BlockFormats mixed{*find_element("mxfp4"), *find_element("mxfp8_e4m3"), ScaleRule::floor};
    const RealModel model = import_real_onnx(convert_mx(network(), mixed).file, "network");
    for (const RealLayer& layer : model.layers) {
        CHECK(layer.weight_format == "mxfp4");
        CHECK(model.tensors[static_cast<size_t>(layer.input)].format == "mxfp8_e4m3");
    }
}

TEST_CASE("more bits of an element bring the network nearer to the float network") {
    const onnx::Graph graph = network();
    const auto sqnr = [&](const char* name) {
        const Conversion conversion = convert_mx(graph, in_blocks(name, ScaleRule::rceil));
        const RealModel model = import_real_onnx(conversion.file, "network");
        QuantizationError error;
        for (uint64_t seed = 1; seed <= 30; ++seed) {
            const std::vector<float> image = test::laplace(48, seed);
            const std::vector<float> wanted = FloatInterpreter(graph).output(image);
            const auto tensors = golden::real::run_model(model, image);
            const auto found = golden::real::read_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
            REQUIRE(found.size() == wanted.size());
            for (size_t i = 0; i < wanted.size(); ++i) error.add(wanted[i], found[i]);
        }
        return error.sqnr();
    };
    const double eight = sqnr("mxint8"), six = sqnr("mxfp6_e2m3"), four = sqnr("mxfp4");
    CHECK(eight > 30.0);
    CHECK(eight > six);
    CHECK(six > four);
    CHECK(four > 5.0);
}

TEST_CASE("the count of right images on blocks; weights that are no numbers") {
    const onnx::Graph graph = network();
    const RealModel model = import_real_onnx(convert_mx(graph, in_blocks("mxint8", ScaleRule::floor)).file, "n");
    std::vector<std::vector<float>> images;
    std::vector<int64_t> labels;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        images.push_back(test::laplace(48, 50 + seed));
        const auto tensors = golden::real::run_model(model, images.back());
        const auto output = golden::real::read_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
        labels.push_back(std::max_element(output.begin(), output.end()) - output.begin());
    }
    CHECK(count_correct(model, images, labels) == 10);
    labels[3] = (labels[3] + 1) % 3;
    CHECK(count_correct(model, images, labels) == 9);
    onnx::Graph broken = graph;
    broken.constants["w2"] = onnx::Constant::reals({8, 40, 2, 2}, std::vector<double>(1280, NAN));
    CHECK_THROWS_WITH(convert_mx(broken, in_blocks("mxfp4", ScaleRule::floor)), Contains("'conv2' hold NaN"));
}
