// Do converted graphs come back from the importer with exactly the quantizers' integers, and compute what they should?

#include "sw/quantize/convert.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/quantize/accuracy.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/fold.hpp"
#include "sw/quantize/onnx_writer.hpp"
#include "tests/quantize/samples.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::quantize;
using Catch::Matchers::Contains;
using test::OnnxBuilder;

namespace {

std::string weight(OnnxBuilder& builder, const std::string& name, const test::Dims& dims, uint64_t seed) {
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    return builder.reals(name, dims, test::laplace(count, seed));
}

// conv -> normalization -> relu -> (conv + skip) -> relu -> pool -> flatten -> gemm -> matmul.
OnnxBuilder network(bool normalized = true) {
    OnnxBuilder builder;
    builder.input("x", {-1, 2, 5, 5});
    builder.node("Conv", "conv1", {"x", weight(builder, "w1", {4, 2, 3, 3}, 1), weight(builder, "b1", {4}, 2)})
        .integers("pads", {1, 1, 1, 1});
    if (normalized) {
        builder.node("BatchNormalization", "bn", {"conv1", builder.reals("gamma", {4}, {1.5f, -0.7f, 0.3f, 2.0f}),
                                                 weight(builder, "beta", {4}, 3), weight(builder, "mean", {4}, 4),
                                                 builder.reals("variance", {4}, {0.5f, 1.0f, 3.0f, 0.1f})});
    }
    builder.node("Relu", "skip", {normalized ? "bn" : "conv1"});
    builder.node("Conv", "conv2", {"skip", weight(builder, "w2", {4, 4, 1, 1}, 5)});
    builder.node("Add", "sum", {"skip", "conv2"});
    builder.node("Relu", "sum_relu", {"sum"});
    builder.node("GlobalAveragePool", "pool", {"sum_relu"});
    builder.node("Flatten", "flat", {"pool"});
    builder.node("Gemm", "gemm", {"flat", weight(builder, "w3", {4, 6}, 6), weight(builder, "b3", {6}, 7)})
        .number("alpha", 0.5f).number("beta", 2.0f);
    builder.node("MatMul", "out", {"gemm", weight(builder, "w4", {6, 3}, 8)});
    builder.output("out", {-1, 3});
    return builder;
}

onnx::Graph read(const OnnxBuilder& builder) { return onnx::read_graph(builder.bytes(), {}); }

std::vector<std::vector<float>> images(size_t count, size_t elements, uint64_t seed) {
    std::vector<std::vector<float>> result;
    for (size_t i = 0; i < count; ++i) result.push_back(test::laplace(elements, seed + i));
    return result;
}

// Weights of an imported layer as [out][in][height][width].
std::vector<int8_t> file_order(const Layer& layer) {
    const size_t outputs = layer.bias.size(), taps = static_cast<size_t>(layer.window.kernel_h * layer.window.kernel_w);
    const size_t inputs = layer.weight.size() / outputs / taps;
    std::vector<int8_t> result;
    for (size_t o = 0; o < outputs; ++o) {
        for (size_t i = 0; i < inputs; ++i) {
            for (size_t tap = 0; tap < taps; ++tap) result.push_back(layer.weight[(o * taps + tap) * inputs + i]);
        }
    }
    return result;
}

// The imported bias, without the zero point's share, is the float bias in steps of input scale x weight scale.
void require_bias(const Model& model, const Layer& layer, const onnx::Constant& bias, const IntegerWeights& weights) {
    const Tensor& input = model.tensors[static_cast<size_t>(layer.input)];
    for (size_t o = 0; o < layer.bias.size(); ++o) {
        int sum = 0;
        for (size_t i = 0; i < weights.per_channel; ++i) sum += weights.integers[o * weights.per_channel + i];
        const double step = input.scale * weights.scales[o];
        CHECK(layer.bias[o] + input.zero_point * sum == std::nearbyint(bias.real(o) / step));
    }
}

}  // namespace

TEST_CASE("folding leaves the function as it was") {
    const onnx::Graph graph = read(network());
    const onnx::Graph ready = folded(graph);
    CHECK(ready.nodes.size() == graph.nodes.size() - 1);
    for (const auto& image : images(20, 50, 100)) {
        const std::vector<float> before = FloatInterpreter(graph).output(image);
        const std::vector<float> after = FloatInterpreter(ready).output(image);
        for (size_t i = 0; i < before.size(); ++i) {
            CHECK(std::abs(before[i] - after[i]) <= 1e-5f * (1.0f + std::abs(before[i])));  // float32 rounding
        }
    }
}

