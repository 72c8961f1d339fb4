// Are scales of activations' vectors those of the calibration, and does what is written come back as such?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "sw/base/error.hpp"
#include "sw/golden/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/quantize/convert.hpp"
#include "tests/quantize/samples.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::quantize;
using Catch::Matchers::Contains;

namespace {

std::string weight(test::OnnxBuilder& builder, const std::string& name, const test::Dims& dims, uint64_t seed) {
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    return builder.reals(name, dims, test::laplace(count, seed));
}

// conv a (40 channels, Relu) -> conv b (24) -> conv c (24) + b, Relu -> conv e (24) -> pool -> flatten -> gemm d (20)
// -> matmul (3). All but the input and the output have more than a vector.
onnx::Graph network() {
    test::OnnxBuilder builder;
    builder.input("x", {-1, 2, 4, 4});
    builder.node("Conv", "a", {"x", weight(builder, "wa", {40, 2, 1, 1}, 1), weight(builder, "ba", {40}, 2)});
    builder.node("Relu", "a_relu", {"a"});
    builder.node("Conv", "b", {"a_relu", weight(builder, "wb", {24, 40, 1, 1}, 3), weight(builder, "bb", {24}, 4)});
    builder.node("Conv", "c", {"b", weight(builder, "wc", {24, 24, 1, 1}, 5)});
    builder.node("Add", "sum", {"c", "b"});
    builder.node("Relu", "sum_relu", {"sum"});
    builder.node("Conv", "e", {"sum_relu", weight(builder, "we", {24, 24, 1, 1}, 9)});
    builder.node("GlobalAveragePool", "pool", {"e"});
    builder.node("Flatten", "flat", {"pool"});
    builder.node("Gemm", "d", {"flat", weight(builder, "wd", {24, 20}, 6), weight(builder, "bd", {20}, 7)});
    builder.node("MatMul", "out", {"d", weight(builder, "wo", {20, 3}, 8)});
    builder.output("out", {-1, 3});
    return onnx::read_graph(builder.bytes(), {});
}

std::vector<std::vector<float>> images() {
    std::vector<std::vector<float>> result;
    for (uint64_t i = 0; i < 8; ++i) result.push_back(test::laplace(32, 50 + i));
    return result;
}

Conversion converted(const ActivationFormat& activations) {
    return convert(network(), find_weight_format("vsq"), Clip::minmax, images(), activations);
}

const Layer& layer_of(const Model& model, const std::string& name) {
    return *std::find_if(model.layers.begin(), model.layers.end(),
                         [&](const Layer& layer) { return layer.name == name; });
}

}  // namespace

TEST_CASE("the integers are nearest to the vectors' own scales, and at least one") {
    VectorRange range;
    std::vector<float> values(40 * 2, 0.25f);  // [40][2]
    values[0] = -3.0f;
    values[35] = 1.0f;  // channel 17
    values[64] = 0.01f;
    for (size_t i = 65; i < 80; ++i) values[i] = 0.0f;
    range.add(values, 40);
    const VectorGrid grid = grids_of({&range, 1}, 8)[0];
    CHECK(grid.is_signed);
    CHECK(grid.scale == Approx(3.0 / 127 / 15).epsilon(1e-6));
    CHECK(grid.integers == std::vector<uint8_t>{15, 5, 1});
    CHECK(grid.channel_scales()[31] == grid.scale * 5.0f);
    CHECK(grid.channel_scales().size() == 40);
    values.assign(80, 0.5f);
    values[33] = 8.0f;
    range.add(values, 40);  // the greatest of both
    const VectorGrid narrow = grids_of({&range, 1}, 4)[0];
    CHECK(narrow.integers == std::vector<uint8_t>{6, 15, 1});
    CHECK(narrow.scale == Approx(8.0 / 7 / 15).epsilon(1e-6));
    VectorRange positive;
    positive.add(values, 40);
    const VectorGrid unsigned_grid = grids_of({&positive, 1}, 4)[0];
    CHECK_FALSE(unsigned_grid.is_signed);
    CHECK(unsigned_grid.scale == Approx(8.0 / 15 / 15).epsilon(1e-6));
    VectorRange other;
    values.assign(80, 100.0f);
    values[70] = -400.0f;
    other.add(values, 40);
    const std::vector<VectorRange> added{range, other};
    const std::vector<VectorGrid> both = grids_of(added, 4);
    CHECK(both[0].integers == std::vector<uint8_t>{2, 5, 5});  // the greater of 6, 15, 1 and 4, 4, 15, by three
    CHECK(both[1].integers == both[0].integers);
    CHECK(both[0].scale == 3.0f * narrow.scale);
    CHECK(both[1].scale == Approx(400.0 / 7 / 5).epsilon(1e-6));
    VectorRange even;
    even.add(std::vector<float>(80, -2.0f), 40);
    CHECK(grids_of({&even, 1}, 8)[0].integers == std::vector<uint8_t>{1, 1, 1});
    CHECK(grids_of({&even, 1}, 8)[0].scale == Approx(2.0 / 127).epsilon(1e-6));
}

