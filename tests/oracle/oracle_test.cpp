// Does the golden model say what onnxruntime says, but for values too near a rounding tie for float32 to tell?

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sw/golden/quantize.hpp"
#include "tests/oracle/float_error.hpp"
#include "tests/oracle/recorded_model.hpp"
#include "tests/oracle/tie_search.hpp"

namespace {

using namespace napier;
using golden::TensorValues;

const std::vector<std::string> names = {"digits_ternary", "digits_int8", "digits_ternary_bn"};

// What comparing values found.
struct Comparison {
    int values = 0;
    int near_ties = 0;    // closer to a tie than the bound of float32's error: either neighbour is right
    int differing = 0;
    int unexplained = 0;  // differing by more than a step or farther from a tie than the bound
};

// One layer on the tensors given, against what they hold as its output.
void compare_layer(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors,
                   const test::ChannelErrors& errors, Comparison& comparison) {
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    const TensorValues& expected = tensors[static_cast<size_t>(layer.output)];
    for (int y = 0; y < output.height; ++y) {
        for (int x = 0; x < output.width; ++x) {
            for (int o = 0; o < output.channels; ++o) {
                const auto value = test::evaluate(model, layer, tensors, y, x, o, errors[static_cast<size_t>(o)]);
                const int difference = value.output - expected[golden::element_index(output, y, x, o)];
                const bool near_tie = value.distance <= value.bound;
                ++comparison.values;
                comparison.near_ties += near_tie;
                comparison.differing += difference != 0;
                comparison.unexplained += std::abs(difference) > 1 || (difference != 0 && !near_tie);
            }
        }
    }
}

// Every layer from onnxruntime's own inputs of it, so that differences do not add up.
Comparison compare_layers(const test::RecordedModel& recorded, const Model& model) {
    Comparison comparison;
    for (size_t image = 0; image < recorded.recorded_images(); ++image) {
        std::vector<TensorValues> tensors;
        for (size_t i = 0; i < model.tensors.size(); ++i) {
            tensors.push_back(recorded.recorded(static_cast<int>(i), image));
        }
        for (const Layer& layer : model.layers) {
            compare_layer(model, layer, tensors, recorded.channel_errors(layer), comparison);
        }
    }
    return comparison;
}

int index_of_largest(const TensorValues& values) {
    return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

TEST_CASE("every value of every layer of every trained model, from onnxruntime's own inputs") {
    for (const std::string& name : names) {
        INFO(name);
        const test::RecordedModel recorded(name);
        const Comparison found = compare_layers(recorded, recorded.model());
        CHECK(found.values == 32 * 2890);
        CHECK(found.unexplained == 0);
        CHECK(found.differing <= found.near_ties);
        CHECK(found.near_ties * 100 < found.values);  // the bound explains little away
    }
}

TEST_CASE("every value of a model with scales of vectors for both operands, from onnxruntime's own inputs") {
    const test::RecordedModel recorded("digits_vsq");
    int scaled = 0;
    for (const Layer& layer : recorded.model().layers) scaled += !layer.input_scales.empty();
    CHECK(scaled == 2);
    const Comparison found = compare_layers(recorded, recorded.model());
    CHECK(found.values == 32 * (2048 + 512 + 128 + 64 + 10));
    CHECK(found.unexplained == 0);
    CHECK(found.differing <= found.near_ties);
    CHECK(found.near_ties * 100 < found.values);
    for (size_t i = 0; i < recorded.model().layers.size(); ++i) {  // each scale of a vector counts
        for (size_t v = 0; v < recorded.model().layers[i].input_scales.size(); ++v) {
            Model wrong = recorded.model();
            wrong.layers[i].input_scales[v] -= 1;
            CHECK(compare_layers(recorded, wrong).unexplained > 0);
        }
    }
}

TEST_CASE("every value of a model with a rectified layer in a sum, from onnxruntime's own inputs") {
    const test::RecordedModel recorded("digits_rectified");
    Model wrong = recorded.model();
    int rectified = 0;
    for (Layer& layer : wrong.layers) {
        rectified += layer.rectified && layer.residual >= 0;
        layer.rectified = false;
    }
    CHECK(rectified == 1);
    const Comparison found = compare_layers(recorded, recorded.model());
    CHECK(found.values == 32 * (2890 - 512));  // no tensor between the layer and the sum
    CHECK(found.unexplained == 0);
    CHECK(found.differing <= found.near_ties);
    CHECK(found.near_ties * 100 < found.values);
    CHECK(compare_layers(recorded, wrong).unexplained > 1000);
}

TEST_CASE("the comparison catches a model that is slightly wrong") {
    const test::RecordedModel recorded("digits_int8");
    for (size_t layer = 0; layer < recorded.model().layers.size(); ++layer) {
        INFO(recorded.model().layers[layer].name);
        Model wrong = recorded.model();
        for (size_t o = 0; o < wrong.layers[layer].bias.size(); ++o) {  // a tenth of an output step, at least 1
            const Layer& right = recorded.model().layers[layer];
            wrong.layers[layer].bias[o] += 1 + static_cast<int32_t>(
                (int64_t{1} << right.shift[o]) / (int64_t{10} * right.significand[o]));
        }
        CHECK(compare_layers(recorded, wrong).unexplained > 0);
        wrong = recorded.model();
        for (uint32_t& significand : wrong.layers[layer].significand) {
            significand += significand >> 9;
        }
        CHECK(compare_layers(recorded, wrong).unexplained > 0);
    }
}

TEST_CASE("the input tensors are onnxruntime's") {
    for (const std::string& name : names) {
        const test::RecordedModel recorded(name);
        for (size_t image = 0; image < recorded.recorded_images(); ++image) {
            REQUIRE(recorded.input(image) == recorded.recorded(recorded.model().input.tensor, image));
        }
    }
}

// A value within its bound of a tie may be rounded the other way in a chain, and what follows differs: each image whose
// logits differ must be one where turning such values gives onnxruntime's logits in every bit.
TEST_CASE("every label and every logit of every test image, the layers in a chain") {
    for (const std::string name : {"ternary", "int8", "ternary_bn", "int4", "apot", "palette", "shift", "ttq",
                                   "binary", "vsq", "rectified"}) {
        const test::RecordedModel recorded("digits_" + name);
        const Model& model = recorded.model();
        REQUIRE(recorded.images() == 360);
        int turned = 0;
        for (size_t image = 0; image < recorded.images(); ++image) {
            INFO(name << " image " << image);
            const TensorValues output =
                golden::run_model(model, recorded.input(image))[static_cast<size_t>(model.output.tensor)];
            CHECK(index_of_largest(output) == recorded.label(image));
            if (golden::dequantize_output(model, output) != recorded.logits(image)) {
                const int flips = test::flips_to(model, recorded.input(image), recorded.logits(image), 2);
                CHECK(flips > 0);
                ++turned;
            }
        }
        // A convolution in a sum has the residual's shift, and so less exact multipliers than a layer of its own.
        CHECK(turned <= (name == "rectified" ? 10 : 4));
    }
}

TEST_CASE("the search for turned values finds nothing where a layer is wrong") {
    const test::RecordedModel recorded("digits_apot");
    const TensorValues input = recorded.input(0);
    CHECK(test::flips_to(recorded.model(), input, recorded.logits(0), 0) == 0);
    Model wrong = recorded.model();
    Layer& last = wrong.layers.back();
    last.bias[3] += static_cast<int32_t>((int64_t{2} << last.shift[3]) / last.significand[3]);  // two output steps
    CHECK(test::flips_to(wrong, input, recorded.logits(0), 1) == -1);
}
