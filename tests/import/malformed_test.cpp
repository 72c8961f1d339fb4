// Does a damaged or hostile file end in a sentence that names the thing, the reason and the remedy?

#include <catch2/catch.hpp>

#include <functional>
#include <string>

#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;
using namespace napier::onnx::wire;

namespace {

// x -> Q, DQ -> Conv [2, 1, 3, 3] -> Q, DQ -> y. Nodes 3: weight's DQ at 2, Conv at 3.
OnnxBuilder valid(int64_t opset = 13) {
    OnnxBuilder graph(opset);
    graph.input("x", {-1, 1, 4, 4});
    const std::string x = graph.quantized("x", 1.0f, 0);
    const std::string w = graph.weight("w", {2, 1, 3, 3}, std::vector<int>(18, 1), {1.0f});
    graph.node("Conv", "conv", {x, w});
    graph.output(graph.quantized("conv", 1.0f, 0), {});
    return graph;
}

NodeProto& conv(OnnxBuilder& graph) { return *graph.graph().mutable_node(3); }
TensorProto& weight(OnnxBuilder& graph) { return *graph.graph().mutable_initializer(2); }

void expect(OnnxBuilder& graph, const std::string& sentence, ErrorKind kind = ErrorKind::input) {
    INFO(import_sentence(graph));
    CHECK_THAT(import_sentence(graph), Catch::Contains(sentence));
    try {
        import_graph(graph);
    } catch (const Error& error) {
        CHECK(error.kind() == kind);
    }
}

void attribute(OnnxBuilder& graph, const std::string& name, const Dims& values) {
    NodeBuilder(&conv(graph)).integers(name, values);
}

}  // namespace

TEST_CASE("the file the cases start from is right") {
    CHECK(import_sentence(valid()).empty());
}

