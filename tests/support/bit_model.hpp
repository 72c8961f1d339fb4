#pragma once
// Random models with activations of one bit: a layer of products that makes them, one of matches between two such
// tensors, one of matches that makes bytes.

#include "sw/model/model.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

// most_bits: channels of a one-bit tensor. Bits of a byte that are no channel are never padded with -1.
Model bit_model(Random& random, int most_bits);

}  // namespace napier::test
