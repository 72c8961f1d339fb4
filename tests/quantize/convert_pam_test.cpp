// Do networks converted to piecewise-affine products come back from the importer with their own weights and biases?

#include "sw/quantize/convert_pam.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/import/reader.hpp"
#include "sw/quantize/float_interpreter.hpp"
#include "sw/quantize/float_tensor.hpp"
#include "tests/quantize/samples.hpp"
#include "tests/support/onnx/builder.hpp"

using namespace napier;
using namespace napier::quantize;
using Catch::Matchers::Contains;
using test::OnnxBuilder;

namespace {

std::vector<float> samples(size_t count, uint64_t seed) { return test::laplace(count, seed); }

// conv 2x2 -> relu -> conv over the whole image -> flatten -> gemm [in][out] -> gemm [out][in] -> matmul.
onnx::Graph network() {
    OnnxBuilder builder;
    builder.input("x", {-1, 3, 4, 4});
    builder.node("Conv", "conv1", {"x", builder.reals("w1", {5, 3, 2, 2}, samples(60, 1)),
                                   builder.reals("b1", {5}, samples(5, 2))});
    builder.node("Relu", "relu", {"conv1"});
    builder.node("Conv", "conv2", {"relu", builder.reals("w2", {8, 5, 3, 3}, samples(360, 3))});
    builder.node("Flatten", "flat", {"conv2"});
    builder.node("Gemm", "gemm1", {"flat", builder.reals("w3", {8, 6}, samples(48, 4)),
                                   builder.reals("b3", {6}, samples(6, 5))});
    builder.node("Gemm", "gemm2", {"gemm1", builder.reals("w4", {7, 6}, samples(42, 6)),
                                   builder.reals("b4", {7}, samples(7, 7))}).integer("transB", 1);
    builder.node("MatMul", "out", {"gemm2", builder.reals("w5", {7, 3}, samples(21, 8))});
    builder.output("out", {-1, 3});
    return onnx::read_graph(builder.bytes(), {});
}

// Weights [inputs][outputs] or [outputs][inputs] as a layer keeps them.
std::vector<uint16_t> halves(const std::vector<float>& values, size_t outputs, bool inputs_first) {
    const size_t inputs = values.size() / outputs;
    std::vector<uint16_t> result;
    for (size_t o = 0; o < outputs; ++o) {
        for (size_t i = 0; i < inputs; ++i) {
            result.push_back(formats::to_bfloat16(values[inputs_first ? i * outputs + o : o * inputs + i]));
        }
    }
    return result;
}

}  // namespace

TEST_CASE("the importer finds the weights in bfloat16, and the biases") {
    const Conversion conversion = convert_pam(network());
    REQUIRE(conversion.layers.size() == 5);
    CHECK(conversion.layers[2].weights == 48);
    const RealModel model = import_real_onnx(conversion.file, "network");
    REQUIRE(model.layers.size() == 5);
    for (const RealLayer& layer : model.layers) CHECK(layer.product == RealProduct::piecewise_affine);
    CHECK(model.layers[0].bias == samples(5, 2));
    CHECK(model.layers[1].bias == std::vector<float>(8, 0.0f));
    CHECK(model.layers[2].weight_half == halves(samples(48, 4), 6, true));
    CHECK(model.layers[2].bias == samples(6, 5));
    CHECK(model.layers[3].weight_half == halves(samples(42, 6), 7, false));
    CHECK(model.layers[3].bias == samples(7, 7));
    CHECK(model.layers[4].weight_half == halves(samples(21, 8), 3, true));
}

TEST_CASE("the errors are those of the rounding to bfloat16") {
    const Conversion conversion = convert_pam(network());
    QuantizationError wanted;
    for (const float value : samples(48, 4)) {
        wanted.add(value, formats::from_bfloat16(formats::to_bfloat16(value)));
    }
    CHECK(conversion.layers[2].error.sqnr() == wanted.sqnr());
    CHECK(conversion.layers[2].error.greatest == wanted.greatest);
    CHECK(conversion.error.sqnr() > 45.0);
}

TEST_CASE("the outputs stay near those of the float network") {
    const onnx::Graph graph = network();
    const RealModel model = import_real_onnx(convert_pam(graph).file, "network");
    QuantizationError error;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        const std::vector<float> image = samples(48, 100 + seed);
        const std::vector<float> wanted = FloatInterpreter(graph).output(image);
        const auto tensors = golden::real::run_model(model, image);
        const auto found = golden::real::read_output(model, tensors[static_cast<size_t>(model.output.tensor)]);
        REQUIRE(found.size() == wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i) error.add(wanted[i], found[i]);
    }
    CHECK(error.sqnr() > 5.0);  // a product is up to an eighth too small
    CHECK(error.sqnr() < 40.0);
}

TEST_CASE("weights that are no numbers") {
    onnx::Graph broken = network();
    broken.constants["w2"] = onnx::Constant::reals({8, 5, 3, 3}, std::vector<double>(360, NAN));
    CHECK_THROWS_WITH(convert_pam(broken), Contains("'conv2' hold NaN"));
}
