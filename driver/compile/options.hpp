#pragma once
// What the caller may choose about a compilation.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "sw/model/model.hpp"

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
    std::optional<bool> windowed;       // of layers that both can run: by the window engine, or by the array
    int most_rows = 0;                  // of the kernel, whose input is loaded at a time; 0: all, if they fit
    int most_pixels = 0;                // of a tile; 0: as many as the accumulators hold
    std::string format;                 // of the layers that can run in it; empty: the cheapest
    MemoryPace memory;
};

struct Program;

// Time and energy of a program.
struct Cost {
    uint64_t cycles = 0;
    double energy = 0;  // in any unit; 0 if it is not asked for
};

// The cost of the program of a model of one layer. The bytes of its weights may be zeros, not the model's. Called from
// as many threads as the search has.
using Measure = std::function<Cost(const Model&, const Program&)>;

// What a mapping is chosen for: the least of these.
enum class Objective : uint8_t { latency, energy, product };

// The search for a mapping of each layer: the most promising by estimate are measured, each layer alone.
struct SearchOptions {
    size_t candidates = 1;  // mappings of each layer at most; 1: trust the estimate
    double seconds = std::numeric_limits<double>::infinity();  // from the begin of the compilation; then none is begun
    Objective objective = Objective::latency;
    int jobs = 1;                          // threads; the result is the same for any number, but where time ran out
    Measure measure;                       // needed for more than one candidate
    std::function<void(double)> progress;  // may be empty: told the share of the work that is done
};

struct CompileOptions {
    uint32_t memory_base = 0;   // first byte; a multiple of 4096
    bool keep_tensors = false;  // every tensor keeps memory of its own, so that all can be read after the run
    Tuning tuning;
    SearchOptions search;

    static CompileOptions keeping_tensors() {
        CompileOptions options;
        options.keep_tensors = true;
        return options;
    }
};

}  // namespace napier::driver
