#pragma once
// The quantized network as the machine sees it: the only thing the importer hands to the compiler and the golden model.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/spec/spec.hpp"

namespace napier {

// Channels that share an integer scale (VS-Quant): neighbours, beginning at a multiple of so many.
inline constexpr size_t scale_vector = spec::formats[spec::format_vsq].scale_vector;

// An activation tensor of one image, channels last [height][width][channels], int8.
// real = scale * vector_scales[channel / scale_vector] * (value - zero_point).
struct Tensor {
    std::string name;
    int height = 1;
    int width = 1;
    int channels = 1;
    float scale = 1.0f;
    int zero_point = 0;  // -128..127; also the padding value
    // Values are +1 and -1 alone, real = scale * value; eight channels of a pixel to a byte of memory, the lowest bit
    // first, 0 is +1. zero_point is then +1 or -1, and nothing but the padding value.
    bool one_bit = false;
    std::vector<uint8_t> vector_scales = {};  // 1..15, one for each vector of channels; empty: all 1
    // A part of the tensor `whole`, of the same scale and zero point, not one-bit: channels first_channel ... of all
    // its pixels, or, with as many channels, pixels first_pixel ... through its rows. A whole has no layer of its own:
    // those of its parts, which are all of it, or as one of them an input of the model, write it. Only it is read.
    int whole = -1;  // index into Model::tensors; -1: it is no part
    int first_channel = 0;
    int first_pixel = 0;
    int view_of = -1;  // 0 or above: that tensor's values in this shape, in its memory; no layer writes this one
};

// Window of a convolution over its input.
struct Window {
    int kernel_h = 1, kernel_w = 1;
    int stride_y = 1, stride_x = 1;
    int dilation_y = 1, dilation_x = 1;
    int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
    bool operator==(const Window&) const = default;
};

// An int8 function of a layer's outputs.
struct OutputTable {
    std::string function;         // the file's operators: "HardSwish"
    std::vector<int8_t> entries;  // [256], of output b as number b modulo 256; empty: there is none
    int zero_point = 0;           // of the outputs that are looked up, in place of the output tensor's
};

// A tensor's values in the place of constant weights: a product of two activations, for each group of channels.
// The layer's group g takes the operand's group p = g / (layer.groups / groups); with in channels, out channels those
// of a group of the layer, i = 0 ... in - 1, o = 0 ... out - 1:
//   weight[g*out + o][i] = operand[pixel o][channel p*in + i] - zero_point    if outputs_are_pixels: of `out` pixels
//                          operand[pixel i][channel p*out + o] - zero_point   else: of `in` pixels
// where pixels count through the rows of the tensor.
struct Operand {
    int tensor = -1;                  // -1: there is none
    int groups = 1;                   // of its channels; divides the layer's
    bool outputs_are_pixels = false;
    int words = -1;                   // of a model for a machine: the tensor that holds them as its weight words
};

// What the host computes in the place of the machine, in float32 (sw/golden/host.hpp says how), between two parts of
// the program. The layer then has an input, an output and perhaps `second` and `initial`; its window, weights, scaling
// are unused. Gather's input holds an index in each pixel.
struct HostWork {
    // "Softmax", "LayerNormalization", "RMSNormalization", "RotaryEmbedding", "Mul", "LinearRecurrence", "Gather";
    // "": none
    std::string function;
    int second = -1;   // index into Model::tensors, of the output's shape: Mul's factor, LinearRecurrence's new values
    int initial = -1;  // likewise, of one pixel: LinearRecurrence's state before the first pixel; -1: 0
    int groups = 1;        // Softmax, RotaryEmbedding: of a pixel's channels, each by itself
    float factor = 1.0f;   // Softmax: of its input, before the mask
    float epsilon = 0.0f;  // of a normalization
    std::vector<float> gain, offset;  // [channels], of a normalization; empty: 1, 0
    std::vector<float> mask;  // Softmax: [pixels][channels / groups], or [pixels][channels], added; empty: 0
    std::vector<float> cosines, sines;  // RotaryEmbedding: [pixels][channels / groups / 2]
    std::vector<int8_t> rows;  // Gather: [rows][channels of the output], values of the output, as they are
};

// A row's index takes so many channels of a tensor's pixel: a two's complement number, its lowest byte first.
inline constexpr int index_bytes = 4;
inline constexpr int greatest_rows = 1 << 24;  // so that float32 has all indices

// A tensor that no layer computes: the same values for every image.
struct ConstantTensor {
    int tensor = -1;
    std::vector<int8_t> values;  // [height][width][channels]
};

// One step of the network. Every operator lowers to this one form (a matrix product is a 1x1 convolution, a global
// average is a depthwise convolution of ones, an addition is an identity convolution with a residual, a max pool the
// greatest in place of the sum):
//   acc[y][x][o] = sum over ky, kx, i of input_scale(channel) *
//                      f(input[y*stride_y + ky*dilation_y - pad_top][...][channel], weight[o][ky][kx][i]),
//                  channel = group(o)*in_per_group + i
//   sum = acc + bias[o]; if the layer is rectified, 0 in its place where it is negative
//   v = sum * significand[o]
//       + (residual ? (residual[y][x][o] - residual.zero_point) * residual_significand : 0)
//   output[y][x][o] = clamp(round_half_even(v / 2^shift[o]) + output.zero_point, clamp_low, clamp_high)
// With a factor, each channel is multiplied by a value of one pixel of that tensor, which has at least as many:
//   acc[y][x][o] = (input[y][x][o] - input.zero_point) * (factor[0][0][o] - factor.zero_point)
// the window is then one tap, groups are channels, all weights are 1, and bias holds no share of a zero point.
// With an operand, its values less its zero point are the weights and the terms (input - input.zero_point) * weight;
// the window is then one tap, and bias holds no share of a zero point.
// With a table the zero point is the table's, and the output the table's entry of that number.
// A one-bit output is -1 where that output is negative, with 0 for output.zero_point, else +1.
// Outside the input the activation is input.zero_point; bias already holds -zero_point *
// sum(input_scale * weight). If the layer takes the greatest, acc is the greatest input[...][channel] that the window
// meets inside the input, -128 if none, each channel by itself; all weights are 1, and bias holds -zero_point.
struct Layer {
    std::string name;         // of the node it came from
    std::string operation;    // the node's: "Conv", "Gemm", "MatMul", "Add", "MaxPool", "Concat" ...
    int input = -1;           // index into Model::tensors
    int output = -1;
    int residual = -1;        // -1: none; same shape as the output
    int factor = -1;          // -1: none
    Operand operand;
    HostWork host;
    Window window;
    int groups = 1;
    bool greatest = false;    // of the window, not a sum
    bool rectified = false;   // a Relu stands before the residual
    std::string format;       // name of the cheapest number format that holds the weights exactly
    std::vector<int8_t> weight;         // [out channels][kernel_h][kernel_w][in channels / groups]
    std::vector<uint8_t> input_scales;  // the input's vector_scales, if the terms are multiplied by them; empty: by 1
    std::vector<int32_t> bias;          // [out channels]
    std::vector<uint32_t> significand;  // [out channels], below 2^24
    std::vector<uint8_t> shift;         // [out channels], below 64; all equal if there is a residual
    uint32_t residual_significand = 0;  // below 2^24
    int clamp_low = -128, clamp_high = 127;
    OutputTable table;
};

// The output tensor's zero point as the scaling of the sums uses it.
inline int scaled_zero_point(const Layer& layer, const Tensor& output) {
    if (!layer.table.entries.empty()) return layer.table.zero_point;
    return output.one_bit ? 0 : output.zero_point;
}

// Indices of the tensors that a layer reads, its input first.
inline std::vector<int> tensors_read(const Layer& layer) {
    std::vector<int> result{layer.input};
    for (const int tensor : {layer.residual, layer.factor, layer.operand.tensor, layer.host.second,
                             layer.host.initial}) {
        if (tensor != -1) {
            result.push_back(tensor);
        }
    }
    return result;
}

// The integer by which the terms of an input channel are multiplied.
inline int input_scale(const Layer& layer, int channel) {
    return layer.input_scales.empty() ? 1 : layer.input_scales[static_cast<size_t>(channel) / scale_vector];
}

// How the model's own input or output values map to the int8 tensor: int8 value = stored value + offset (uint8: -128).
struct Port {
    int tensor = -1;
    std::string name;        // in the model file
    int stored_offset = 0;   // 0 for int8, -128 for uint8
    bool channels_first = true;
    bool is_float = true;    // the file's type is float32: quantized or dequantized at the edge with the tensor's scale
    int groups = 1;          // above 1, of an input: in the file [groups][height][width][channels / groups]
    int rows = 0;            // above 0, of an input: integers, the indices of so many rows; -1 is the last
};

struct Model {
    std::string name;
    std::vector<Tensor> tensors;
    std::vector<ConstantTensor> constants;
    std::vector<Layer> layers;  // in order of execution
    Port input;                     // the file's first
    std::vector<Port> more_inputs;  // and its others, in their order
    Port output;
    std::vector<std::string> notes;  // what the importer decided or rounded, one sentence each
};

// All inputs of a model or a program. What a run takes is the values of all, one behind the other.
template <typename Network>
std::vector<Port> inputs_of(const Network& network) {
    std::vector<Port> result{network.input};
    result.insert(result.end(), network.more_inputs.begin(), network.more_inputs.end());
    return result;
}

}  // namespace napier
