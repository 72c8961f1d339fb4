// Does the float interpreter compute what the test evaluator, written without it, computes?

#include "sw/quantize/float_interpreter.hpp"

#include <catch2/catch.hpp>

#include "sw/base/error.hpp"
#include "sw/import/reader.hpp"
#include "tests/support/onnx/builder.hpp"
#include "tests/support/onnx/evaluator.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;
using Catch::Matchers::Contains;

namespace {

onnx::Graph read(const OnnxBuilder& builder) { return onnx::read_graph(builder.bytes(), {}); }

// Small integers: every sum is exact in float32 and in double, in any order.
std::vector<float> whole_numbers(Random& random, size_t count, int most) {
    std::vector<float> values;
    for (size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(random.number(-most, most)));
    return values;
}

// Requires that the output of the graph is the evaluator's in every value, and its shape.
void require_equal(OnnxBuilder& builder, const std::string& output, const Dims& dims, uint64_t seed) {
    builder.output(output, {});
    Random random(seed);
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    for (int image = 0; image < 3; ++image) {
        const std::vector<float> values = whole_numbers(random, count, 8);
        const auto expected = evaluate(builder.proto(), {dims, {values.begin(), values.end()}}).at(output);
        const auto found = quantize::FloatInterpreter(read(builder)).run(values).at(output);
        REQUIRE(std::vector<double>(found.values.begin(), found.values.end()) == expected.values);
        REQUIRE(found.dims == expected.dims);
    }
}

std::string weights(OnnxBuilder& builder, const std::string& name, const Dims& dims, uint64_t seed) {
    Random random(seed);
    size_t count = 1;
    for (const int64_t dim : dims) count *= static_cast<size_t>(dim);
    return builder.reals(name, dims, whole_numbers(random, count, 4));
}

}  // namespace

TEST_CASE("convolutions: strides, dilations, padding, groups, one axis and two") {
    struct Form { Dims input, weight, strides, dilations, pads; int64_t groups; const char* automatic; };
    const Form forms[] = {
        {{1, 3, 6, 5}, {4, 3, 3, 2}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 1, ""},
        {{1, 2, 7, 9}, {4, 1, 3, 3}, {2, 3}, {1, 1}, {1, 0, 2, 1}, 2, ""},
        {{1, 4, 8, 8}, {4, 1, 3, 3}, {1, 2}, {2, 1}, {2, 1, 2, 1}, 4, ""},
        {{1, 2, 9}, {3, 2, 4}, {2}, {2}, {1, 3}, 1, ""},
        {{1, 2, 7, 6}, {3, 2, 3, 2}, {2, 1}, {1, 1}, {}, 1, "SAME_UPPER"},
        {{1, 2, 7, 6}, {3, 2, 2, 4}, {1, 2}, {1, 1}, {}, 1, "SAME_LOWER"},
    };
    uint64_t seed = 1;
    for (const Form& form : forms) {
        INFO("form " << seed);
        OnnxBuilder builder;
        builder.input("x", form.input);
        NodeBuilder node = builder.node("Conv", "y", {"x", weights(builder, "w", form.weight, seed),
                                                     weights(builder, "b", {form.weight[0]}, seed + 100)});
        node.integers("strides", form.strides).integers("dilations", form.dilations).integer("group", form.groups);
        if (*form.automatic) node.text("auto_pad", form.automatic);
        else node.integers("pads", form.pads);
        require_equal(builder, "y", form.input, seed++);
    }
}

