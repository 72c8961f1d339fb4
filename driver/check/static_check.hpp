#pragma once
// Proof, from a program's bytes alone, that it is legal, ends, and gives the same bytes whatever the timing.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sw/spec/command.hpp"

namespace napier::driver {

// Bytes [begin, end) of memory.
struct MemoryRange {
    int64_t begin = 0, end = 0;
};

// What the check may assume of the world outside the program.
struct ProgramSurroundings {
    MemoryRange readable{0, int64_t{1} << 32};         // the window of reads
    MemoryRange writable{0, int64_t{1} << 32};         // the window of writes
    std::vector<MemoryRange> given;  // bytes the host has written; none: all of them
};

// Checks of every command: legal fields, inside buffers and windows. Of all together: every wait is served by an
// earlier command, every token is taken, no counter overflows; nothing is read before it was written; whatever two
// commands of different queues touch, one of them writing, they are ordered by tokens; tiles open and close in turn.
// Returns a sentence for each problem, at most `most`; none: the program is right.
std::vector<std::string> static_check(std::span<const spec::CommandWords> commands, const spec::Machine& machine,
                                      const ProgramSurroundings& surroundings = {}, size_t most = 20);

}  // namespace napier::driver
