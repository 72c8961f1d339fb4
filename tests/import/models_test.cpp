// Do the trained models come in with the shapes, formats and integers they were trained with, and does the golden model
// then compute, layer by layer, what onnxruntime recorded?

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include "sw/golden/layer.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/io/npy.hpp"

using namespace napier;

namespace {

const std::string models = "sw/models/";

Model load(const std::string& name) { return import_onnx(std::filesystem::path(models + name + ".onnx")); }

struct Shape {
    const char *layer, *operation;
    int height, width, channels;
};

constexpr Shape shapes[] = {{"conv1", "Conv", 8, 8, 16}, {"conv2", "Conv", 4, 4, 32}, {"conv3", "Conv", 4, 4, 32},
                            {"add", "Add", 4, 4, 32},    {"conv4", "Conv", 2, 2, 64},
                            {"pool", "GlobalAveragePool", 1, 1, 64}, {"gemm", "Gemm", 1, 1, 10}};

void require_shapes(const Model& model) {
    REQUIRE(model.layers.size() == std::size(shapes));
    for (size_t i = 0; i < std::size(shapes); ++i) {
        const Layer& layer = model.layers[i];
        const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
        CHECK(layer.name == shapes[i].layer);
        CHECK(layer.operation == shapes[i].operation);
        CHECK(output.height == shapes[i].height);
        CHECK(output.width == shapes[i].width);
        CHECK(output.channels == shapes[i].channels);
    }
    CHECK(model.layers[3].residual == model.layers[1].output);
    CHECK(model.input.name == "input");
    CHECK(model.output.name == "logits");
}

// Recorded values of one image in channels-last int8.
golden::TensorValues recorded(const Model& model, const Tensor& tensor, const io::Array& array, size_t image) {
    const size_t count = golden::element_count(tensor);
    std::vector<int8_t> values;
    for (size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<int8_t>(array.bytes[image * count + i] + model.input.stored_offset));
    }
    return golden::to_channels_last(tensor, std::span<const int8_t>(values));
}

// Values of the layers' outputs that differ from the recording, each layer given the recorded inputs.
int differing_values(const std::string& name) {
    const Model model = load(name);
    std::vector<io::Array> arrays;
    for (const Tensor& tensor : model.tensors) {
        const std::string file = tensor.name == "input" ? "input_quantized" : tensor.name;
        arrays.push_back(io::read_npy(models + name + "_tensors/" + file + ".npy"));
    }
    int differing = 0;
    for (size_t image = 0; image < arrays[0].shape[0]; ++image) {
        std::vector<golden::TensorValues> values;
        for (size_t i = 0; i < arrays.size(); ++i) {
            values.push_back(recorded(model, model.tensors[i], arrays[i], image));
        }
        for (const Layer& layer : model.layers) {
            const golden::TensorValues computed = golden::run_layer(model, layer, values);
            const golden::TensorValues& wanted = values[static_cast<size_t>(layer.output)];
            for (size_t i = 0; i < computed.size(); ++i) {
                differing += computed[i] != wanted[i] ? 1 : 0;
            }
        }
    }
    return differing;
}

}  // namespace

TEST_CASE("the trained models have their shapes and formats", "[files]") {
    const Model ternary = load("digits_ternary"), int8 = load("digits_int8"), unfolded = load("digits_ternary_bn");
    for (const Model* model : {&ternary, &int8, &unfolded}) {
        require_shapes(*model);
    }
    for (size_t i = 0; i < ternary.layers.size(); ++i) {
        const bool is_weightless = ternary.layers[i].operation == "Add" || ternary.layers[i].name == "pool";
        const std::string ones = "binary";  // averages and additions
        CHECK(ternary.layers[i].format == (is_weightless ? ones : "ternary"));
        CHECK(unfolded.layers[i].format == (is_weightless ? ones : "ternary"));
        CHECK(int8.layers[i].format == (is_weightless ? ones : "int8"));
    }
    CHECK(ternary.input.stored_offset == 0);
    CHECK(int8.input.stored_offset == -128);
}

TEST_CASE("folding batch normalization gives the integers of the folded model", "[files]") {
    const Model folded = load("digits_ternary"), unfolded = load("digits_ternary_bn");
    for (size_t i = 0; i < folded.layers.size(); ++i) {
        CHECK(folded.layers[i].weight == unfolded.layers[i].weight);
        CHECK(folded.layers[i].bias == unfolded.layers[i].bias);
        for (size_t o = 0; o < folded.layers[i].shift.size(); ++o) {
            // The folded file's scales are rounded to float32, the unfolded one's are not.
            CHECK(folded.layers[i].shift[o] == unfolded.layers[i].shift[o]);
            CHECK(std::abs(int64_t{folded.layers[i].significand[o]} - int64_t{unfolded.layers[i].significand[o]}) <= 1);
        }
    }
}

TEST_CASE("every layer of the folded models computes what onnxruntime recorded", "[files]") {
    CHECK(differing_values("digits_ternary") == 0);
    CHECK(differing_values("digits_int8") == 0);
}
