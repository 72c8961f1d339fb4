#pragma once
// Proof that a layer's accumulators do not overflow, from its actual weights and every activation in [-128, 127].

#include <cstdint>

#include "sw/model/model.hpp"

namespace napier::golden {

// What the accumulators of a layer can reach, over all output channels.
// partial: any sum of some of the terms of an output, in any order, hence every intermediate sum of every schedule; in
// planes, every intermediate sum of Horner's rule, with the terms of a plane in any order.
// biased: accumulator + bias when all terms are in. Both ends can be reached.
struct AccumulatorBound {
    int64_t least_partial = 0, greatest_partial = 0;
    int64_t least_biased = 0, greatest_biased = 0;
    int bits = 1;  // of the smallest two's complement that holds all four
};

// planes: of trits, if more than one; then the format multiplies by -1, 0 and +1 (sw/formats/planes.hpp).
// terms: of a sum of products of two tensors, hence the channels of a group of the input; both zero points are 0.
AccumulatorBound accumulator_bound(const Layer& layer, int planes = 1, int64_t terms = 0);

// Error (capacity): an accumulator of this many bits might overflow.
void require_accumulator(const Layer& layer, int accumulator_bits, int planes = 1, int64_t terms = 0);

// Bits of the smallest two's complement that holds the value.
int signed_bits(int64_t value);

}  // namespace napier::golden
