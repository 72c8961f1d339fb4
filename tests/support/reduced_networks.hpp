#pragma once
// The zoo's transformers with fewer tokens, channels and blocks: every kind of layer, small enough for verilated RTL.

#include <span>

#include "sw/zoo/families.hpp"
#include "sw/zoo/zoo.hpp"

namespace napier::test {

// 5 tokens of 16 channels, two heads, two blocks.
inline void reduced_vision_transformer(zoo::Builder& builder) {
    zoo::vision_transformer(builder, {16, 2, 8, 4, 10, 2});
}

// A stem of four convolutions, then 25, 9 and 4 tokens.
inline void reduced_levit(zoo::Builder& builder) {
    zoo::levit(builder, {80, 10, {{16, 1, 2, 2}, {24, 1, 2, 2}, {32, 1, 2, 0}}});
}

// Of a prompt of 8 tokens: 4 heads that share two for keys, normalizations before the last products.
inline void reduced_language_block(zoo::Builder& builder) {
    zoo::language_block(builder, {32, 4, 2, 48, true, "SquaredRelu"}, 8);
}

// The same for one token behind 11 others.
inline void reduced_language_decode(zoo::Builder& builder) {
    zoo::language_block(builder, {32, 4, 2, 48, true, "SquaredRelu", 11}, 1);
}

// Of 6 tokens, and of one with its state as a second input.
inline void reduced_matmul_free_block(zoo::Builder& builder) { zoo::matmul_free_block(builder, 32, 48, 6); }
inline void reduced_matmul_free_decode(zoo::Builder& builder) { zoo::matmul_free_block(builder, 32, 48, 1); }

// Whole, of 7 tokens out of 50, two blocks; and of one token behind 9.
inline constexpr zoo::LanguageModel reduced_mobilellm{{32, 4, 2, 48, false, "Silu", 9}, 50, 2};
inline void reduced_language_model(zoo::Builder& builder) { zoo::language_model(builder, reduced_mobilellm, 7); }
inline void reduced_language_model_decode(zoo::Builder& builder) { zoo::language_model(builder, reduced_mobilellm, 1); }

inline constexpr zoo::Entry reduced_transformers[] = {
    {"reduced-vit", "ViT, reduced", 20, reduced_vision_transformer},
    {"reduced-levit", "LeViT, reduced", 20, reduced_levit},
    {"reduced-bitnet", "BitNet b1.58, one block, reduced", 23, reduced_language_block},
    {"reduced-bitnet-decode", "BitNet b1.58, one block, one token, reduced", 23, reduced_language_decode},
    {"reduced-mobilellm", "MobileLLM, reduced", 23, reduced_language_model},
    {"reduced-mobilellm-decode", "MobileLLM, one token, reduced", 23, reduced_language_model_decode},
    {"reduced-mmfree", "MatMul-free, one block, reduced", 23, reduced_matmul_free_block},
    {"reduced-mmfree-decode", "MatMul-free, one block, one token, reduced", 23, reduced_matmul_free_decode},
};

}  // namespace napier::test
