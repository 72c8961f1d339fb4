// Do the model's edges follow ONNX QuantizeLinear and DequantizeLinear in binary32, and keep the order of values?

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <numeric>

#include "sw/base/error.hpp"
#include "sw/golden/quantize.hpp"
#include "tests/support/random.hpp"

namespace {

using namespace napier;

// The neighbour of the binary32 quotient that no other byte beats, by search.
int quantize_by_search(float value, float scale, int zero_point) {
    const double quotient = value / scale;  // rounded to binary32 before it is widened
    for (int output = -127; output <= 126; ++output) {
        const double distance = std::fabs(quotient - (output - zero_point));
        if (distance < 0.5 || (distance == 0.5 && (output - zero_point) % 2 == 0)) {
            return output;
        }
    }
    return quotient < -zero_point ? -128 : 127;
}

Model model_with_ports(int height, int width, int channels) {
    Model model;
    model.tensors = {{"in", height, width, channels, 0.5f, 3}};
    model.input = {0, "input", 0, true, true};
    model.output = {0, "output", 0, true, true};
    return model;
}

}  // namespace

TEST_CASE("quantization against a search over every byte") {
    test::Random random(5);
    for (int i = 0; i < 100000; ++i) {
        const float scale = std::ldexp(static_cast<float>(random.number(1, 1 << 24)), random.number(-40, -10));
        const int zero_point = random.number(-128, 127);
        const float steps = static_cast<float>(random.number(-600, 600)) / (random.chance(70) ? 2.0f : 7.0f);
        const float value = steps * scale;
        if (golden::quantize(value, scale, zero_point) != quantize_by_search(value, scale, zero_point)) {
            FAIL(value << " / " << scale << " + " << zero_point);
        }
    }
}

TEST_CASE("ties, ends and infinities") {
    CHECK(golden::quantize(0.5f, 1.0f, 0) == 0);
    CHECK(golden::quantize(1.5f, 1.0f, 0) == 2);
    CHECK(golden::quantize(-0.5f, 1.0f, 1) == 1);
    CHECK(golden::quantize(-1.5f, 1.0f, 1) == -1);
    CHECK(golden::quantize(255.5f, 1.0f, -128) == 127);
    CHECK(golden::quantize(-1e30f, 1.0f, 127) == -128);
    CHECK(golden::quantize(1e30f, 1e-30f, -128) == 127);
    CHECK(golden::quantize(std::numeric_limits<float>::infinity(), 1.0f, 0) == 127);
    CHECK(golden::quantize(-std::numeric_limits<float>::infinity(), 1.0f, 0) == -128);
}

TEST_CASE("the quotient is a binary32 division: 0.35 / 0.1 is a tie there") {
    CHECK(golden::quantize(0.35f, 0.1f, 0) == 4);  // 3.5 in binary32; the exact quotient is below it
    CHECK(static_cast<double>(0.35f) / static_cast<double>(0.1f) < 3.5);
}

TEST_CASE("every byte survives dequantization and quantization") {
    test::Random random(6);
    for (int i = 0; i < 300; ++i) {
        const float scale = std::ldexp(static_cast<float>(random.number(1, 1 << 24)), random.number(-60, 20));
        const int zero_point = random.number(-128, 127);
        for (int value = -128; value <= 127; ++value) {
            const float real = golden::dequantize(static_cast<int8_t>(value), scale, zero_point);
            REQUIRE(golden::quantize(real, scale, zero_point) == value);
        }
    }
    CHECK(golden::dequantize(-128, 0.5f, 127) == -127.5f);
}

TEST_CASE("an image in channels-first order becomes a channels-last tensor and comes back") {
    Model model = model_with_ports(2, 3, 2);
    std::vector<float> image(12);
    std::iota(image.begin(), image.end(), 0.0f);
    const golden::TensorValues tensor = golden::quantize_input(model, image);
    CHECK(tensor == golden::TensorValues{3, 15, 5, 17, 7, 19, 9, 21, 11, 23, 13, 25});
    CHECK(golden::dequantize_output(model, tensor) == image);
    model.input.channels_first = false;
    model.output.channels_first = false;
    CHECK(golden::quantize_input(model, image)[1] == 5);
    CHECK(golden::dequantize_output(model, golden::quantize_input(model, image)) == image);
}

TEST_CASE("bytes are gray levels to a float port and stored values to any other") {
    Model model = model_with_ports(1, 1, 2);
    const std::vector<uint8_t> bytes = {16, 200};
    CHECK(golden::quantize_input(model, bytes) == golden::TensorValues{35, 127});
    model.input.is_float = false;
    CHECK(golden::quantize_input(model, bytes) == golden::TensorValues{16, -56});
    model.input.stored_offset = -128;
    CHECK(golden::quantize_input(model, bytes) == golden::TensorValues{-112, 72});
}

TEST_CASE("indices are four bytes each, the lowest first") {
    Model model = model_with_ports(1, 3, 4);
    model.input.is_float = model.input.channels_first = false;
    model.input.rows = 70000;
    CHECK(golden::value_count(model, model.input) == 3);
    CHECK(golden::quantize_input(model, std::vector<float>{69999.0f, -1.0f, -70000.0f}) ==
          golden::TensorValues{111, 17, 1, 0, -1, -1, -1, -1, -112, -18, -2, -1});
    CHECK(golden::quantize_input(model, std::vector<uint8_t>{0, 200, 3}) ==
          golden::TensorValues{0, 0, 0, 0, -56, 0, 0, 0, 3, 0, 0, 0});
    for (const float wrong : {70000.0f, -70001.0f, 0.5f, std::nanf(""), 1e30f}) {
        CHECK_THROWS_WITH(golden::quantize_input(model, std::vector<float>{0.0f, 0.0f, wrong}),
                          Catch::Contains("for the index of one of 70000 rows; give an integer of -70000 to 69999."));
    }
    CHECK_THROWS_WITH(golden::quantize_input(model, std::vector<float>(12)),
                      Catch::Contains("takes 3 indices and got 12; give one whole list."));
    model.more_inputs = {model.input};
    model.more_inputs[0].rows = 2;
    CHECK(golden::quantize_input(model, std::vector<float>{9, 8, 7, 1, 0, -1}) ==
          golden::TensorValues{9, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1});
}

TEST_CASE("wrong counts, kinds and values are refused") {
    Model model = model_with_ports(1, 1, 2);
    CHECK_THROWS_AS(golden::quantize_input(model, std::vector<float>{1.0f}), Error);
    CHECK_THROWS_AS(golden::quantize_input(model, std::vector<uint8_t>{1, 2, 3}), Error);
    CHECK_THROWS_AS(golden::quantize_input(model, std::vector<float>{1.0f, std::nanf("")}), Error);
    CHECK_THROWS_AS(golden::dequantize_output(model, golden::TensorValues{1}), Error);
    model.input.is_float = false;
    CHECK_THROWS_AS(golden::quantize_input(model, std::vector<float>{1.0f, 2.0f}), Error);
    CHECK_THROWS_AS(golden::quantize_input(model, std::vector<uint8_t>{1}), Error);
}
