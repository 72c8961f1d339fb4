#pragma once
// A device: an accelerator with its memory, reached by a handful of calls. The same bytes run on all of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/device/wire_fault.hpp"
#include "sim/base/trace.hpp"
#include "sim/memory/memory_config.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

inline constexpr uint32_t register_bytes = 4096;  // of a machine's map of registers

// The files of a board under Linux.
struct UioFiles {
    std::string registers, interrupt, memory;  // of UIO (twice the same) and of u-dma-buf
    std::string register_attributes;           // folder of sysfs with size
    std::string memory_attributes;             // folder of sysfs with size and phys_addr
    double clock_hz = 100e6;                   // of the machine
    double answer_seconds = 1;                 // at most, for a write of control to take effect and the bus to drain
};

struct DeviceConfig {
    sim::MemoryConfig memory;  // beat_bytes is the machine's, whatever stands here
    bool values = true;        // device sim: false gives times without moving data
    uint64_t power_up_seed = 0;  // device rtl: 0: registers and memories wake up as zeros; else random from this seed
    std::string waves;           // device rtl: file for a VCD of every signal; empty: none
    std::optional<UioFiles> uio;  // device uio: its files; nothing: by the device's name
};

class Device {
public:
    virtual ~Device() = default;
    virtual const char* name() const = 0;
    virtual const spec::Machine& machine() const = 0;
    // False: it gives times alone, whatever the input.
    virtual bool values() const { return true; }

    // `offset` as in sw/spec/spec.hpp (reg_...). A read of an undefined offset gives 0.
    virtual uint32_t read_register(uint32_t offset) = 0;
    virtual void write_register(uint32_t offset, uint32_t value) = 0;
    // Throws Error (device) if the range leaves the device's memory.
    virtual void read_memory(uint32_t address, std::span<uint8_t> bytes) = 0;
    virtual void write_memory(uint32_t address, std::span<const uint8_t> bytes) = 0;
    // Lets at most `cycles` device cycles pass; true as soon as the interrupt line is high.
    virtual bool wait_interrupt(uint64_t cycles) = 0;
    // Device cycles since the start write; a register access of a model may take some.
    virtual uint64_t cycle() const = 0;
    // Hard reset of accelerator and bus; the memory's bytes stay.
    virtual void reset() = 0;

    // What a model can tell and a board cannot.
    // Start and end of every command since the last start write; null if the device cannot see them.
    virtual const sim::CommandTrace* trace() const { return nullptr; }
    // Sentences about broken rules of the bus since the last start write; empty is right.
    virtual std::vector<std::string> violations() const { return {}; }
    // Base and size of a memory that stands where it stands; nothing: the device's memory is wherever it is configured.
    virtual std::optional<sim::MemoryConfig> fixed_memory() const { return std::nullopt; }
    // Another memory from the next start on; its bytes stay if base and size do.
    virtual void configure_memory(const sim::MemoryConfig& config) = 0;
    // Another fault on the wires of registers and interrupt, or none, from now on; false: the device has no such wires.
    virtual bool put_on_wires(const WireFault&) { return false; }
};

// `device`: "sim", "rtl", "tlm", "tlm-loose", "uio", also with its files: "uio:uio0,udmabuf0", or with its terminal
// "serial:/dev/ttyUSB0". Throws Error (usage) for an unknown device, (unsupported) for a machine whose RTL is not built
// in, (device, system) for one that cannot be opened.
std::unique_ptr<Device> make_device(std::string_view device, const spec::Machine& machine, const DeviceConfig& config);

}  // namespace napier::driver
