#pragma once
// Devices "tlm" and "tlm-loose": the accelerator as a SystemC module on a platform of its own, approximately timed and
// exact to the cycle, or loosely timed.

#include "driver/device/device.hpp"
#include "sim/tlm/platform.hpp"

namespace napier::driver {

class TlmDevice : public Device {
public:
    // Errors: as sim::Platform.
    TlmDevice(const spec::Machine& machine, const DeviceConfig& config, bool loose);

    const char* name() const override { return loose_ ? "tlm-loose" : "tlm"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override { return platform_.read_register(offset); }
    void write_register(uint32_t offset, uint32_t value) override { platform_.write_register(offset, value); }
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    bool wait_interrupt(uint64_t cycles) override { return platform_.wait_interrupt(cycles); }
    uint64_t cycle() const override { return platform_.cycle(); }
    void reset() override { platform_.reset(); }
    const sim::CommandTrace* trace() const override { return &platform_.trace(); }
    void configure_memory(const sim::MemoryConfig& config) override;

private:
    const spec::Machine& machine_;
    const bool loose_;
    mutable sim::Platform platform_;
};

}  // namespace napier::driver
