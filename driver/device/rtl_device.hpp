#pragma once
// Device "rtl": the verilated machine on a test bench.

#include "driver/device/device.hpp"
#include "driver/device/verilated/test_bench.hpp"
#include "sim/memory/memory_model.hpp"

namespace napier::driver {

class RtlDevice : public Device {
public:
    // Throws Error (unsupported) if the machine's RTL is not built in.
    RtlDevice(const spec::Machine& machine, const DeviceConfig& config);

    const char* name() const override { return "rtl"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override;
    void write_register(uint32_t offset, uint32_t value) override;
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    bool wait_interrupt(uint64_t cycles) override { return bench_.wait_interrupt(cycles); }
    uint64_t cycle() const override { return bench_.cycle(); }
    void reset() override { bench_.reset(); }
    const sim::CommandTrace* trace() const override;
    std::vector<std::string> violations() const override { return bench_.checker().violations(); }
    void configure_memory(const sim::MemoryConfig& config) override;
    bool put_on_wires(const WireFault& fault) override {
        bench_.put(fault);
        return true;
    }
    uint64_t total_cycles() const { return bench_.total_cycles(); }  // clock edges so far

private:
    void begin_run();

    const spec::Machine& machine_;
    sim::MemoryModel memory_;
    TestBench bench_;
    std::vector<uint32_t> program_[sim::engine_count];  // indices in the program of each engine's commands
    mutable sim::CommandTrace trace_;
};

}  // namespace napier::driver
