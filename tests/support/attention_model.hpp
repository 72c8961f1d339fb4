#pragma once
// A random block of attention: products of two activations between work of the host.

#include "sw/model/model.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

struct AttentionOptions {
    int greatest_tokens = 24;
    int greatest_heads = 4;
    int greatest_channels = 14;  // of a head
};

// Queries, keys and values of an image's pixels by products with weights, scores of every two tokens, their softmax,
// the values weighed by them, and behind it one of the other functions of the host. Some heads share keys and values;
// some models have cached keys and values or a state as further inputs, a constant tensor for a residual, a mask,
// biases, or end with a layer of the machine.
Model attention_model(Random& random, const AttentionOptions& options = {});

}  // namespace napier::test
