// Is every node that cannot run listed, with its name, the reason and a way out?

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

TEST_CASE("a float model is told to be quantized, by the name of its tensor") {
    OnnxBuilder graph;
    graph.input("image", {-1, 1, 4, 4});
    graph.reals("kernel", {2, 1, 3, 3}, std::vector<float>(18, 0.5f));
    graph.node("Conv", "conv1", {"image", "kernel"});
    graph.node("Relu", "relu1", {"conv1"});
    graph.reals("kernel2", {2, 2, 1, 1}, std::vector<float>(4, 0.5f));
    graph.node("Conv", "conv2", {"relu1", "kernel2"});
    graph.output("conv2", {});
    CHECK(import_sentence(graph) ==
          "node 'conv1' (Conv): its weight 'kernel' is float32 and was never quantized; quantize the model first "
          "(QuantizeLinear and DequantizeLinear, or Quant nodes) (1 more; `napier check` lists them)");
    CHECK_THAT(check_text(graph), Catch::Contains("node 'conv2' (Conv): its weight 'kernel2' is float32"));
}

TEST_CASE("quantized weights alone are not enough: the input is named") {
    OnnxBuilder graph;
    graph.input("image", {-1, 1, 4, 4});
    graph.node("Conv", "conv1", {"image", graph.weight("w", {1, 1, 1, 1}, {1}, {1.0f})});
    graph.output("conv1", {});
    CHECK_THAT(import_sentence(graph), Catch::Contains("its input 'image' is float32 and was never quantized"));
}

TEST_CASE("a value between two layers that is not quantized is named") {
    OnnxBuilder graph;
    graph.input("image", {-1, 1, 4, 4});
    const std::string x = graph.quantized("image", 1.0f, 0);
    const std::string w = graph.weight("w", {1, 1, 1, 1}, {1}, {1.0f});
    graph.node("Conv", "a", {x, w});
    graph.node("Conv", "b", {"a", w});
    graph.output("b", {});
    CHECK_THAT(import_sentence(graph), Catch::Contains("node 'b' (Conv): its input 'a' is float32 between two layers"));
}

TEST_CASE("an output that is not quantized is named") {
    OnnxBuilder graph;
    graph.input("image", {-1, 1, 4, 4});
    graph.node("Conv", "a", {graph.quantized("image", 1.0f, 0), graph.weight("w", {1, 1, 1, 1}, {1}, {1.0f})});
    graph.output("a", {});
    CHECK(import_sentence(graph) == "output 'a': it is float32 and not quantized; put QuantizeLinear (and "
                                    "DequantizeLinear) behind the last node");
}

TEST_CASE("check lists every node that cannot run, and only these") {
    OnnxBuilder graph;
    graph.input("image", {-1, 3, 8, 8});
    const std::string x = graph.quantized("image", 1.0f, 0);
    graph.node("InstanceNormalization", "bent", {x});
    const std::string bent = graph.quantized("bent", 1.0f, 0);
    const std::string w = graph.weight("w", {4, 3, 3, 3}, std::vector<int>(108, 1), {1.0f});
    graph.node("Conv", "conv", {bent, w}).integers("strides", {2, 2});
    graph.node("Sigmoid", "gate", {"conv"});
    const std::string gated = graph.quantized("gate", 1.0f, 0);
    graph.node("Flatten", "flat", {gated});
    graph.node("Gemm", "gemm", {"flat", graph.weight("v", {36, 5}, std::vector<int>(180, 1), {1.0f})});
    const std::string scores = graph.quantized("gemm", 1.0f, 0);
    graph.node("Softmax", "softmax", {scores});
    graph.output("softmax", {-1, 5});
    const std::vector<Unsupported> problems = check_onnx(graph.bytes());
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].node == "bent");
    CHECK(problems[0].operation == "InstanceNormalization");
    CHECK(problems[0].reason == "the operator is not supported");
    CHECK(problems[0].hint == "train with BatchNormalization, which folds into the layer before it");
    CHECK(describe(problems[1]) == "node 'gate' (Sigmoid): its input 'conv' is float32 between two layers and not "
                                   "quantized; put QuantizeLinear and DequantizeLinear before and behind it, for a "
                                   "table");
}

TEST_CASE("a softmax of the scores is left out") {
    OnnxBuilder graph;
    graph.input("x", {-1, 4});
    const std::string w = graph.weight("w", {4, 5}, std::vector<int>(20, 1), {1.0f});
    graph.node("MatMul", "scores", {graph.quantized("x", 1.0f, 0), w});
    graph.node("Softmax", "softmax", {graph.quantized("scores", 1.0f, 0)});
    graph.output("softmax", {-1, 5});
    CHECK_THAT(import_sentence(graph), Catch::Contains("end the model before a Softmax: the order of the scores"));
}

TEST_CASE("nodes behind a refused one are checked with its shape") {
    OnnxBuilder graph;
    graph.input("image", {-1, 3, 8, 8});
    graph.node("InstanceNormalization", "bent", {graph.quantized("image", 1.0f, 0)});
    const std::string bent = graph.quantized("bent", 1.0f, 0);
    const std::string w = graph.weight("w", {4, 3, 1, 1}, std::vector<int>(12, 1), {1.0f});
    graph.node("Conv", "conv", {bent, w});
    const std::string other = graph.quantized("conv", 1.0f, 0);
    graph.node("Reshape", "cut", {other, graph.shape("s", {1, 8, 4, 8})});
    graph.output("cut", {});
    const std::vector<Unsupported> problems = check_onnx(graph.bytes());
    REQUIRE(problems.size() == 2);
    CHECK(problems[1].node == "cut");
}

