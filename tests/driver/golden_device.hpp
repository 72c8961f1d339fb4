#pragma once
// A device for tests of the driver: the golden interpreter behind the registers, without time.

#include <functional>
#include <map>

#include "driver/device/device.hpp"
#include "sw/golden/interpreter/interpreter.hpp"

namespace napier::test {

class GoldenDevice : public driver::Device {
public:
    GoldenDevice(const spec::Machine& machine, const sim::MemoryConfig& memory)
        : machine_(machine), state_(machine, {memory.base, std::vector<uint8_t>(memory.size)}) {
        registers_[spec::reg_version] = spec::version;
        registers_[spec::reg_identity] = machine.identity;
    }

    const char* name() const override { return "golden"; }
    const spec::Machine& machine() const override { return machine_; }
    uint32_t read_register(uint32_t offset) override {
        return answers ? answers(offset, registers_[offset]) : registers_[offset];
    }
    void write_register(uint32_t offset, uint32_t value) override {
        if (offset == lost_write) return;
        registers_[offset] = value;
        if (offset != spec::reg_control) return;
        if ((value >> spec::control_reset_bit & 1) != 0) registers_[spec::reg_status] = 0;
        if ((value >> spec::control_start_bit & 1) != 0) start();
    }
    void read_memory(uint32_t address, std::span<uint8_t> bytes) override {
        for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = *state_.memory.find(address + static_cast<uint32_t>(i));
    }
    void write_memory(uint32_t address, std::span<const uint8_t> bytes) override {
        for (size_t i = 0; i < bytes.size(); ++i) *state_.memory.find(address + static_cast<uint32_t>(i)) = bytes[i];
        if (uint8_t* bad = state_.memory.find(bad_address)) *bad = 0x5a;
    }
    bool wait_interrupt(uint64_t) override { return !hangs; }
    uint64_t cycle() const override { return 0; }
    void reset() override {}
    void configure_memory(const sim::MemoryConfig&) override {}
    std::vector<std::string> violations() const override { return broken_rules; }

    std::function<uint32_t(uint32_t offset, uint32_t value)> answers;  // what a read gives of what a register holds
    uint32_t lost_write = ~0u;              // writes of this register do not arrive
    uint32_t bad_address = ~0u;             // a byte of memory that keeps nothing
    bool hangs = false;                     // the interrupt never comes
    std::vector<std::string> broken_rules;  // of the bus

private:
    void start() {
        registers_[spec::reg_status] = 1u << spec::status_busy_bit;
        if (hangs) return;
        const golden::Outcome outcome = golden::interpret(
            state_, {registers_[spec::reg_program_address], registers_[spec::reg_program_length],
                     registers_[spec::reg_read_base], registers_[spec::reg_read_limit],
                     registers_[spec::reg_write_base], registers_[spec::reg_write_limit]});
        registers_[spec::reg_error_code] = static_cast<uint32_t>(outcome.code);
        registers_[spec::reg_error_address] = outcome.address;
        registers_[spec::reg_error_command] = outcome.command;
        registers_[spec::counters[spec::counter_commands].offset] =
            outcome.success() ? registers_[spec::reg_program_length] : outcome.command;
        registers_[spec::reg_status] = 1u << (outcome.success() ? spec::status_done_bit : spec::status_error_bit);
    }

    const spec::Machine& machine_;
    golden::State state_;
    std::map<uint32_t, uint32_t> registers_;
};

}  // namespace napier::test
