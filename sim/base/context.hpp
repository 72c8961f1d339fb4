#pragma once
// What every twin may look at and write to; one for a simulator, given by reference.

#include <array>

#include "sim/base/engine.hpp"
#include "sim/control/checksums.hpp"
#include "sim/memory/memory_model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

// By spec::Counter, as 64 bits; the registers show the low 32.
using Counters = std::array<uint64_t, spec::counter_count>;

// Bytes of the read and write windows, first and past the last; 64 bits, because the past-the-last may be 2^32.
struct Window {
    uint64_t base = 0;
    uint64_t limit = 0;
    bool holds(uint32_t address) const { return address >= base && address < limit; }
};

struct Context {
    const spec::Machine& machine;
    EventQueue& events;
    MemoryModel& memory;
    Counters& counters;
    CommandTrace& trace;
    Checksums& checksums;
    bool values = true;  // false: time alone; no byte moves, except commands as they are fetched
    Window read_window, write_window;  // taken from the registers when a program starts
};

}  // namespace napier::sim
