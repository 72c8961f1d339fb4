#pragma once
// A program with everything around it: what a device needs to run it, and the golden interpreter to say what is right.

#include <string>
#include <vector>

#include "driver/device/device.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {

inline constexpr uint32_t page_bytes = 4096;

struct TestProgram {
    std::string name;     // how to make it again
    std::string machine;  // it is made for
    std::vector<spec::CommandWords> commands;
    sim::MemoryConfig memory;      // where the bytes stand and how fast they come
    std::vector<uint8_t> bytes;    // the whole memory, the commands included
    uint32_t program_address = 0;
    uint32_t read_base = 0, read_limit = 0, write_base = 0, write_limit = 0;  // pages
    uint32_t watchdog = 0;         // cycles
    bool hazard_free = true;       // false: its bytes may depend on which queue is faster, so only times are compared
};

// Where the generator keeps what in memory; bytes from the memory's base, each area whole pages.
struct TestAreas {
    struct Area {
        uint32_t first, bytes;
    };
    Area program, activation, weight, parameter, output;
    uint32_t size;  // of the memory
    // Areas that suit the machine's buffers.
    explicit TestAreas(const spec::Machine& machine);
};

}  // namespace napier::driver
