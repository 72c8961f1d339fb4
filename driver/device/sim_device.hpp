#pragma once
// Device "sim": the cycle-exact simulator.

#include "driver/device/device.hpp"
#include "sim/napier.hpp"

namespace napier::driver {

class SimDevice : public Device {
public:
    SimDevice(const spec::Machine& machine, const DeviceConfig& config);

    const char* name() const override { return "sim"; }
    const spec::Machine& machine() const override { return machine_; }
    bool values() const override { return values_; }
    uint32_t read_register(uint32_t offset) override { return napier_.read_register(offset); }
    void write_register(uint32_t offset, uint32_t value) override { napier_.write_register(offset, value); }
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    bool wait_interrupt(uint64_t cycles) override { return napier_.wait_interrupt(cycles); }
    uint64_t cycle() const override { return napier_.cycle(); }
    void reset() override { napier_.reset(); }
    const sim::CommandTrace* trace() const override { return &napier_.trace(); }
    void configure_memory(const sim::MemoryConfig& config) override;

private:
    const spec::Machine& machine_;
    const bool values_;
    sim::MemoryModel memory_;
    sim::Napier napier_;
};

}  // namespace napier::driver
