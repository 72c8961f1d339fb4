#pragma once
// Commands before their tokens are chosen, with what they touch.

#include <array>
#include <cstdint>
#include <vector>

#include "driver/compile/program.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {

enum class Queue : uint8_t { load, exec, store };
inline constexpr int queue_count = 3;

// Buffers in the order of the LOAD targets, the output buffer, and memory.
enum class Space : uint8_t { activation, weight, parameter, residual, palette, table, output, memory };
inline constexpr int space_count = 8;

// Words [begin, end) of a buffer, or bytes of memory. May cover more than the command touches.
struct Access {
    Space space;
    bool write;
    int64_t begin, end;
};

struct Draft {
    Queue queue;
    spec::CommandWords words{};
    CommandNote note;
    std::vector<Access> accesses;
};

// The commands of one step in the order of their queues; loads come first, stores last.
struct Step {
    std::vector<Draft> loads, execs, stores;
};

// True if one of the two writes what the other touches.
bool conflict(const Draft& left, const Draft& right);

}  // namespace napier::driver
