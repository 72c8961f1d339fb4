#include "tests/support/onnx/harness.hpp"

#include <catch2/catch.hpp>

#include <span>
#include <vector>

#include "sw/base/error.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/import/import.hpp"
#include "tests/support/onnx/evaluator.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

namespace {

// Real numbers on and between the input's grid, ties and values out of range among them; or stored integers, or
// indices.
Array random_image(Random& random, const Model& model, const Port& port, const onnx::wire::ValueInfoProto& info) {
    Array image;
    for (const auto& dim : info.type().tensor_type().shape().dim()) {
        image.dims.push_back(dim.has_dim_value() ? dim.dim_value() : 1);
    }
    const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
    for (size_t i = 0; i < golden::value_count(model, port); ++i) {
        if (port.rows > 0) {
            image.values.push_back(random.number(-port.rows, port.rows - 1));
        } else if (port.is_float) {
            image.values.push_back(static_cast<double>(tensor.scale) * random.number(-700, 700) / 4.0);
        } else {
            image.values.push_back(random.number(-128, 127) - port.stored_offset);
        }
    }
    return image;
}

golden::TensorValues input_tensor(const Model& model, const Port& port, const Array& image) {
    if (port.is_float || port.rows > 0) {
        const std::vector<float> reals(image.values.begin(), image.values.end());
        return golden::quantize_input(model, port, std::span<const float>(reals));
    }
    std::vector<uint8_t> bytes;
    for (const double value : image.values) {
        bytes.push_back(static_cast<uint8_t>(static_cast<int>(value)));
    }
    return golden::quantize_input(model, port, std::span<const uint8_t>(bytes));
}

// An image is an array for each of the model's inputs.
golden::TensorValues golden_output(const Model& model, const std::vector<Array>& image) {
    golden::TensorValues inputs;
    const std::vector<Port> ports = inputs_of(model);
    for (size_t i = 0; i < ports.size(); ++i) {
        const golden::TensorValues own = input_tensor(model, ports[i], image[i]);
        inputs.insert(inputs.end(), own.begin(), own.end());
    }
    return golden::run_model(model, inputs)[static_cast<size_t>(model.output.tensor)];
}

// The output as the file's output holds it.
std::vector<double> file_output(const Model& model, const golden::TensorValues& values) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(model.output.tensor)];
    if (model.output.is_float) {
        const std::vector<float> reals = golden::dequantize_output(model, values);
        return {reals.begin(), reals.end()};
    }
    const golden::TensorValues ordered =
        model.output.channels_first ? golden::to_channels_first(tensor, std::span<const int8_t>(values)) : values;
    std::vector<double> result;
    for (const int8_t value : ordered) {
        result.push_back(value - model.output.stored_offset);
    }
    return result;
}

}  // namespace

Model import_graph(const OnnxBuilder& graph) { return import_onnx(graph.bytes(), "graph"); }

Model require_equal_outputs(const OnnxBuilder& graph, uint64_t seed, int images) {
    INFO(check_text(graph));
    const Model model = import_graph(graph);
    Random random(seed);
    for (int i = 0; i < images; ++i) {
        std::vector<Array> image;
        for (const Port& port : inputs_of(model)) {
            const auto number = static_cast<int>(image.size());
            image.push_back(random_image(random, model, port, graph.proto().graph().input(number)));
        }
        const std::vector<double> wanted = evaluate_inputs(graph.proto(), image).at(model.output.name).values;
        REQUIRE(file_output(model, golden_output(model, image)) == wanted);
    }
    return model;
}

std::string import_sentence(const OnnxBuilder& graph) {
    try {
        import_graph(graph);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

std::string check_text(const OnnxBuilder& graph) {
    std::string text;
    for (const Unsupported& problem : check_onnx(graph.bytes())) {
        text += describe(problem) + "\n";
    }
    return text;
}

}  // namespace napier::test
