// Is the table of an activation function what onnxruntime makes of each of the 256 values between two quantizers?

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sw/golden/layer.hpp"
#include "sw/import/import.hpp"
#include "sw/io/file.hpp"

namespace {

using namespace napier;

const std::string folder = "sw/models/activations/";

nlohmann::json recorded_outputs() {
    const std::vector<uint8_t> bytes = io::read_file(folder + "outputs.json", 1 << 20);
    return nlohmann::json::parse(bytes.begin(), bytes.end());
}

// Every value of an int8 tensor, in order.
golden::TensorValues every_value() {
    golden::TensorValues values;
    for (int value = -128; value <= 127; ++value) values.push_back(static_cast<int8_t>(value));
    return values;
}

}  // namespace

TEST_CASE("every value of every activation function is onnxruntime's") {
    const nlohmann::json outputs = recorded_outputs();
    CHECK(outputs.size() == 22);
    for (const auto& [name, recorded] : outputs.items()) {
        INFO(name);
        const Model model = import_onnx(std::filesystem::path(folder + name + ".onnx"));
        REQUIRE(model.layers.size() == 1);
        const Layer& layer = model.layers[0];
        CHECK(layer.table.entries.size() == 256);
        const golden::TensorValues input = every_value();
        const golden::TensorValues output = golden::run_model(model, input)[size_t(model.output.tensor)];
        REQUIRE(output.size() == recorded.size());
        for (size_t i = 0; i < output.size(); ++i) {
            INFO("input " << int{input[i]});
            CHECK(int{output[i]} == recorded[i].get<int>());
        }
    }
}
