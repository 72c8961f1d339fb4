#pragma once
// Device "uio": a board under Linux. Registers and interrupt come through the UIO driver, memory through u-dma-buf.

#include <chrono>

#include "driver/device/device.hpp"
#include "driver/device/mapped_file.hpp"

namespace napier::driver {

class UioDevice : public Device {
public:
    // Error (system): a file is not there, may not be opened, has another
    // size or is not mapped. Error (device): what answers is no such machine. DeviceError (occupied): another user has
    // the registers open.
    UioDevice(const spec::Machine& machine, const UioFiles& files);

    const char* name() const override { return "uio"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override;
    void write_register(uint32_t offset, uint32_t value) override;
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    bool wait_interrupt(uint64_t cycles) override;
    uint64_t cycle() const override;
    void reset() override;
    std::optional<sim::MemoryConfig> fixed_memory() const override;
    // Error (device): the memory asked for is not inside the board's.
    void configure_memory(const sim::MemoryConfig& config) override;

private:
    volatile uint32_t& word(uint32_t offset) const;
    void check_access(uint64_t address, uint64_t count) const;
    bool asked_for() const;

    const spec::Machine& machine_;
    const double clock_hz_;
    const std::chrono::duration<double> answer_time_;
    const DeviceFile register_file_, interrupt_file_, memory_file_;
    const Mapping registers_, memory_;
    const uint64_t memory_base_;
};

// Files named as "uio0,udmabuf0" under /dev and /sys; empty: these two. Error (usage): another number of names.
UioFiles find_uio_files(std::string_view names);

}  // namespace napier::driver
