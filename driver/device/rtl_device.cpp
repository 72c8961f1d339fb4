#include "driver/device/rtl_device.hpp"

#include <fmt/format.h>

#include "driver/device/memory_access.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/command.hpp"

namespace napier::driver {

namespace {

std::unique_ptr<Core> core_of(const spec::Machine& machine, const DeviceConfig& config) {
    auto core = make_core(machine.name, config.power_up_seed, config.waves);
    if (!core) {
        throw Error(
            ErrorKind::unsupported,
            fmt::format("The RTL of machine '{}' is not built in (built in: {}); use the device 'sim', or build with "
                        "-DNAPIER_MACHINES=\"...;{}\".",
                        machine.name, built_in_cores(), machine.name));
    }
    return core;
}

}  // namespace

RtlDevice::RtlDevice(const spec::Machine& machine, const DeviceConfig& config)
    : machine_(machine), memory_(for_machine(config.memory, machine.beat_bytes)),
      bench_(machine, core_of(machine, config), memory_) {}

uint32_t RtlDevice::read_register(uint32_t offset) { return bench_.read_register(offset); }

void RtlDevice::write_register(uint32_t offset, uint32_t value) {
    bool starts = false;
    if (offset == spec::reg_control && (value >> spec::control_start_bit & 1) != 0) {
        const uint32_t status = bench_.peek_register(spec::reg_status);
        starts = (status >> spec::status_busy_bit & 1) == 0 && (status >> spec::status_draining_bit & 1) == 0;
    }
    if (starts) begin_run();
    bench_.write_register(offset, value, starts);
}

void RtlDevice::begin_run() {
    const auto window = [this](uint32_t base, uint32_t limit) {
        return BusWindow{bench_.peek_register(base), bench_.peek_register(limit)};
    };
    bench_.set_windows(window(spec::reg_read_base, spec::reg_read_limit),
                       window(spec::reg_write_base, spec::reg_write_limit));
    for (auto& indices : program_) indices.clear();
    const uint64_t address = bench_.peek_register(spec::reg_program_address);
    const uint32_t length = bench_.peek_register(spec::reg_program_length);
    for (uint32_t i = 0; i < length; ++i) {
        const uint64_t place = address + uint64_t{i} * spec::command_bytes;
        if (!memory_.holds(place, spec::command_bytes)) return;
        const uint32_t opcode = *memory_.at(uint32_t(place)) & spec::field_mask(spec::common::opcode);
        const uint32_t engine = opcode - uint32_t(spec::Opcode::load);
        if (engine < sim::engine_count) program_[engine].push_back(i);
    }
}

const sim::CommandTrace* RtlDevice::trace() const {
    trace_ = bench_.trace();
    for (int engine = 0; engine < sim::engine_count; ++engine) trace_.name(sim::Engine(engine), program_[engine]);
    return &trace_;
}

void RtlDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) { read_bytes(memory_, address, bytes); }

void RtlDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) { write_bytes(memory_, address, bytes); }

void RtlDevice::configure_memory(const sim::MemoryConfig& config) {
    memory_.configure(for_machine(config, machine_.beat_bytes));
}

}  // namespace napier::driver
