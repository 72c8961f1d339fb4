// Are the quantizers of QDQ and QONNX files read with all their types, widths and ranges?

#include <catch2/catch.hpp>

#include "tests/support/onnx/harness.hpp"

using namespace napier;
using namespace napier::test;

namespace {

// A Quant node with its constants.
std::string quant(OnnxBuilder& graph, const std::string& name, const std::string& value, float scale, float zero,
                  float bits, bool is_signed, bool narrow, const std::string& operation = "Quant") {
    graph.node(operation, name, {value, graph.reals(name + "_s", {}, {scale}), graph.reals(name + "_z", {}, {zero}),
                                 graph.reals(name + "_b", {}, {bits})})
        .integer("signed", is_signed).integer("narrow", narrow).text("rounding_mode", "ROUND")
        .domain("qonnx.custom_op.general");
    return name;
}

struct Qonnx {
    OnnxBuilder graph;
    Qonnx() { graph.input("x", {-1, 2, 3, 3}); }

    std::string weights() {
        graph.reals("w", {2, 2, 1, 1}, {0.3f, -9.0f, 1.0f, -0.5f});
        return "w";
    }

    Model finish(const std::string& value) {
        graph.output(value, {});
        return require_equal_outputs(graph);
    }
};

}  // namespace

TEST_CASE("QONNX: activations and weights of few bits") {
    Qonnx q;
    const std::string x = quant(q.graph, "xq", "x", 0.5f, 0.0f, 8.0f, true, false);
    const std::string w = quant(q.graph, "wq", q.weights(), 0.25f, 0.0f, 2.0f, true, true);
    q.graph.node("Conv", "conv", {x, w});
    q.graph.node("Relu", "relu", {"conv"});
    const Model model = q.finish(quant(q.graph, "yq", "relu", 0.125f, 0.0f, 4.0f, false, false, "IntQuant"));
    REQUIRE(model.layers.size() == 1);
    const Layer& layer = model.layers[0];
    CHECK(layer.weight == std::vector<int8_t>{1, -1, 1, -1});
    CHECK(layer.format == "binary");
    CHECK(layer.clamp_low == 0);
    CHECK(layer.clamp_high == 15);
    CHECK(model.output.stored_offset == 0);
}

TEST_CASE("QONNX: unsigned 8 bits lie at -128") {
    Qonnx q;
    const std::string x = quant(q.graph, "xq", "x", 0.5f, 100.0f, 8.0f, false, false);
    q.graph.node("Conv", "conv", {x, quant(q.graph, "wq", q.weights(), 0.25f, 0.0f, 4.0f, true, false)});
    const Model model = q.finish(quant(q.graph, "yq", "conv", 0.5f, 4.0f, 8.0f, false, true));
    CHECK_THAT(model.notes.back(), !Catch::Contains("odd zero point"));
    CHECK(model.tensors[0].zero_point == -28);
    CHECK(model.layers[0].clamp_high == 126);
    CHECK(model.layers[0].weight == std::vector<int8_t>{1, -8, 4, -2});
}

TEST_CASE("QONNX: an odd zero point is noted, because it moves ties") {
    Qonnx q;
    q.graph.node("Relu", "y", {quant(q.graph, "xq", "x", 0.5f, 3.0f, 8.0f, false, false)});
    q.graph.output(quant(q.graph, "yq", "y", 0.5f, 4.0f, 8.0f, false, false), {});
    CHECK_THAT(import_graph(q.graph).notes.front(), Catch::Contains("node 'xq': an exact half is rounded to even"));
}

TEST_CASE("QONNX: an input of few bits is clamped by a layer of ones") {
    Qonnx q;
    const std::string x = quant(q.graph, "xq", "x", 0.5f, 0.0f, 3.0f, true, true);
    q.graph.node("Conv", "conv", {x, quant(q.graph, "wq", q.weights(), 0.25f, 0.0f, 4.0f, true, false)});
    const Model model = q.finish(quant(q.graph, "yq", "conv", 0.5f, 4.0f, 8.0f, true, false));
    REQUIRE(model.layers.size() == 2);
    CHECK(model.layers[0].operation == "Quant");
    CHECK((model.layers[0].clamp_low == -3 && model.layers[0].clamp_high == 3));
}