TEST_CASE("activations have scales of vectors, equal ones where they are added") {
    for (const int bits : {8, 4}) {
        INFO(bits << " bits");
        const Model model = import_onnx(converted({true, bits}).file, "network");
        const Layer& a = layer_of(model, "a");
        const Tensor& wide = model.tensors[static_cast<size_t>(a.output)];
        CHECK(wide.vector_scales.size() == 3);
        CHECK(layer_of(model, "b").input_scales == wide.vector_scales);
        CHECK(layer_of(model, "c").input_scales.size() == 2);
        CHECK(layer_of(model, "c").input_scales == layer_of(model, "e").input_scales);  // added, and the sum
        CHECK(layer_of(model, "d").input_scales.size() == 2);  // through a view
        CHECK(layer_of(model, "out").input_scales.size() == 2);
        CHECK(*std::max_element(wide.vector_scales.begin(), wide.vector_scales.end()) > 1);
        CHECK(a.clamp_low == (bits == 8 ? -128 : 0));  // unsigned behind Relu
        CHECK(a.clamp_high == (bits == 8 ? 127 : 15));
        const Layer& d = layer_of(model, "d");
        CHECK(d.clamp_low == (bits == 8 ? -128 : -8));
        CHECK(d.clamp_high == (bits == 8 ? 127 : 7));
    }
}

TEST_CASE("one scale a tensor is what there was, other widths are refused") {
    const Model model = import_onnx(converted({}).file, "network");
    for (const Tensor& tensor : model.tensors) CHECK(tensor.vector_scales.empty());
    CHECK_THROWS_WITH(converted({true, 5}), Contains("activations have 8 bits, or 4 with scales of vectors"));
    CHECK_THROWS_WITH(converted({false, 4}), Contains("activations have 8 bits, or 4 with scales of vectors"));
}

TEST_CASE("what comes out of a Clip has one scale, and what is added to it") {
    test::OnnxBuilder builder;
    builder.input("x", {1, 2, 2, 2});
    builder.node("Conv", "a", {"x", weight(builder, "wa", {20, 2, 1, 1}, 1)});
    builder.node("Conv", "b", {"a", weight(builder, "wb", {20, 20, 1, 1}, 2)});
    builder.node("Add", "sum", {"b", "a"});
    builder.node("Clip", "clip", {"sum", builder.reals("low", {}, {0.0f}), builder.reals("high", {}, {0.5f})});
    builder.node("Conv", "c", {"clip", weight(builder, "wc", {20, 20, 1, 1}, 3)});
    builder.node("Conv", "out", {"c", weight(builder, "wo", {3, 20, 1, 1}, 4)});
    builder.output("out", {});
    const onnx::Graph graph = onnx::read_graph(builder.bytes(), {});
    const std::vector<std::vector<float>> one{test::laplace(8, 3)};
    const auto grids = calibrate_vectors(graph, place_quantizers(graph), one, 8);
    CHECK(grids.size() == 1);
    CHECK(grids.count("c") == 1);
    const Conversion conversion = convert(graph, find_weight_format("vsq"), Clip::minmax, one, {true, 8});
    CHECK_NOTHROW(import_onnx(conversion.file, "network"));
}

TEST_CASE("four bits need an operator set in which a ReduceMean reads its axes elsewhere") {
    test::OnnxBuilder builder;
    builder.input("x", {1, 20, 2, 2});
    builder.node("Conv", "a", {"x", weight(builder, "wa", {20, 20, 1, 1}, 1)});
    builder.node("ReduceMean", "mean", {"a"}).integers("axes", {2, 3});
    builder.output("mean", {});
    const onnx::Graph graph = onnx::read_graph(builder.bytes(), {});
    const std::vector<std::vector<float>> one{test::laplace(80, 3)};
    const auto convert_to = [&](int bits) {
        return convert(graph, find_weight_format("vsq"), Clip::minmax, one, {true, bits});
    };
    CHECK_NOTHROW(convert_to(8));
    CHECK_THROWS_WITH(convert_to(4), Contains("node 'mean' (ReduceMean): activations of 4 bits need operator set 21"));
}
