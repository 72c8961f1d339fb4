#pragma once
// Accelerators with memories of their own in the process's SystemC kernel, for callers that know nothing of SystemC.
//
// SystemC elaborates once in a process. So all places for accelerators are made when the first is asked for, and a
// place that is given back serves again, for any machine. Calls of several threads wait for each other.

#include <cstdint>
#include <memory>

#include "sim/base/trace.hpp"
#include "sim/memory/memory_model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

inline constexpr int most_platforms = 8;

class Platform {
public:
    // loose: timing of sim/tlm/accelerator.hpp. Error (device): all places are taken, or the process has begun a
    // SystemC simulation of its own before the first was asked for.
    Platform(const spec::Machine& machine, const MemoryConfig& config, bool loose);
    ~Platform();
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;

    // As of driver::Device.
    uint32_t read_register(uint32_t offset);
    void write_register(uint32_t offset, uint32_t value);
    bool wait_interrupt(uint64_t cycles);
    uint64_t cycle();
    void reset();
    void configure(const MemoryConfig& config);
    const CommandTrace& trace() const;
    MemoryModel& memory();

private:
    class Slot;
    struct Kernel;
    Slot& slot_;
};

}  // namespace napier::sim