TEST_CASE("QONNX: a scale for each output channel, and binary weights") {
    for (const char* operation : {"Quant", "BipolarQuant"}) {
        Qonnx q;
        const std::string x = quant(q.graph, "xq", "x", 0.5f, 0.0f, 8.0f, true, false);
        Names inputs{q.weights(), q.graph.reals("s", {2, 1, 1, 1}, {0.25f, 0.5f})};
        if (operation == std::string("Quant")) {
            inputs.push_back(q.graph.reals("z", {}, {0.0f}));
            inputs.push_back(q.graph.reals("b", {}, {8.0f}));
        }
        q.graph.node(operation, "wq", inputs).domain("onnx.brevitas");
        q.graph.node("Conv", "conv", {x, "wq"});
        const Model model = q.finish(quant(q.graph, "yq", "conv", 0.5f, 4.0f, 8.0f, true, false));
        CHECK(model.layers[0].shift == std::vector<uint8_t>{25, 24});
        CHECK((model.layers[0].format == "binary") == (operation == std::string("BipolarQuant")));
    }
}

TEST_CASE("QONNX: what does not equal eight bits is refused") {
    Qonnx q;
    const auto expect = [&](const std::string& sentence) {
        q.graph.output("y", {});
        CHECK_THAT(import_sentence(q.graph), Catch::Contains(sentence));
    };
    const Names inputs{"x", q.graph.reals("s", {}, {0.5f}), q.graph.reals("z", {}, {0.0f}),
                       q.graph.reals("b", {}, {8.0f})};
    const char* domain = "finn.custom_op.general";
    SECTION("rounding") {
        q.graph.node("Quant", "y", inputs).text("rounding_mode", "FLOOR").domain(domain);
        expect("node 'y' (Quant): its rounding mode is 'FLOOR'; use ROUND (half to even)");
    }
    SECTION("bits") {
        q.graph.node("Quant", "y", {"x", "s", "z", q.graph.reals("b16", {}, {16.0f})}).domain(domain);
        expect("it quantizes an activation to more than 8 bits; quantize activations to 8 bits or less");
    }
    SECTION("half a bit") {
        q.graph.node("Quant", "y", {"x", "s", "z", q.graph.reals("b25", {}, {2.5f})}).domain(domain);
        expect("its bit width is not one whole number");
    }
    SECTION("a scale for each channel") {
        q.graph.node("Quant", "y", {"x", q.graph.reals("s2", {1, 2, 1, 1}, {1.0f, 2.0f}), "z", "b"}).domain(domain);
        expect("with a scale for each channel; quantize activations per tensor");
    }
    SECTION("a zero point between integers") {
        q.graph.node("Quant", "y", {"x", "s", q.graph.reals("z5", {}, {0.5f}), "b"}).domain(domain);
        expect("its zero point 0.5 is no integer");
    }
    SECTION("a scale computed while the network runs") {
        q.graph.node("Quant", "y", {"x", "x", "z", "b"}).domain(domain);
        expect("its input 'x' is float32 and was never quantized, and must be constant");
    }
    SECTION("bipolar activations") {
        q.graph.node("BipolarQuant", "y", {"x", "s"}).domain(domain);
        expect("it makes the model's input an activation of -1 and +1; quantize the input to 2 to 8 bits with Quant");
    }
    SECTION("truncation") {
        q.graph.node("Trunc", "y", {"x", "s", "z", "b", "b"}).domain(domain);
        expect("node 'y' (Trunc): the operator is not supported; replace it by a Quant node");
    }
    SECTION("floating point") {
        q.graph.node("FloatQuant", "y", {"x", "s", "b", "b", "b", "b"}).domain(domain);
        expect("(FloatQuant): the operator is not supported; quantize to integers of 8 bits or less");
    }
}

TEST_CASE("QDQ: ports of the model may be integers") {
    for (const int type : {2, 3}) {
        OnnxBuilder graph;
        graph.input("x", {-1, 2, 3, 3}, type);
        graph.node("DequantizeLinear", "d", {"x", graph.reals("s", {}, {0.5f}), graph.integers("z", {}, {100}, type)});
        graph.node("Conv", "conv", {"d", graph.weight("w", {2, 2, 1, 1}, {1, -9, 4, 77}, {0.25f})});
        graph.node("QuantizeLinear", "y", {"conv", "s", "z"});
        graph.output("y", {}, type);
        const Model model = require_equal_outputs(graph);
        CHECK_FALSE(model.input.is_float);
        CHECK_FALSE(model.output.is_float);
        CHECK(model.input.stored_offset == (type == 2 ? -128 : 0));
        CHECK(model.output.stored_offset == model.input.stored_offset);
    }
}

