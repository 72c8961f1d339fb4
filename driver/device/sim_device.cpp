#include "driver/device/sim_device.hpp"

#include "driver/device/memory_access.hpp"

namespace napier::driver {

SimDevice::SimDevice(const spec::Machine& machine, const DeviceConfig& config)
    : machine_(machine),
      values_(config.values),
      memory_(for_machine(config.memory, machine.beat_bytes)),
      napier_(machine, memory_, config.values) {}

void SimDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) { read_bytes(memory_, address, bytes); }

void SimDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) { write_bytes(memory_, address, bytes); }

void SimDevice::configure_memory(const sim::MemoryConfig& config) {
    memory_.configure(for_machine(config, machine_.beat_bytes));
}

}  // namespace napier::driver
