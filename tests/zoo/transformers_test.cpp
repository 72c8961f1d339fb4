// Are the transformers of the zoo imported whole, and run by the golden model?

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "sw/golden/layer.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/random.hpp"
#include "tests/support/reduced_networks.hpp"

using namespace napier;

namespace {

Model imported(const zoo::Entry& entry, const char* style) {
    const test::TemporaryFolder folder;
    zoo::write_network(zoo::build(entry, zoo::find_style(style), 1), folder.file("m.onnx"));
    return import_onnx(std::filesystem::path(folder.file("m.onnx")));
}

int host_layers(const Model& model) {
    return static_cast<int>(std::count_if(model.layers.begin(), model.layers.end(),
                                          [](const Layer& layer) { return !layer.host.function.empty(); }));
}

// Multiply-accumulates of layers with an operand, in all, without the one that puts the tokens in their places.
int64_t products(const Model& model) {
    int64_t result = 0;
    for (const Layer& layer : model.layers) {
        const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                     &output = model.tensors[static_cast<size_t>(layer.output)];
        if (layer.operand.tensor >= 0 && layer.operation == "MatMul") {
            result += int64_t{output.height} * output.width * output.channels * (input.channels / layer.groups);
        }
    }
    return result;
}

golden::TensorValues random_input(const Model& model, test::Random& random) {
    golden::TensorValues input;
    for (const Port& port : inputs_of(model)) {
        std::vector<float> indices;
        for (size_t i = 0; i < golden::value_count(model, port); ++i) {
            port.rows > 0 ? indices.push_back(static_cast<float>(random.number(0, port.rows - 1)))
                          : input.push_back(static_cast<int8_t>(random.number(-80, 80)));
        }
        if (port.rows == 0) continue;
        const golden::TensorValues own = golden::quantize_input(model, port, indices);
        input.insert(input.end(), own.begin(), own.end());
    }
    return input;
}

bool has_copies(const Model& model) {
    return std::any_of(model.layers.begin(), model.layers.end(), [&](const Layer& layer) {
        return layer.operation == "Slice" && model.tensors[static_cast<size_t>(layer.input)].channels !=
                                                 model.tensors[static_cast<size_t>(layer.output)].channels;
    });
}

}  // namespace

TEST_CASE("Vision transformers of the zoo are imported whole, with the published products of attention") {
    const Model vit = imported(zoo::find_entry("vit-ti16"), "int8");
    CHECK(vit.layers.size() == 138);
    CHECK(host_layers(vit) == 25 + 12);  // normalizations, softmaxes
    CHECK(products(vit) == 178'831'872);
    CHECK_FALSE(has_copies(vit));
    const Model levit = imported(zoo::find_entry("levit-128s"), "int8");
    CHECK(levit.layers.size() == 111);
    CHECK(host_layers(levit) == 11);
    CHECK(products(levit) == 24'369'504);
    CHECK_FALSE(has_copies(levit));
}

TEST_CASE("A decoded token's keys and values stand behind the cached ones, without a copy") {
    const Model model = imported(zoo::find_entry("bitnet-700m-decode"), "int8");
    REQUIRE(model.more_inputs.size() == 2);
    for (const Port& port : model.more_inputs) {
        const Tensor& cache = model.tensors[static_cast<size_t>(port.tensor)];
        CHECK(port.groups == 16);
        CHECK((cache.width == 2047 && cache.channels == 1536 && cache.whole >= 0));
        CHECK(model.tensors[static_cast<size_t>(cache.whole)].width == 2048);
    }
    CHECK(std::none_of(model.layers.begin(), model.layers.end(),
                       [](const Layer& layer) { return layer.operation == "Concat"; }));
    CHECK(products(model) == 2 * 2048 * 1536);
}

TEST_CASE("MobileLLM is imported whole, from tokens to the scores of the next one") {
    const Model model = imported(zoo::find_entry("mobilellm-125m-decode"), "ternary");
    CHECK((model.input.rows == 32000 && model.more_inputs.size() == 2 * 30));
    CHECK(model.layers.front().host.rows.size() == size_t{32000} * 576);
    CHECK(host_layers(model) == 1 + 30 * (2 + 2 + 1 + 1) + 1);  // in a block: norms, rotations, softmax, a product
    CHECK(products(model) == 70'778'880);
    CHECK(model.tensors[static_cast<size_t>(model.output.tensor)].channels == 32000);
}

TEST_CASE("Blocks without products of activations are imported whole") {
    for (const char* name : {"mmfree-370m-prefill", "mmfree-370m-decode"}) {
        const Model model = imported(zoo::find_entry(name), "ternary");
        CHECK(host_layers(model) == 9 + 2 + 1);  // normalizations, products of two tensors, the recurrence
        CHECK(model.more_inputs.size() == (name == std::string("mmfree-370m-decode") ? 1u : 0u));
        CHECK(products(model) == 0);
    }
}

TEST_CASE("Reduced transformers run in the golden model, and their values differ from token to token") {
    for (const zoo::Entry& entry : test::reduced_transformers) {
        for (const char* style : {"int8", "ternary"}) {
            INFO(entry.name << " " << style);
            const Model model = imported(entry, style);
            test::Random random(1);
            const auto tensors = golden::run_model(model, random_input(model, random));
            CHECK(host_layers(model) > 0);
            for (const Layer& layer : model.layers) {
                const golden::TensorValues& output = tensors[static_cast<size_t>(layer.output)];
                const bool is_row = layer.host.function == "Gather" && style == std::string("ternary");
                CHECK(std::set<int8_t>(output.begin(), output.end()).size() > (is_row ? 2 : 4));
            }
        }
    }
}