TEST_CASE("QDQ: the zero point may be left out") {
    OnnxBuilder graph;
    graph.input("x", {-1, 2, 3, 3});
    graph.node("QuantizeLinear", "q", {"x", graph.reals("s", {}, {0.5f})});
    graph.node("DequantizeLinear", "d", {"q", "s"});
    graph.node("Conv", "conv", {"d", graph.weight("w", {2, 2, 1, 1}, {1, -9, 4, 77}, {0.25f})});
    graph.quantized("conv", 0.5f, 0);
    graph.output("conv_dequantized", {});
    const Model model = require_equal_outputs(graph);
    CHECK(model.input.stored_offset == -128);  // uint8
    CHECK(model.tensors[0].zero_point == -128);
}

TEST_CASE("QDQ: int4 weights are unpacked, low half first") {
    OnnxBuilder graph(21);
    graph.input("x", {-1, 3, 1, 1});
    const std::string x = graph.quantized("x", 0.5f, 0);
    onnx::wire::TensorProto* w = graph.graph().add_initializer();
    w->set_name("wi");
    w->set_data_type(22);
    for (const int64_t dim : {1, 3, 1, 1}) {
        w->add_dims(dim);
    }
    w->set_raw_data(std::string("\x8f\x07", 2));
    graph.node("DequantizeLinear", "w", {"wi", graph.reals("ws", {}, {0.25f})});
    graph.node("Conv", "conv", {x, "w"});
    graph.quantized("conv", 0.5f, 0);
    graph.output("conv_dequantized", {});
    CHECK(import_graph(graph).layers[0].weight == std::vector<int8_t>{-1, -8, 7});
}

TEST_CASE("QDQ: what no int8 tensor holds is refused") {
    OnnxBuilder graph(21);
    graph.input("x", {-1, 2, 3, 3});
    const auto expect = [&](const std::string& sentence) {
        graph.output("y", {});
        CHECK_THAT(import_sentence(graph), Catch::Contains(sentence));
    };
    SECTION("16 bits") {
        graph.node("QuantizeLinear", "y", {"x", graph.reals("s", {}, {0.5f})}).integer("output_dtype", 5);
        expect("it quantizes an activation to int16; quantize activations to 8 bits or less");
    }
    SECTION("a float8 type") {
        graph.node("QuantizeLinear", "y", {"x", graph.reals("s", {}, {0.5f})}).integer("output_dtype", 17);
        expect("it quantizes to float8e4m3fn; quantize to integers of 8 bits or less");
    }
    SECTION("blocks") {
        graph.node("QuantizeLinear", "y", {"x", graph.reals("s", {1, 1, 3, 3}, std::vector<float>(9, 1.0f))})
            .integer("block_size", 2);
        expect("it has a scale for each block; quantize per tensor or per output channel");
    }
    SECTION("channels") {
        graph.node("QuantizeLinear", "y", {"x", graph.reals("s", {2}, {1.0f, 2.0f})});
        expect("it quantizes an activation with another scale for channel 1 than for channel 0; quantize activations");
    }
    SECTION("a negative scale") {
        graph.node("QuantizeLinear", "y", {"x", graph.reals("s", {}, {-1.0f})});
        expect("its scale -1 is not positive; quantize with positive scales");
    }
    SECTION("a pair that disagrees") {
        graph.node("QuantizeLinear", "q", {"x", graph.reals("s", {}, {1.0f})});
        graph.node("DequantizeLinear", "y", {"q", graph.reals("t", {}, {2.0f})});
        expect("its scale or zero point differs from those 'q' was quantized with; give both nodes");
    }
    SECTION("an input quantized twice") {
        const std::string a = graph.quantized("x", 0.5f, 0);
        graph.node("QuantizeLinear", "q", {"x", graph.reals("s", {}, {1.0f})});
        graph.node("DequantizeLinear", "d", {"q", "s"});
        graph.node("Add", "y", {a, "d"});
        expect("an input of the model is quantized in two different ways; quantize it once");
    }
}
