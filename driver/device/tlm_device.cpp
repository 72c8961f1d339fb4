#include "driver/device/tlm_device.hpp"

#include "driver/device/memory_access.hpp"

namespace napier::driver {

TlmDevice::TlmDevice(const spec::Machine& machine, const DeviceConfig& config, bool loose)
    : machine_(machine), loose_(loose), platform_(machine, for_machine(config.memory, machine.beat_bytes), loose) {}

void TlmDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) {
    read_bytes(platform_.memory(), address, bytes);
}

void TlmDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) {
    write_bytes(platform_.memory(), address, bytes);
}

void TlmDevice::configure_memory(const sim::MemoryConfig& config) {
    platform_.configure(for_machine(config, machine_.beat_bytes));
}

}  // namespace napier::driver
