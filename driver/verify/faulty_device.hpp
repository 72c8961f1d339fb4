#pragma once
// A device with one fault in it: on its wires and in its memory where it has them, else between the driver and the
// device that does the work.

#include <functional>
#include <map>

#include "driver/device/device.hpp"
#include "driver/verify/fault.hpp"

namespace napier::driver {

class FaultyDevice : public Device {
public:
    // `memory`: the configuration without faults.
    FaultyDevice(Device& device, const sim::MemoryConfig& memory) : device_(device), memory_(memory) {}

    // From now on the fault is there; register accesses are counted from here. A fault of the host does nothing here.
    void arm(const Fault& fault);
    void disarm();
    uint64_t register_reads() const { return reads_; }
    uint64_t register_writes() const { return writes_; }
    // Called with true when a call enters the device below and with false when it leaves it.
    void on_call(std::function<void(bool inside)> hook) { hook_ = std::move(hook); }

    const char* name() const override { return device_.name(); }
    const spec::Machine& machine() const override { return device_.machine(); }
    bool values() const override { return device_.values(); }
    uint32_t read_register(uint32_t offset) override;
    void write_register(uint32_t offset, uint32_t value) override;
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override;
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override;
    bool wait_interrupt(uint64_t cycles) override;
    uint64_t cycle() const override { return device_.cycle() + hidden_; }
    void reset() override;
    const sim::CommandTrace* trace() const override { return device_.trace(); }
    std::vector<std::string> violations() const override;
    void configure_memory(const sim::MemoryConfig& config) override { device_.configure_memory(config); }

private:
    // A fault that is this device's to play.
    bool is(FaultKind kind) const { return armed_ && !on_wires_ && fault_.kind == kind; }
    bool wait_until_place(uint64_t cycles);
    struct Inside {
        explicit Inside(const std::function<void(bool)>& hook) : hook(hook) { if (hook) hook(true); }
        ~Inside() { if (hook) hook(false); }
        const std::function<void(bool)>& hook;
    };

    Device& device_;
    const sim::MemoryConfig memory_;
    Fault fault_;
    bool armed_ = false, struck_ = false;
    bool on_wires_ = false;  // the device below plays it
    uint64_t reads_ = 0, writes_ = 0;
    uint64_t hidden_ = 0;  // cycles that only the driver sees pass
    uint64_t early_ = 0;   // interrupts given early
    std::map<uint32_t, uint32_t> seen_;  // of each register, what it was when it was last read
    std::function<void(bool)> hook_;
};

}  // namespace napier::driver
