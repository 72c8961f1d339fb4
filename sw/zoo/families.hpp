#pragma once
// The networks by family: each function builds one with its published sizes, from its input to its scores.

#include <string>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

// SqueezeNext (Gholami et al., 2018, arXiv 1803.10615). version 1..5, width 2, 3 or 4 halves.
void squeezenext(Builder& builder, int version, int halves);

// SqueezeNet (Iandola et al., 2016, arXiv 1602.07360). version 0: 1.0, 1: 1.1; size: of the image.
// has_padding: of the last convolution, as in the public description of 1.0.
void squeezenet(Builder& builder, int version, int64_t size, bool has_padding);

// Caffe's form with two groups (Krizhevsky et al., 2012), without local response normalization.
void alexnet(Builder& builder);

// Redmon's Tiny Darknet.
void tiny_darknet(Builder& builder);

// He et al., 2015, arXiv 1512.03385; 20 with shortcuts without parameters.
void resnet18(Builder& builder);
void resnet20(Builder& builder);

// Howard et al., 2017, arXiv 1704.04861, and 2019, arXiv 1905.02244.
void mobilenet_v1(Builder& builder);
void mobilenet_v3_large(Builder& builder);
void mobilenet_v3_small(Builder& builder);

// Tan and Le, 2019, arXiv 1905.11946.
void efficientnet_b0(Builder& builder);

// Dosovitskiy et al., 2020, arXiv 2010.11929; Touvron et al., 2020, arXiv 2012.12877: square patches of square images.
struct VisionTransformer {
    int64_t channels, heads;
    int64_t image = 224, patch = 16, classes = 1000;
    int blocks = 12;
};
void vision_transformer(Builder& builder, const VisionTransformer& sizes);

// Graham et al., 2021, arXiv 2104.01136: three stages, each of blocks of attention and feed-forward layers.
struct LevitStage {
    int64_t channels;
    int blocks;
    int64_t heads, shrinking_heads;  // the latter of the attention that leads to the next stage
};
struct LevitSizes {
    int64_t image, classes;
    LevitStage stages[3];
};
inline constexpr LevitSizes levit_128s{224, 1000, {{128, 2, 4, 8}, {256, 3, 6, 16}, {384, 4, 8, 0}}};
void levit(Builder& builder, const LevitSizes& sizes);

// Sizes of a transformer of language with gated feed-forward layers.
struct Language {
    int64_t channels, heads, key_heads, hidden;
    bool has_sub_norms;     // BitNet's, before o and down
    const char* activation; // of the gate
    int64_t cached_tokens = 2047;  // before the one that is decoded
};

// One block. tokens: those of a prompt, or 1 with the keys and values of the cached ones as further inputs.
// BitNet b1.58 (Ma et al., 2024, arXiv 2402.17764).
void language_block(Builder& builder, const Language& sizes, int64_t tokens);

// Blocks between a table of tokens, whose rows they begin with, and its products with the last one's values.
struct LanguageModel {
    Language block;
    int64_t rows;  // of the table
    int blocks;
};
inline constexpr LanguageModel mobilellm_125m{{576, 9, 3, 1536, false, "Silu"}, 32000, 30};

// Whole, from tokens to the scores of the next one. MobileLLM (Liu et al., 2024, arXiv 2402.14905).
void language_model(Builder& builder, const LanguageModel& sizes, int64_t tokens);

// One MatMul-free block (Zhu et al., 2024, arXiv 2406.02528). hidden: half the width of the gate's product.
void matmul_free_block(Builder& builder, int64_t channels, int64_t hidden, int64_t tokens);

}  // namespace napier::zoo
