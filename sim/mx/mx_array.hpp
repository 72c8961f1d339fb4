#pragma once
// Twin of rtl/mx/mx_array.sv: the weight blocks of a pass, and a vector of sums for each activation block.

#include <vector>

#include "sim/mx/mx_dot.hpp"

namespace napier::sim {

class MxArray {
public:
    explicit MxArray(int columns) : weights_(static_cast<size_t>(columns)) {}

    // Cycles from an activation block to its sums.
    static constexpr int cycles(int sum_bits) { return sum_bits > 32 ? 12 : 11; }

    // Takes the weights of a pass; column c's block, scale first, at byte c * block_bytes.
    void load(int element, const uint8_t* word, int block_bytes) {
        for (DecodedBlock& weights : weights_) {
            weights = mx_decode(element, word[0], word + 1);
            word += block_bytes;
        }
    }

    // sums: one for each column. block: scale first.
    void run(int element, const uint8_t* block, BlockSum* sums) const {
        const DecodedBlock activations = mx_decode(element, block[0], block + 1);
        for (const DecodedBlock& weights : weights_) *sums++ = mx_dot(activations, weights);
    }

private:
    std::vector<DecodedBlock> weights_;
};

}  // namespace napier::sim
