#pragma once
// Reading and writing a modelled memory from the host.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/memory/memory_model.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

// Throws Error (device) if [address, address + count) leaves the memory.
inline void check_access(const sim::MemoryModel& memory, uint32_t address, size_t count) {
    if (memory.holds(address, count)) return;
    throw Error(ErrorKind::device,
                fmt::format("{} bytes at {:#x} leave the device's memory of {} bytes at {:#x}; give the "
                            "device more memory.",
                            count, address, memory.config().size, memory.config().base));
}

inline void read_bytes(const sim::MemoryModel& memory, uint32_t address, std::span<uint8_t> bytes) {
    check_access(memory, address, bytes.size());
    std::copy_n(memory.at(address), bytes.size(), bytes.begin());
}

inline void write_bytes(sim::MemoryModel& memory, uint32_t address, std::span<const uint8_t> bytes) {
    check_access(memory, address, bytes.size());
    std::copy(bytes.begin(), bytes.end(), memory.at(address));
}

inline sim::MemoryConfig for_machine(sim::MemoryConfig config, int beat_bytes) {
    config.beat_bytes = uint32_t(beat_bytes);
    return config;
}

}  // namespace napier::driver