TEST_CASE("a normalization that cannot be folded is refused") {
    OnnxBuilder builder;
    builder.input("x", {1, 2, 3, 3});
    const std::string ones = builder.reals("ones", {2}, {1.0f, 1.0f});
    builder.node("BatchNormalization", "bn", {"x", ones, ones, ones, ones});
    builder.output("bn", {});
    CHECK_THROWS_WITH(folded(read(builder)), Contains("'bn'") && Contains("cannot be folded"));
}

TEST_CASE("quantizers stand where the layers end, and a residual has none before its sum") {
    const Placement placement = place_quantizers(folded(read(network())));
    CHECK(placement.points == std::vector<std::string>{"x", "skip", "sum_relu", "pool", "gemm", "out"});
    CHECK(placement.origin.at("flat") == "pool");
}

TEST_CASE("of two convolutions that are added one is quantized") {
    OnnxBuilder builder;
    builder.input("x", {1, 2, 3, 3});
    builder.node("Conv", "a", {"x", weight(builder, "wa", {2, 2, 1, 1}, 1)});
    builder.node("Conv", "b", {"x", weight(builder, "wb", {2, 2, 1, 1}, 2)});
    builder.node("Add", "sum", {"a", "b"});
    builder.output("sum", {});
    CHECK(place_quantizers(read(builder)).points == std::vector<std::string>{"x", "b", "sum"});
    const Conversion conversion = convert(read(builder), find_weight_format("int8"), Clip::minmax, images(4, 18, 3));
    CHECK(import_onnx(conversion.file, "sum").layers.size() == 2);
}

TEST_CASE("a relu of a convolution enters a sum without being quantized, a clip does not") {
    for (const char* operation : {"Relu", "Clip"}) {
        OnnxBuilder builder;
        builder.input("x", {1, 2, 3, 3});
        builder.node("Conv", "a", {"x", weight(builder, "wa", {2, 2, 1, 1}, 1)});
        builder.node(operation, "r", {"a"});
        builder.node("Add", "sum", {"x", "r"});
        builder.output("sum", {});
        const bool is_relu = operation == std::string("Relu");
        CHECK(place_quantizers(read(builder)).points.size() == (is_relu ? 2 : 3));
        const Conversion conversion = convert(read(builder), find_weight_format("int8"), Clip::minmax,
                                              images(4, 18, 3));
        const Model model = import_onnx(conversion.file, "sum");
        CHECK(model.layers.size() == (is_relu ? 1 : 2));
        CHECK(model.layers.back().rectified == is_relu);
    }
}

TEST_CASE("the importer reads every format's integers back exactly") {
    const onnx::Graph graph = read(network());
    const onnx::Graph ready = folded(graph);
    for (const WeightFormat& format : weight_formats()) {
        INFO(format.name);
        const Conversion conversion = convert(graph, format, Clip::mse, images(16, 50, 200));
        const Model model = import_onnx(conversion.file, "network");
        REQUIRE(conversion.layers.size() == 4);
        size_t compared = 0;
        for (const onnx::Node& node : ready.nodes) {
            if (!has_weights(node)) continue;
            const auto layer = std::find_if(model.layers.begin(), model.layers.end(),
                                            [&](const Layer& entry) { return entry.name == node.name; });
            REQUIRE(layer != model.layers.end());
            const bool outputs_last = node.operation != "Conv";  // both products here
            const onnx::ConstantPointer source = ready.constants.at(node.inputs[1]);
            const FloatTensor rows = tensor_of(outputs_last ? *source->transposed({1, 0}) : *source);
            FloatWeights weights{layer->bias.size(), rows.values.size() / layer->bias.size(), rows.values};
            weights.taps = static_cast<size_t>(layer->window.kernel_h * layer->window.kernel_w);
            const size_t row = weights.per_channel / weights.taps;
            const IntegerWeights quantized = format.quantize(weights, Clip::mse);
            CHECK(file_order(*layer) == quantized.integers);
            for (const spec::Format& known : spec::formats) {
                CHECK((std::string(known.name) != format.name || formats::holds(known, layer->weight, row)));
            }
            if (node.inputs.size() > 2) {
                require_bias(model, *layer, *ready.constants.at(node.inputs[2]), quantized);
            }
            compared += rows.values.size();
        }
        CHECK(compared == 72 + 16 + 24 + 18);
    }
}

TEST_CASE("with eight bits the golden model's output is near the float network's, and more so than with four") {
    const onnx::Graph graph = read(network());
    const auto calibration = images(64, 50, 300);
    const auto noise = [&](const char* format) {
        const Conversion conversion = convert(graph, find_weight_format(format), Clip::minmax, calibration);
        const Model model = import_onnx(conversion.file, "network");
        QuantizationError error;
        for (const auto& image : calibration) {
            const std::vector<float> wanted = FloatInterpreter(graph).output(image);
            const auto tensors = golden::run_model(model, golden::quantize_input(model, std::span<const float>(image)));
            const auto found = golden::dequantize_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
            for (size_t i = 0; i < wanted.size(); ++i) error.add(wanted[i], found[i]);
        }
        return error.sqnr();
    };
    const double eight = noise("int8"), four = noise("int4"), ternary = noise("ternary");
    CHECK(eight > 30.0);
    CHECK(eight > four);
    CHECK(four > ternary);
}

