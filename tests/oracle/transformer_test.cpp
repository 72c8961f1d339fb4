// Does a transformer give what onnxruntime gives: products of two activations, work of the host, constant tokens?

#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "sw/io/npy.hpp"

namespace {

using namespace napier;
using golden::TensorValues;

const std::string folder = "sw/models/";
constexpr size_t images = 4;

Model transformer() { return import_onnx(std::filesystem::path(folder + "transformer.onnx")); }

template <typename Element>
std::vector<Element> recorded(const std::string& name, size_t image) {
    const std::vector<Element> all = io::read_npy(folder + name + ".npy").values<Element>();
    const auto count = static_cast<std::ptrdiff_t>(all.size() / images), first = static_cast<std::ptrdiff_t>(image);
    return {all.begin() + first * count, all.begin() + (first + 1) * count};
}

// Of onnxruntime, for every tensor that is not constant.
std::vector<TensorValues> recorded_tensors(const Model& model, size_t image) {
    std::vector<TensorValues> tensors(model.tensors.size());
    for (const ConstantTensor& constant : model.constants) {
        tensors[static_cast<size_t>(constant.tensor)] = constant.values;
    }
    for (size_t i = 0; i < tensors.size(); ++i) {
        const std::string& name = model.tensors[i].name;
        if (tensors[i].empty()) {
            tensors[i] = recorded<int8_t>("transformer_tensors/" + (name == "input" ? "input_quantized" : name), image);
        }
    }
    return tensors;
}

struct Comparison {
    int values = 0, differing = 0;
};

// Every layer from onnxruntime's own inputs of it.
Comparison compare(const Model& model) {
    Comparison found;
    for (size_t image = 0; image < images; ++image) {
        const std::vector<TensorValues> tensors = recorded_tensors(model, image);
        for (const Layer& layer : model.layers) {
            const TensorValues output = golden::run_layer(model, layer, tensors);
            for (size_t i = 0; i < output.size(); ++i) {
                found.differing += output[i] != tensors[static_cast<size_t>(layer.output)][i];
            }
            found.values += static_cast<int>(output.size());
        }
    }
    return found;
}

Layer& layer_of(Model& model, const std::string& name) {
    return *std::find_if(model.layers.begin(), model.layers.end(), [&](const Layer& l) { return l.name == name; });
}

}  // namespace

// None of these values is so near a tie that float32 turns it.
TEST_CASE("every value of every layer of the transformer is onnxruntime's, from its own inputs") {
    const Model model = transformer();
    REQUIRE(model.layers.size() == 19);
    const Comparison found = compare(model);
    const int rows = 11 * 32 + 3 * 64 + 2 * 34;  // channels of a token: 11 tensors, the hidden ones, both heads' pairs
    CHECK(found.values == 4 * (16 * 32 + 17 * rows + 32 + 10));
    CHECK(found.differing == 0);
}

TEST_CASE("every logit of the transformer is onnxruntime's, the layers in a chain") {
    const Model model = transformer();
    for (size_t image = 0; image < images; ++image) {
        const TensorValues input = recorded_tensors(model, image)[static_cast<size_t>(model.input.tensor)];
        const TensorValues output = golden::run_model(model, input)[static_cast<size_t>(model.output.tensor)];
        CHECK(golden::dequantize_output(model, output) == recorded<float>("transformer_logits", image));
    }
}

TEST_CASE("the comparison catches a transformer that is slightly wrong") {
    const std::vector<std::function<void(Model&)>> faults = {
        [](Model& m) { layer_of(m, "qk").operand.tensor = layer_of(m, "q").output; },
        [](Model& m) { layer_of(m, "mixed").significand.assign(32, layer_of(m, "mixed").significand[0] / 100 * 99); },
        [](Model& m) { layer_of(m, "shares").host.mask[5] += 0.1f; },
        [](Model& m) { layer_of(m, "shares").host.mask.clear(); },
        [](Model& m) { layer_of(m, "shares").host.groups = 1; },
        [](Model& m) { layer_of(m, "norm1").host.epsilon = 0.1f; },
        [](Model& m) { layer_of(m, "norm2").host.offset.clear(); },
        [](Model& m) { layer_of(m, "norm3").host.gain[3] *= 1.1f; },
        [](Model& m) { layer_of(m, "gated").host.second = layer_of(m, "gate_product").output; },
        [](Model& m) { m.constants[1].values[7] += 1; },
        [](Model& m) { layer_of(m, "first").window.pad_left += 1, layer_of(m, "first").window.pad_right = 0; },
    };
    for (size_t i = 0; i < faults.size(); ++i) {
        INFO(i);
        Model wrong = transformer();
        faults[i](wrong);
        CHECK(compare(wrong).differing > 0);
    }
}
