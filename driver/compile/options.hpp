#pragma once
// What the caller may choose about a compilation.

#include <cstdint>
#include <optional>

namespace napier::driver {

// Choices that the cost model makes unless they are fixed; those impossible for a layer are ignored for it.
struct Tuning {
    std::optional<bool> fold_x;         // kernel columns inside the vectors
    std::optional<bool> fold_y;         // kernel rows inside the vectors
    std::optional<bool> columns_outer;  // loop over column tiles outside the loop over pixels
    int most_pixels = 0;                // of a tile; 0: as many as the accumulators hold
};

struct CompileOptions {
    uint32_t memory_base = 0;   // first byte; a multiple of 4096
    bool keep_tensors = false;  // every tensor keeps memory of its own, so that all can be read after the run
    Tuning tuning;
};

}  // namespace napier::driver
