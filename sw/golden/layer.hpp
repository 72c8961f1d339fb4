#pragma once
// The network from its definition (sw/model/model.hpp), in plain loops: what the right answer is.

#include <cstdint>
#include <vector>

#include "sw/golden/requantize.hpp"
#include "sw/model/model.hpp"

namespace napier::golden {

// Values of one tensor, [height][width][channels].
using TensorValues = std::vector<int8_t>;

// Where a pixel's channel stands in a tensor's values.
size_t element_index(const Tensor& tensor, int y, int x, int channel);

// Number of values of a tensor.
size_t element_count(const Tensor& tensor);

// Extent of the output of a window: floor((extent + pads - dilation*(kernel - 1) - 1) / stride) + 1; 0 if it never
// fits.
int output_extent(int extent, int kernel, int stride, int dilation, int pad_before, int pad_after);

// The exact sum over ky, kx, i of f(activation, weight), or the greatest, for one output, without the bias.
int64_t accumulate(const Model& model, const Layer& layer, const TensorValues& input, int y, int x, int channel);

// What follows the accumulator of one output channel.
Requantization requantization(const Model& model, const Layer& layer, int channel);

// Output values of one layer of a valid model. tensors: one entry per Model::tensors, of which those of tensors_read
// are read. Error: one of them has the wrong number of values; what run_host throws.
TensorValues run_layer(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors);

// Every tensor of a valid model for the given input tensor, the constant ones included.
std::vector<TensorValues> run_model(const Model& model, const TensorValues& input);

}  // namespace napier::golden