TEST_CASE("a model that runs has no problems") {
    OnnxBuilder graph;
    graph.input("image", {-1, 1, 4, 4});
    graph.node("Conv", "a", {graph.quantized("image", 1.0f, 0), graph.weight("w", {1, 1, 1, 1}, {1}, {1.0f})});
    graph.output(graph.quantized("a", 1.0f, 0), {});
    CHECK(check_onnx(graph.bytes()).empty());
}

TEST_CASE("unknown operators and domains get a reason and a hint") {
    struct Row {
        const char *operation, *domain, *sentence;
    };
    for (const Row& row : {Row{"Foo", "", "node 'y' (Foo): the operator is not supported; replace it by supported"},
                           Row{"Foo", "my.domain", "operators of the domain 'my.domain' are not supported; replace"},
                           Row{"Conv", "my.domain", "operators of the domain 'my.domain' are not supported; replace"},
                           Row{"QLinearConv", "", "the operator is not supported; export with QuantizeLinear and"},
                           Row{"InstanceNormalization", "", "train with BatchNormalization, which folds"},
                           Row{"LSTM", "", "use a network without recurrence"}}) {
        OnnxBuilder graph;
        graph.input("x", {-1, 4});
        graph.node(row.operation, "y", {graph.quantized("x", 1.0f, 0)}).domain(row.domain);
        graph.output("y", {});
        CHECK_THAT(import_sentence(graph), Catch::Contains(row.sentence));
    }
}

TEST_CASE("ports that the machine has not are named") {
    OnnxBuilder graph;
    const auto expect = [&](const std::string& sentence) {
        graph.node("Relu", "y", {graph.quantized("x", 1.0f, 0)});
        graph.output(graph.quantized("y", 1.0f, 0), {});
        CHECK_THAT(check_text(graph), Catch::Contains(sentence));
    };
    SECTION("a second input") {
        graph.input("x", {-1, 4});
        graph.input("z", {-1, 4}, 4);
        expect("input 'z': its element type is uint16; use float32, uint8 or int8 and convert outside the model");
    }
    SECTION("a second output") {
        graph.input("x", {-1, 4});
        graph.node("Relu", "v", {"x_dequantized"});
        expect("");
        graph.output("v", {});
        CHECK_THAT(check_text(graph), Catch::Contains("output 'v': a model may have one output"));
    }
    SECTION("a batch") {
        graph.input("x", {8, 4});
        expect("input 'x': its batch size is 8; export with batch size 1 or a symbolic one");
    }
    SECTION("five dimensions") {
        graph.input("x", {1, 4, 2, 2, 2});
        expect("input 'x': its shape [1, 4, 2, 2, 2] has 5 dimensions, and 2 to 4 are supported");
    }
    SECTION("another type") {
        graph.input("x", {1, 4}, 10);
        expect("input 'x': its element type is float16; use float32, uint8 or int8");
    }
    SECTION("too large") {
        graph.input("x", {1, 4096, 4096, 4096});
        expect("input 'x': its shape [1, 4096, 4096, 4096] has more than 67108864 values; use a smaller input");
    }
}

TEST_CASE("numbers that do not fit the machine are named with their layer") {
    OnnxBuilder graph;
    graph.input("x", {-1, 1});
    const std::string x = graph.quantized("x", 1.0f, 0);
    const auto expect = [&](float scale, const std::string& sentence) {
        graph.output(graph.quantized("y", scale, 0), {});
        CHECK_THAT(import_sentence(graph), Catch::Contains(sentence));
    };
    const std::string w = graph.weight("w", {1, 1}, {1}, {1.0f});
    SECTION("a multiplier above 2^24") {
        graph.node("Gemm", "y", {x, w});
        expect(1e-8f, "layer 'y': the multiplier 1e+08 of output channel 0 is above 16777215; check the scales");
    }
    SECTION("a bias above int32") {
        graph.node("Gemm", "y", {x, w, graph.reals("b", {1}, {3e9f})});
        expect(1.0f, "layer 'y': the bias of output channel 0 is 3e+09 steps of its accumulator, which no int32 holds");
    }
    SECTION("an infinite bias") {
        graph.node("Gemm", "y", {x, w, graph.reals("b", {1}, {1e38f * 1e38f})});
        expect(1.0f, "layer 'y': the scale or bias of output channel 0 is not finite");
    }
    SECTION("a bias that is all of a tiny channel is kept as a constant") {
        graph.node("Mul", "z", {x, graph.reals("c", {}, {1e-20f})});
        graph.node("Add", "y", {"z", graph.reals("d", {}, {17.0f})});
        graph.output(graph.quantized("y", 1.0f, 3), {});
        const Model model = import_graph(graph);
        CHECK(model.layers[0].weight == std::vector<int8_t>{0});
        CHECK(model.layers[0].bias == std::vector<int32_t>{17});
        CHECK(model.layers[0].significand[0] == 1u << 23);
        CHECK(model.layers[0].shift[0] == 23);
    }
}
