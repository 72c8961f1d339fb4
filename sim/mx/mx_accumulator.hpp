#pragma once
// Twin of rtl/mx/mx_accumulator.sv: the float32 accumulators of the tile in work, and how close passes may follow.

#include <cstdint>
#include <vector>

#include "sim/mx/float32_add.hpp"

namespace napier::sim {

class MxAccumulators {
public:
    MxAccumulators(int columns, int depth)
        : columns_(columns), sums_(static_cast<size_t>(columns) * static_cast<size_t>(depth)) {}

    // One sum for each column enters a pixel's accumulators, or +0.
    void add(int64_t pixel, bool overwrite, const BlockSum* sums) {
        uint32_t* accumulators = sums_.data() + pixel * columns_;
        for (int c = 0; c < columns_; ++c) {
            accumulators[c] = block_accumulate(overwrite ? 0 : accumulators[c], sums[c]);
        }
    }

    // The same of one float32 for each column.
    void add(int64_t pixel, bool overwrite, const uint32_t* products) {
        uint32_t* accumulators = sums_.data() + pixel * columns_;
        for (int c = 0; c < columns_; ++c) {
            accumulators[c] = float32_add(overwrite ? 0 : accumulators[c], products[c]);
        }
    }

    // Patterns of float32.
    const uint32_t* pixel(int64_t index) const { return sums_.data() + index * columns_; }

    // Cycles of an addition, and from the first vector of a pass to that of the next at least.
    static constexpr int add_cycles(int sum_bits) { return sum_bits > 28 ? 9 : 8; }
    static constexpr int turn_cycles(int sum_bits) { return add_cycles(sum_bits) + 2; }

private:
    int columns_;
    std::vector<uint32_t> sums_;
};

}  // namespace napier::sim
