#pragma once
// What can be said about the memory of a device; what it means is in memory_model.hpp.

#include <cstdint>

namespace napier::sim {

struct MemoryConfig {
    uint32_t base = 0;              // byte address of the first byte
    uint32_t size = 1u << 20;       // bytes
    uint32_t beat_bytes = 16;       // of the machine; set by the device
    uint32_t read_latency = 20;     // cycles, at least 1
    uint32_t write_latency = 10;    // cycles, at least 1
    double bytes_per_cycle = 16.0;  // limited to a beat a cycle
    uint64_t seed = 0;
    uint32_t extra_latency = 0;     // cycles
    uint32_t gap_percent = 0;
    uint32_t gap_cycles = 0;
    uint32_t stall_percent = 0;     // below 100
    // Faults: the number of the burst answered with SLVERR, and of the first one never answered; -1: none.
    int64_t read_error = -1, write_error = -1;
    int64_t read_dead = -1, write_dead = -1;
};

}  // namespace napier::sim
