#pragma once
// Attention by heads: what the transformers share.

#include <string>

#include "sw/zoo/builder.hpp"

namespace napier::zoo {

// [1, T, heads * channels] -> [1, heads, T, channels], quantized around 0.
Value by_heads(Builder& builder, const std::string& name, const Value& input, int64_t heads);

// Its inverse.
Value by_tokens(Builder& builder, const std::string& name, const Value& input);

// Scores q k^T / sqrt(channels) of q [..., M, channels] and k [..., N, channels]; layer <name>qk.
Value scores(Builder& builder, const std::string& name, const Value& queries, const Value& keys);

// softmax(scores + mask) v; layer <name>pv. mask: as of Builder::softmax.
Value weighted(Builder& builder, const std::string& name, const Value& scores, const Value& values,
               const std::string& mask = "");

}  // namespace napier::zoo