TEST_CASE("bytes that are no model") {
    const auto sentence = [](const std::string& text) {
        const std::vector<uint8_t> bytes(text.begin(), text.end());
        try {
            import_onnx(bytes, "m");
            return std::string();
        } catch (const Error& error) {
            return std::string(error.what());
        }
    };
    CHECK(sentence("") == "the model file is empty; export the model again");
    CHECK_THAT(sentence("hello world"), Catch::Contains("damaged, cut short or no ONNX file"));
    CHECK_THAT(sentence(std::string("\x08\x08", 2)), Catch::Contains("holds no graph"));
    // a graph of 2^63 bytes
    CHECK_THAT(sentence("\x3a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), Catch::Contains("damaged"));
    const std::vector<uint8_t> whole = valid().bytes();
    CHECK_THAT(sentence(std::string(whole.begin(), whole.end() - 20)), Catch::Contains("damaged"));
}

TEST_CASE("operator sets") {
    for (const int64_t version : {8, 26, 0, -1}) {
        OnnxBuilder graph = valid(version);
        expect(graph, "and Napier knows 9 to 25; export it again with one of these", ErrorKind::unsupported);
    }
    for (const int64_t version : {13, 25}) {
        CHECK(import_sentence(valid(version)).empty());
    }
    OnnxBuilder none = valid();
    none.proto().clear_opset_import();
    expect(none, "names no version of the ONNX operator set");
}

TEST_CASE("names") {
    OnnxBuilder graph = valid();
    SECTION("a value nobody gives") {
        conv(graph).set_input(0, "ghost");
        expect(graph, "node 'conv' reads 'ghost', which no node, initializer or input gives");
    }
    SECTION("a missing initializer") {
        graph.graph().mutable_initializer()->DeleteSubrange(2, 1);
        expect(graph, "node 'w' reads 'w_integers', which no node, initializer or input gives");
    }
    SECTION("a value given twice") {
        conv(graph).set_output(0, "w");
        expect(graph, "value 'w' is given twice in the graph");
    }
    SECTION("an initializer given twice") {
        graph.reals("x_scale", {}, {1.0f});
        expect(graph, "initializer 'x_scale' is given twice");
    }
    SECTION("an attribute given twice") {
        attribute(graph, "pads", {0, 0, 0, 0});
        attribute(graph, "pads", {0, 0, 0, 0});
        expect(graph, "node 'conv' has attribute 'pads' twice");
    }
    SECTION("a cycle") {
        conv(graph).set_input(0, "conv_dequantized");
        expect(graph, "depends on its own output; a network must have no cycle");
    }
    SECTION("no output") {
        graph.graph().clear_output();
        expect(graph, "the model has no output");
    }
    SECTION("an output nobody gives") {
        graph.graph().mutable_output(0)->set_name("ghost");
        expect(graph, "the list of outputs reads 'ghost'");
    }
    SECTION("an unprintable and endless one") {
        conv(graph).set_input(0, std::string("\xff\n", 2) + std::string(1000, 'a'));
        expect(graph, "reads '??" + std::string(98, 'a') + "...', which no node");
    }
    SECTION("nodes out of order are put in order") {
        graph.graph().mutable_node()->SwapElements(0, 3);
        CHECK(import_sentence(graph).empty());
    }
    SECTION("nodes without a name get one") {
        conv(graph).clear_name();
        CHECK(import_graph(graph).layers[0].name == "Conv_3");
    }
    SECTION("nodes nobody needs are left out, supported or not") {
        graph.node("Foo", "unused", {"x"});
        CHECK_THAT(import_graph(graph).notes.front(), Catch::Contains("1 of 7 nodes left out"));
    }
}

TEST_CASE("tensors") {
    OnnxBuilder graph = valid();
    TensorProto& tensor = weight(graph);
    SECTION("an undefined type") {
        tensor.set_data_type(99);
        expect(graph, "tensor 'w_integers' has element type 99, which ONNX does not define");
    }
    SECTION("an unusable type") {
        tensor.set_data_type(8);
        expect(graph, "tensor 'w_integers' has element type string, which Napier cannot read", ErrorKind::unsupported);
    }
    SECTION("too little data") {
        tensor.set_raw_data("abc");
        expect(graph, "tensor 'w_integers' has 3 bytes of data where its shape and type ask for 18");
    }
    SECTION("a negative dimension") {
        tensor.set_dims(0, -2);
        expect(graph, "has the shape [?, 1, 3, 3], which is negative or larger than");
    }
    SECTION("a product of dimensions that overflows") {
        for (int i = 0; i < 4; ++i) {
            tensor.set_dims(i, int64_t{1} << 33);
        }
        expect(graph, "which is negative or larger than 2147483648 elements");
    }
    SECTION("too many dimensions") {
        tensor.mutable_dims()->Resize(64, 1);
        expect(graph, "has 64 dimensions, more than 8");
    }
    SECTION("data in two places") {
        tensor.add_int32_data(1);
        expect(graph, "has its data in two places");
    }
    SECTION("typed data") {
        tensor.clear_raw_data();
        for (int i = 0; i < 18; ++i) {
            tensor.add_int32_data(i - 9);
        }
        CHECK(import_graph(graph).layers[0].weight[0] == -9);
        tensor.set_int32_data(7, 128);
        expect(graph, "holds 128, which its element type cannot");
        tensor.add_int32_data(0);
        expect(graph, "has 19 values where its shape asks for 18");
    }
    SECTION("data of another type") {
        tensor.clear_raw_data();
        tensor.add_float_data(1.0f);
        expect(graph, "has 0 values where its shape asks for 18");
    }
    SECTION("sparse") {
        graph.graph().add_sparse_initializer("x");
        expect(graph, "sparse initializers, which Napier cannot read", ErrorKind::unsupported);
    }
}

TEST_CASE("attributes of a convolution") {
    OnnxBuilder graph = valid();
    SECTION("zero stride") {
        attribute(graph, "strides", {0, 1});
        expect(graph, "node 'conv' (Conv): its strides holds 0, which is not in 1 to 32768");
    }
    SECTION("too few strides") {
        attribute(graph, "strides", {1});
        expect(graph, "its strides has 1 numbers instead of 2");
    }
    SECTION("huge dilation") {
        attribute(graph, "dilations", {INT64_MAX, 1});
        expect(graph, "its dilations holds 9223372036854775807");
    }
    SECTION("zero groups") {
        NodeBuilder(&conv(graph)).integer("group", 0);
        expect(graph, "its 2 output channels cannot form 0 groups");
    }
    SECTION("groups that do not divide") {
        NodeBuilder(&conv(graph)).integer("group", 2);
        expect(graph, "its input has 1 channels and its weights take 2 groups of 1");
    }
    SECTION("negative padding") {
        attribute(graph, "pads", {-1, 0, 0, 0});
        expect(graph, "its padding is negative; crop outside the model", ErrorKind::unsupported);
    }
    SECTION("a kernel larger than the input") {
        attribute(graph, "dilations", {4, 4});
        expect(graph, "its window reaches 9 values and the padded input has 4");
    }
    SECTION("a kernel_shape that differs") {
        attribute(graph, "kernel_shape", {5, 5});
        expect(graph, "its kernel_shape differs from its weights");
    }
    SECTION("an attribute of another kind") {
        NodeBuilder(&conv(graph)).number("strides", 1.0f);
        expect(graph, "its attribute strides is not a list of integers");
    }
    SECTION("an unknown auto_pad") {
        NodeBuilder(&conv(graph)).text("auto_pad", "SOMEHOW");
        expect(graph, "its auto_pad 'SOMEHOW' is not known");
    }
}

TEST_CASE("shapes that do not fit") {
    OnnxBuilder graph = valid();
    SECTION("weights of rank 2") {
        weight(graph).mutable_dims()->Clear();
        weight(graph).add_dims(2);
        weight(graph).add_dims(9);
        expect(graph, "its weight has the shape [2, 9]");
    }
    SECTION("weights of rank 5") {
        weight(graph).add_dims(1);
        expect(graph, "it is a convolution over three or more space axes", ErrorKind::unsupported);
    }
    SECTION("weights of rank 3 for an image") {
        weight(graph).mutable_dims()->Truncate(2);
        weight(graph).add_dims(9);
        expect(graph, "its input has 4 dimensions and its weights ask for 3");
    }
    SECTION("empty weights") {
        weight(graph).set_dims(0, 0);
        weight(graph).clear_raw_data();
        expect(graph, "its weight has the shape [0, 1, 3, 3]");
    }
    SECTION("a bias of another length") {
        conv(graph).add_input(graph.reals("b", {3}, {1, 2, 3}));
        expect(graph, "its bias has the shape [3] and there are 2 output channels");
    }
    SECTION("a scale for each of three channels of two") {
        OnnxBuilder other = valid();
        other.graph().mutable_node(2)->set_input(1, other.reals("s", {3}, {1, 2, 3}));
        expect(other, "node 'w' (DequantizeLinear): it has 3 scales for 2 values along axis 0");
    }
    SECTION("an axis out of range") {
        OnnxBuilder other = valid();
        other.graph().mutable_node(2)->set_input(1, other.reals("s", {2}, {1, 2}));
        other.graph().mutable_node(2)->mutable_attribute(0)->set_i(4);
        expect(other, "axis 4 is outside a value of 4 dimensions");
        other.graph().mutable_node(2)->mutable_attribute(0)->set_i(INT64_MIN);
        expect(other, "axis -9223372036854775808 is outside");
    }
    SECTION("scales and zero points of different count") {
        OnnxBuilder other = valid();
        other.graph().mutable_node(2)->set_input(1, other.reals("s", {2}, {1, 2}));
        other.graph().mutable_node(2)->add_input(other.integers("z", {}, {0}, 3));
        expect(other, "it has 2 scales and 1 zero points");
    }
    SECTION("a scale that is not finite") {
        OnnxBuilder other = valid();
        other.graph().mutable_node(2)->set_input(1, other.reals("s", {}, {1e38f * 1e38f}));
        expect(other, "its scale 0 is not finite");
    }
    SECTION("a reshape to another count, and to nonsense") {
        for (const Dims& dims : {Dims{1, 9}, Dims{-1, -1}, Dims{-2, 8}, Dims{INT64_MAX, INT64_MAX},
                                 Dims{0, 0, 0, 0, 0}, Dims{-1, 3}, Dims{1, 8, 0, -1}}) {
            OnnxBuilder other = valid();
            other.node("Reshape", "r", {"conv_dequantized", other.shape("s", dims)});
            other.graph().mutable_output(0)->set_name("r");
            CHECK(import_sentence(other) != "");
        }
    }
    SECTION("an input without a shape, or a size") {
        OnnxBuilder other = valid();
        other.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
        expect(other, "input 'x' has no shape; export the model with one");
        OnnxBuilder symbolic = valid();
        auto* shape = symbolic.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
        shape->mutable_dim(2)->set_dim_param("H");
        expect(symbolic, "dimension 2 of input 'x' with shape [?, 1, ?, 4] has no size; export the model with a fixed");
        shape->mutable_dim(2)->set_dim_value(0);
        expect(symbolic, "dimension 2 of input 'x' with shape [?, 1, 0, 4] has no size");
    }
    SECTION("types confused") {
        OnnxBuilder other = valid();
        conv(other).set_input(0, "x_quantized");
        expect(other, "its input 'x_quantized' is integers without a DequantizeLinear", ErrorKind::unsupported);
        OnnxBuilder twice = valid();
        twice.graph().mutable_node(1)->set_input(0, "x");
        expect(twice, "node 'x_dequantized' (DequantizeLinear): its input is no integers");
        OnnxBuilder again = valid();
        conv(again).set_input(1, "x_dequantized");
        expect(again, "its weight 'x_dequantized' is computed while the network runs, and must be constant",
               ErrorKind::unsupported);
    }
    SECTION("inputs left out") {
        OnnxBuilder other = valid();
        conv(other).mutable_input()->DeleteSubrange(1, 1);
        expect(other, "node 'conv' (Conv): its input 1 is missing");
    }
}

TEST_CASE("a window that would ask for gigabytes is refused before memory is taken") {
    OnnxBuilder graph;
    graph.input("x", {1, 1, 8000, 8000});
    graph.node("Pad", "p", {graph.quantized("x", 1.0f, 0), graph.shape("pads", {0, 0, 9999, 9999, 0, 0, 9999, 9999})});
    graph.node("GlobalAveragePool", "y", {"p"});
    graph.output(graph.quantized("y", 1.0f, 0), {});
    CHECK_THAT(import_sentence(graph), Catch::Contains("its window of 27998 x 27998 is too large; average in two"));
}