TEST_CASE("ranges by hand: zero is on a step, ends are kept") {
    Range positive;
    positive.add(std::vector<float>{0.0f, 25.5f, 3.0f});
    CHECK(positive.grid(Clip::minmax).scale == 0.1f);
    CHECK(positive.grid(Clip::minmax).zero_point == -128);
    Range both;
    both.add(std::vector<float>{-1.0f, 3.0f});
    both.add(std::vector<float>{4.1f});
    CHECK(both.grid(Clip::minmax).scale == static_cast<float>((double{4.1f} + 1.0) / 255));
    CHECK(both.grid(Clip::minmax).zero_point == -128 + 50);
    Range far;
    far.add(test::laplace(2000, 1));
    far.add(std::vector<float>{1000.0f});
    CHECK(far.grid(Clip::percentile).scale < 0.1f);
    CHECK(far.grid(Clip::minmax).scale > 3.9f);
    CHECK(Range().grid(Clip::mse).scale == 1.0f);
}

TEST_CASE("a sample stays small and spread, whatever comes") {
    Range range;
    std::vector<float> values(1000);
    for (int round = 0; round < 1000; ++round) {
        for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(round * 1000) + static_cast<float>(i);
        range.add(values);
    }
    const std::vector<float>& sample = range.sample();
    CHECK(sample.size() <= size_t{1} << 18);
    CHECK(sample.size() > size_t{1} << 17);
    for (size_t i = 0; i + 1 < sample.size(); ++i) REQUIRE(sample[i + 1] - sample[i] == sample[1] - sample[0]);
    CHECK(range.high() == 999999.0f);
}

TEST_CASE("conversion is the same every time, and refuses with sentences") {
    const onnx::Graph graph = read(network());
    const auto some = images(3, 50, 1);
    CHECK(convert(graph, find_weight_format("palette"), Clip::percentile, some).file ==
          convert(graph, find_weight_format("palette"), Clip::percentile, some).file);
    CHECK_THROWS_WITH(find_weight_format("int5"), Contains("there is no format 'int5'"));
    CHECK_THROWS_WITH(find_weight_format("xnor"), Contains("changes more than the weights"));
    CHECK_THROWS_WITH(convert(graph, find_weight_format("int8"), Clip::minmax, {}), Contains("no images"));
    auto broken = some;
    broken[1][7] = NAN;
    CHECK_THROWS_WITH(convert(graph, find_weight_format("int8"), Clip::minmax, broken), Contains("NaN at place 7"));
    OnnxBuilder old = network();
    old.proto().mutable_opset_import(0)->set_version(11);
    CHECK_THROWS_WITH(convert(read(old), find_weight_format("int8"), Clip::minmax, some), Contains("operator set 11"));
}

TEST_CASE("the count of images that are right, of the float network and of the golden model") {
    const onnx::Graph graph = read(network());
    const auto some = images(12, 50, 400);
    const Model model = import_onnx(convert(graph, find_weight_format("int8"), Clip::minmax, some).file, "network");
    std::vector<int64_t> labels, others;
    for (const auto& image : some) {
        const std::vector<float> output = FloatInterpreter(graph).output(image);
        labels.push_back(std::max_element(output.begin(), output.end()) - output.begin());
        others.push_back((labels.back() + 1) % 3);
    }
    CHECK(count_correct(graph, some, labels) == 12);
    CHECK(count_correct(graph, some, others) == 0);
    CHECK(count_correct(model, some, labels) >= 11);
    CHECK(count_correct(model, some, labels) + count_correct(model, some, others) <= 12);
    labels.pop_back();
    CHECK_THROWS_WITH(count_correct(graph, some, labels), Contains("11 labels for 12 images"));
}

TEST_CASE("a graph written and read again is the same") {
    const onnx::Graph graph = read(network());
    const onnx::Graph again = onnx::read_graph(write_graph(graph), {});
    CHECK(again.opset == 13);
    CHECK(again.inputs[0].dims == graph.inputs[0].dims);
    CHECK(again.constants.size() == graph.constants.size());
    CHECK(write_graph(again) == write_graph(graph));
    for (const auto& image : images(3, 50, 9)) {
        CHECK(FloatInterpreter(again).output(image) == FloatInterpreter(graph).output(image));
    }
}
