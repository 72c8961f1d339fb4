#pragma once
// A network of real numbers, in microscaling blocks or with piecewise-affine products, as the golden model takes it.
// docs/microscaling.md says what each step computes.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sw/formats/block.hpp"
#include "sw/model/model.hpp"

namespace napier {

// An activation tensor of one image, channels last [height][width][channels]. format: how a value is kept, "float32",
// "bfloat16", or an element format of microscaling: every pixel's channels in blocks of 32, the last filled with zeros.
struct RealTensor {
    std::string name;
    int height = 1;
    int width = 1;
    int channels = 1;
    std::string format = "float32";
    std::string scale_rule = "floor";  // of blocks
};

// Block dot products in channel order, or piecewise-affine products of bfloat16 numbers.
enum class RealProduct { blocks, piecewise_affine };

// One step of the network:
//   acc = sum over ky, kx, i of input[y*stride_y + ky*dilation_y - pad_top][...][group(o)*in_per_group + i]
//                             * weight[o][ky][kx][i]      in this order, +0 first, rounded after every block or product
//   output[y][x][o] = clamp(acc + bias[o], clamp_low, clamp_high), kept in the output's format
// Outside the input the activation is 0. Blocks take the input's own, so that its format is one of microscaling and
// in_per_group a multiple of 32, or groups is 1. A piecewise-affine product rounds the input to bfloat16.
struct RealLayer {
    std::string name;       // of the node it came from
    std::string operation;  // "Conv", "Gemm", "MatMul", "PamConv", "PamMatMul"
    int input = -1;         // index into RealModel::tensors
    int output = -1;
    Window window;
    int groups = 1;
    RealProduct product = RealProduct::blocks;
    std::string weight_format;                 // of the blocks
    std::vector<formats::Block> weight_block;  // [out channels][kernel_h][kernel_w][in_per_group / 32 rounded up]
    std::vector<uint16_t> weight_half;         // bfloat16, [out channels][kernel_h][kernel_w][in_per_group]
    std::vector<float> bias;                   // [out channels]
    float clamp_low = -std::numeric_limits<float>::infinity();
    float clamp_high = std::numeric_limits<float>::infinity();
};

// How the file's own values stand: [channels][height][width] if channels_first, else as the tensor.
struct RealPort {
    int tensor = -1;
    std::string name;  // in the model file
    bool channels_first = true;
};

struct RealModel {
    std::string name;
    std::vector<RealTensor> tensors;
    std::vector<RealLayer> layers;  // in order of execution
    RealPort input;
    RealPort output;
    std::vector<std::string> notes;  // what the importer decided, one sentence each
};

}  // namespace napier
