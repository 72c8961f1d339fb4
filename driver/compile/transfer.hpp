#pragma once
// Copies between memory and a buffer over any number of nested loops, as few LOAD or STORE commands.

#include <cstdint>
#include <vector>

#include "driver/compile/draft.hpp"

namespace napier::driver {

// One loop: `count` rows, `memory_stride` and `buffer_stride` bytes apart.
struct Loop {
    int64_t count;
    int64_t memory_stride;
    int64_t buffer_stride;
};

// Rows of `length` bytes. Buffer positions are bytes: word * word size + byte.
struct Transfer {
    Space space = Space::activation;  // Space::output: a STORE, else a LOAD
    bool fill = false;
    int fill_byte = 0;
    int64_t memory = 0;
    int64_t buffer = 0;
    int64_t length = 0;
    std::vector<Loop> loops;  // innermost first
    bool packed = false;      // one row: memory holds trits, and `length` is its bytes there
};

// Appends the commands of a transfer to `drafts`.
void emit(const Transfer& transfer, const spec::Machine& machine, const CommandNote& note,
          std::vector<Draft>& drafts);

}  // namespace napier::driver
