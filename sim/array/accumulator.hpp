#pragma once
// Twin of rtl/array/accumulator.sv: the accumulators of the tile in work, modulo 2^32 (the RTL keeps their low bits).
// One tile is enough: the twin processes a tile as soon as its last command starts.

#include <cstdint>
#include <vector>

#include "sw/spec/spec.hpp"

namespace napier::sim {

class Accumulators {
public:
    // Columns are padded to whole blocks, for the kernels of array.hpp.
    static constexpr int block = 16;

    explicit Accumulators(const spec::Machine& machine)
        : stride_((machine.columns + block - 1) / block * block),
          sums_(static_cast<size_t>(machine.accumulator_depth) * static_cast<size_t>(stride_)) {}

    // Pixels 0 .. count - 1 times three.
    void triple(int64_t count) {
        for (int32_t* sum = pixel(0); sum != pixel(count); ++sum) {
            *sum = static_cast<int32_t>(3 * static_cast<uint32_t>(*sum));
        }
    }

    int stride() const { return stride_; }
    int32_t* pixel(int64_t index) { return sums_.data() + index * stride_; }
    const int32_t* pixel(int64_t index) const { return sums_.data() + index * stride_; }

private:
    int stride_;
    std::vector<int32_t> sums_;
};

}  // namespace napier::sim
