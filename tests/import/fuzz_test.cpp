// Does every mutant of a valid file end in a model that the golden model takes, or in a sentence? Meant for a build
// with sanitizers, too.

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "sw/base/error.hpp"
#include "sw/golden/validate.hpp"
#include "sw/import/import.hpp"
#include "sw/io/file.hpp"
#include "tests/support/onnx/harness.hpp"
#include "tests/support/random.hpp"

using namespace napier;
using namespace napier::test;

namespace {

using Bytes = std::vector<uint8_t>;

// Most operators in one small graph.
OnnxBuilder everything() {
    OnnxBuilder graph;
    graph.input("x", {-1, 4, 6, 2});
    graph.node("Transpose", "t", {"x"}).integers("perm", {0, 3, 1, 2});
    const std::string x = graph.quantized("t", 0.5f, 3);
    graph.node("Pad", "p", {x, graph.shape("pads", {0, 0, 1, 1, 0, 0, 1, 1})});
    graph.node("Conv", "c", {"p", graph.weight("w", {4, 2, 3, 3}, std::vector<int>(72, 1), {0.25f, 0.5f, 1.0f, 2.0f})})
        .integers("strides", {1, 1}).integers("dilations", {1, 1}).integer("group", 1);
    Names inputs{"c"};
    for (const char* name : {"gamma", "beta", "mean", "variance"}) {
        inputs.push_back(graph.reals(name, {4}, {1, 2, 3, 4}));
    }
    graph.node("BatchNormalization", "bn", inputs);
    graph.node("Clip", "clip", {"bn", graph.reals("low", {}, {0}), graph.reals("high", {}, {6})});
    const std::string c = graph.quantized("clip", 0.5f, 0, 2);
    graph.node("Conv", "d", {c, graph.weight("u", {4, 4, 1, 1}, std::vector<int>(16, -3), {0.25f})});
    graph.node("Mul", "e", {"d", graph.reals("f", {}, {0.5f})});
    graph.node("Add", "sum", {"e", c});
    const std::string sum = graph.quantized("sum", 0.5f, 7);
    graph.node("Slice", "cut", {sum, graph.shape("starts", {0, -4}), graph.shape("ends", {6, 99}),
                                graph.shape("axes", {2, 1}), graph.shape("steps", {1, 1})});
    graph.node("AveragePool", "a", {"cut"}).integers("kernel_shape", {2, 2}).integers("strides", {2, 2})
        .integers("pads", {0, 0, 0, 0}).integer("count_include_pad", 1).integer("ceil_mode", 0);
    const std::string a = graph.quantized("a", 0.5f, 0);
    graph.node("Shape", "shape", {a});
    graph.node("Gather", "batch", {"shape", graph.integers("zero", {1}, {0}, 7)});
    graph.node("Concat", "target", {"batch", graph.shape("rest", {-1})}).integer("axis", 0);
    graph.node("Reshape", "flat", {a, "target"}).integer("allowzero", 0);
    graph.node("Gemm", "y", {"flat", graph.weight("k", {24, 3}, std::vector<int>(72, 2), {0.25f}),
                             graph.reals("bias", {3}, {1, 2, 3})}).number("alpha", 1.0f).number("beta", 1.0f);
    graph.output(graph.quantized("y", 2.0f, 0), {-1, 3});
    return graph;
}

// Quantizers of QONNX, a mean, a squeeze and a matrix product.
OnnxBuilder qonnx() {
    OnnxBuilder graph(11);
    graph.input("x", {-1, 2, 2, 2});
    graph.reals("s", {}, {0.5f});
    graph.reals("z", {}, {0.0f});
    graph.reals("bits", {}, {4.0f});
    graph.reals("w", {3, 2}, {1, -1, 0, 3, -7, 2});
    const auto quant = [&](const std::string& name, const std::string& value) {
        graph.node("Quant", name, {value, "s", "z", "bits"}).integer("signed", 1).integer("narrow", 0)
            .text("rounding_mode", "ROUND").domain("qonnx.custom_op.general");
    };
    quant("xq", "x");
    graph.node("ReduceMean", "mean", {"xq"}).integers("axes", {2, 3}).integer("keepdims", 1);
    graph.node("Squeeze", "vector", {"mean"}).integers("axes", {2, 3});
    quant("vq", "vector");
    quant("wq", "w");
    graph.node("Transpose", "wt", {"wq"}).integers("perm", {1, 0});
    graph.node("MatMul", "y", {"vq", "wt"});
    graph.node("Sub", "o", {"y", graph.reals("c", {3}, {1, 2, 3})});
    quant("oq", "o");
    graph.output("oq", {-1, 3});
    return graph;
}

// One change: a bit, a byte, the end cut off, a piece lost, doubled or moved, a length or number made huge.
void mutate(Random& random, Bytes& file) {
    const auto place = [&] { return static_cast<size_t>(random.between(0, static_cast<int64_t>(file.size()) - 1)); };
    if (file.empty()) {
        file.push_back(0);
    }
    const size_t at = place();
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(at);
    const auto piece = static_cast<std::ptrdiff_t>(std::min<size_t>(file.size() - at, random.between(1, 24)));
    switch (random.number(0, 8)) {
        case 0: file.resize(at); break;
        case 1: file.erase(from, from + piece); break;
        case 2: {
            const Bytes copy(from, from + piece);
            const auto target = file.begin() + static_cast<std::ptrdiff_t>(place());
            file.insert(target, copy.begin(), copy.end());
            break;
        }
        case 3: {
            static const std::vector<Bytes> numbers = {
                {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, {0xff, 0xff, 0xff, 0xff, 0x07},
                {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, {0x00}, {0x7f}, {0x80, 0x80, 0x04}};
            const Bytes& number = random.pick(numbers);
            file.erase(from);
            file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), number.begin(), number.end());
            break;
        }
        case 4: file[at] = static_cast<uint8_t>(random.number(0, 255)); break;
        case 5: file[at] = static_cast<uint8_t>(file[at] + random.number(-2, 2)); break;
        default: file[at] ^= static_cast<uint8_t>(1 << random.number(0, 7)); break;
    }
}

int64_t odd_number(Random& random) {
    static const std::vector<int64_t> numbers = {INT64_MIN, INT64_MAX, -1, 0, 1, 2, 3, 4, 7, 255, 65536, 1 << 30};
    return random.pick(numbers);
}

// One change that keeps the file's form: an edge, an operator, an attribute, a type or a dimension exchanged.
void rewire(Random& random, onnx::wire::GraphProto& graph) {
    const auto any_node = [&] { return graph.mutable_node(random.number(0, graph.node_size() - 1)); };
    const auto any_tensor = [&] { return graph.mutable_initializer(random.number(0, graph.initializer_size() - 1)); };
    onnx::wire::NodeProto* node = any_node();
    switch (random.number(0, 7)) {
        case 0: node->set_op_type(any_node()->op_type()); break;
        case 1: node->set_input(random.number(0, node->input_size() - 1), any_node()->output(0)); break;
        case 2: node->set_input(random.number(0, node->input_size() - 1), any_tensor()->name()); break;
        case 3: node->add_input(random.chance(50) ? any_tensor()->name() : ""); break;
        case 4: {
            const onnx::wire::NodeProto other = *any_node();
            node->mutable_attribute()->MergeFrom(other.attribute());
            break;
        }
        case 5:
            for (auto& attribute : *node->mutable_attribute()) {
                attribute.set_i(odd_number(random));
                for (auto& number : *attribute.mutable_ints()) {
                    number = random.chance(50) ? number : odd_number(random);
                }
            }
            break;
        case 6: any_tensor()->set_data_type(random.number(1, 27)); break;
        default: {
            onnx::wire::TensorProto* tensor = any_tensor();
            if (tensor->dims_size() > 0 && random.chance(50)) {
                tensor->mutable_dims()->SwapElements(0, random.number(0, tensor->dims_size() - 1));
            } else {
                tensor->add_dims(random.chance(80) ? 1 : odd_number(random));
            }
        }
    }
}

struct Tally {
    int models = 0, sentences = 0, listed = 0;
};

void try_file(const Bytes& file, Tally& tally) {
    try {
        tally.listed += check_onnx(file).empty() ? 0 : 1;
        golden::validate(import_onnx(file, "mutant"));
        ++tally.models;
    } catch (const Error& error) {
        const std::string sentence = error.what();
        REQUIRE(sentence.size() > 20);
        REQUIRE(sentence.size() < 2000);
        ++tally.sentences;
    }
}

}  // namespace

