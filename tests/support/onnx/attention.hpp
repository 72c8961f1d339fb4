#pragma once
// The evaluator's operators of transformers, along the last axis.

#include "tests/support/onnx/operations.hpp"

namespace napier::test {

Array softmax(const Array& a);
Array normalize_pixels(const Call& call);  // LayerNormalization, RMSNormalization
Array rotate(const Call& call);            // RotaryEmbedding of [1, heads, tokens, channels]
Array recur(const Call& call);             // LinearRecurrence of [1, tokens, channels]

}  // namespace napier::test
