#pragma once
// The model's own edges: real images to the int8 input tensor, the int8 output tensor to real numbers.

#include <cstdint>
#include <span>
#include <vector>

#include "sw/golden/layer.hpp"

namespace napier::golden {

// ONNX QuantizeLinear in the int8 domain: saturate(round_half_even(value / scale) + zero_point). The quotient is one
// IEEE 754 binary32 division; rounding, addition and saturation are exact. Infinities saturate. value: not NaN.
int8_t quantize(float value, float scale, int zero_point);

// ONNX DequantizeLinear: (value - zero_point) * scale, one binary32 product of exact operands.
float dequantize(int8_t value, float scale, int zero_point);

// Values of an image at a port: the tensor's, or the indices that it holds.
size_t value_count(const Model& model, const Port& port);

// One image, in the input port's order ([channels][height][width] if channels_first, or groups outside), as the input
// tensor; of several inputs one behind the other, both. A float port: real numbers, quantized. A port of indices:
// integers. Error: a port is neither, the count is wrong, a value is NaN or no row's index.
TensorValues quantize_input(const Model& model, std::span<const float> image);

// Bytes: gray levels or indices 0..255 at such a port; stored uint8 or int8 values at any other. Error: as above.
TensorValues quantize_input(const Model& model, std::span<const uint8_t> image);

// The same of one of the inputs.
TensorValues quantize_input(const Model& model, const Port& port, std::span<const float> image);
TensorValues quantize_input(const Model& model, const Port& port, std::span<const uint8_t> image);

// The output tensor as real numbers in the output port's order.
std::vector<float> dequantize_output(const Model& model, const TensorValues& output);

// A tensor's values in [channels][height][width] order, and back.
template <typename Value>
std::vector<Value> to_channels_first(const Tensor& tensor, std::span<const Value> values) {
    std::vector<Value> result;
    result.reserve(values.size());
    for (int c = 0; c < tensor.channels; ++c) {
        for (int y = 0; y < tensor.height; ++y) {
            for (int x = 0; x < tensor.width; ++x) {
                result.push_back(values[element_index(tensor, y, x, c)]);
            }
        }
    }
    return result;
}
template <typename Value>
std::vector<Value> to_channels_last(const Tensor& tensor, std::span<const Value> values) {
    std::vector<Value> result(values.size());
    size_t next = 0;
    for (int c = 0; c < tensor.channels; ++c) {
        for (int y = 0; y < tensor.height; ++y) {
            for (int x = 0; x < tensor.width; ++x) {
                result[element_index(tensor, y, x, c)] = values[next++];
            }
        }
    }
    return result;
}

}  // namespace napier::golden