TEST_CASE("products, sums, clamps and pools") {
    OnnxBuilder builder;
    builder.input("x", {1, 4, 4, 2});
    builder.node("Relu", "positive", {"x"});
    builder.node("Add", "sum", {"x", "positive"});
    builder.node("Add", "shifted", {"sum", weights(builder, "offset", {1, 4, 1, 1}, 5)});
    builder.node("Clip", "clipped", {"shifted", builder.reals("low", {}, {-5.0f}), builder.reals("high", {}, {6.0f})});
    builder.node("AveragePool", "pool", {"clipped"}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2})
        .integers("pads", {1, 0, 1, 0}).integer("count_include_pad", 1);
    builder.node("Flatten", "flat", {"pool"});
    builder.node("Gemm", "gemm", {"flat", weights(builder, "g", {5, 12}, 6), weights(builder, "c", {5}, 7)})
        .integer("transB", 1).number("alpha", 4.0f).number("beta", 2.0f);
    builder.node("MatMul", "product", {"gemm", weights(builder, "m", {5, 3}, 8)});
    require_equal(builder, "product", {1, 4, 4, 2}, 9);
}

TEST_CASE("means and views") {
    for (const bool keep : {false, true}) {
        OnnxBuilder builder;
        builder.input("x", {1, 3, 4, 2});
        builder.node("Transpose", "moved", {"x"}).integers("perm", {0, 2, 1, 3});
        builder.node("ReduceMean", "mean", {"moved"}).integers("axes", {1, 3}).integer("keepdims", keep);
        builder.node("Reshape", "shaped", {"mean", builder.shape("shape", {0, -1, 1})});
        builder.node("Unsqueeze", "more", {"shaped", builder.shape("axes", {1, 3})});
        builder.node("Squeeze", "less", {"more", builder.shape("axes_2", {1, 4})});
        builder.node("Identity", "same", {"less"});
        require_equal(builder, "same", {1, 3, 4, 2}, keep);
    }
    OnnxBuilder builder;
    builder.input("x", {1, 3, 4, 2});
    builder.node("GlobalAveragePool", "pool", {"x"});
    require_equal(builder, "pool", {1, 3, 4, 2}, 3);
}

TEST_CASE("normalization with powers of two") {
    OnnxBuilder builder;
    builder.input("x", {1, 2, 3, 3});
    builder.node("BatchNormalization", "y", {"x", builder.reals("gamma", {2}, {2.0f, -1.0f}),
                                            builder.reals("beta", {2}, {3.0f, 0.5f}),
                                            builder.reals("mean", {2}, {1.0f, -4.0f}),
                                            builder.reals("variance", {2}, {3.5f, 15.5f})}).number("epsilon", 0.5f);
    require_equal(builder, "y", {1, 2, 3, 3}, 11);
}

TEST_CASE("what does not fit or is not known ends in a sentence") {
    const auto sentence = [](const OnnxBuilder& builder, size_t count) -> std::string {
        try {
            quantize::FloatInterpreter(read(builder)).run(std::vector<float>(count, 1.0f));
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    const auto graph = [](const Dims& dims, const std::string& operation, const Names& more, int type = 1) {
        OnnxBuilder builder;
        builder.input("x", dims, type);
        Names inputs = {"x"};
        for (const std::string& name : more) inputs.push_back(builder.reals(name, {2, 3}, std::vector<float>(6)));
        builder.node(operation, "y", inputs);
        builder.output("y", {});
        return builder;
    };
    CHECK_THAT(sentence(graph({1, 2}, "Sigmoid", {}), 2), Contains("'y' (Sigmoid)") && Contains("replace the node"));
    CHECK_THAT(sentence(graph({1, 2}, "Conv", {"w"}), 2), Contains("no window"));
    CHECK_THAT(sentence(graph({1, 4}, "MatMul", {"w"}), 4), Contains("does not fit"));
    CHECK_THAT(sentence(graph({1, 4}, "Add", {"w"}), 4), Contains("do not fit"));
    CHECK_THAT(sentence(graph({1, 4}, "MatMul", {}), 4), Contains("input 1 is missing"));
    CHECK_THAT(sentence(graph({1, 4}, "Relu", {}), 3), Contains("takes 4"));
    CHECK_THAT(sentence(graph({2, 4}, "Relu", {}), 8), Contains("batch"));
    CHECK_THAT(sentence(graph({1, -1}, "Relu", {}), 8), Contains("shape"));
    CHECK_THAT(sentence(graph({1, 4}, "Relu", {}, 3), 4), Contains("int8, not float32"));
}
