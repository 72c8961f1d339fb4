#pragma once
// What the caller may choose about a compilation.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace napier::driver {

// The memory that estimates assume.
struct MemoryPace {
    double latency = 20;          // cycles from a read request to its first beat
    double bytes_per_cycle = 16;  // at most a beat
};

// Choices that the cost model makes unless they are fixed; those impossible for a layer are ignored for it.
struct Tuning {
    std::optional<bool> fold_x;         // kernel columns inside the vectors
    std::optional<bool> fold_y;         // kernel rows inside the vectors
    std::optional<int> fold_rows;       // with fold_y: so many rows of the kernel in each position; 0: all
    std::optional<bool> columns_outer;  // loop over column tiles outside the loop over pixels
    int most_pixels = 0;                // of a tile; 0: as many as the accumulators hold
    std::string format;                 // of the layers that can run in it; empty: the cheapest
    MemoryPace memory;
};

struct Program;

// Cycles of a program; the values of its tensors do not matter.
using Measure = std::function<uint64_t(const Program&)>;

struct CompileOptions {
    uint32_t memory_base = 0;   // first byte; a multiple of 4096
    bool keep_tensors = false;  // every tensor keeps memory of its own, so that all can be read after the run
    Tuning tuning;
    size_t plans = 1;           // mappings of a layer to measure, the most promising ones; 1: trust the estimate
    Measure measure;            // needed for more than one

    static CompileOptions keeping_tensors() {
        CompileOptions options;
        options.keep_tensors = true;
        return options;
    }
};

}  // namespace napier::driver
