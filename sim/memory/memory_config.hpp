#pragma once
// What can be said about the memory of a device; what it means is in memory_model.hpp.

#include <cstdint>

namespace napier::sim {

struct MemoryConfig {
    uint32_t base = 0;              // byte address of the first byte
    uint32_t size = 1u << 20;       // bytes
    uint32_t beat_bytes = 16;       // of the machine, a power of two; set by the device
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
    // Other faults, by the number of the burst they strike; -1: none.
    int64_t read_error_beat = -1;             // of the burst read_error, the one beat answered with SLVERR; -1: all
    int64_t read_late = -1, write_late = -1;  // late_cycles later than the others
    uint32_t late_cycles = 0;
    int64_t read_corrupt = -1;                // a bit of a beat is not memory's
    int64_t write_corrupt = -1;               // a bit that reaches memory is not the machine's
    uint32_t corrupt_place = 0;               // which beat and bit of the burst, taken modulo what it has
    int64_t write_dropped = -1;               // answered OKAY, and nothing reaches memory
    int64_t write_doubled = -1;               // reaches memory again with the second write after it
    int64_t last_early = -1, last_missing = -1;  // rlast a beat early, never; a device without rlast does not see it
};

}  // namespace napier::sim