TEST_CASE("mutants of the graphs of all operators", "[mutants]") {
    Random random(20240301);
    const std::vector<Bytes> seeds = {everything().bytes(), qonnx().bytes()};
    for (const Bytes& seed : seeds) {
        REQUIRE_NOTHROW(import_onnx(seed, "seed"));
    }
    Tally tally;
    for (int i = 0; i < 24000; ++i) {
        Bytes file = random.pick(seeds);
        for (int change = random.number(1, 3); change > 0; --change) {
            mutate(random, file);
        }
        try_file(file, tally);
    }
    CHECK(tally.models > 1000);
    CHECK(tally.sentences > 10000);
    CHECK(tally.listed > 500);
}

TEST_CASE("graphs whose form is right and whose meaning is not", "[mutants]") {
    Random random(20240303);
    const std::vector<OnnxBuilder> seeds = {everything(), qonnx()};
    Tally tally;
    for (int i = 0; i < 16000; ++i) {
        OnnxBuilder graph = random.pick(seeds);
        for (int change = random.number(1, 3); change > 0; --change) {
            rewire(random, graph.graph());
        }
        try_file(graph.bytes(), tally);
    }
    CHECK(tally.models > 500);
    CHECK(tally.sentences > 10000);
    CHECK(tally.listed > 2000);
}

TEST_CASE("mutants of a trained model", "[files]") {
    Random random(20240302);
    const Bytes seed = io::read_file("sw/models/digits_ternary_bn.onnx");
    Tally tally;
    for (int i = 0; i < 2000; ++i) {
        Bytes file = seed;
        mutate(random, file);
        try_file(file, tally);
    }
    CHECK(tally.models > 100);
    CHECK(tally.sentences > 200);
}

TEST_CASE("every prefix of a file ends in a sentence") {
    const Bytes whole = qonnx().bytes();
    for (size_t length = 0; length < whole.size(); ++length) {
        Tally tally;
        try_file(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), tally);
        CHECK(tally.sentences == 1);
    }
}
