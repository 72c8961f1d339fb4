#include "driver/device/uio_device.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "driver/device/holder.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t address_end = uint64_t{1} << 32;

uint64_t size_of(const std::string& attributes, uint64_t least, const char* what) {
    const uint64_t size = read_attribute(attributes + "/size");
    if (size >= least) return size;
    throw Error(ErrorKind::system,
                fmt::format("'{}/size' says {} bytes, but the {} of device 'uio' need {}; look at its driver's "
                            "settings.", attributes, size, what, least));
}

uint64_t physical_address(const UioFiles& files) {
    const uint64_t address = read_attribute(files.memory_attributes + "/phys_addr");
    const uint64_t size = read_attribute(files.memory_attributes + "/size");
    if (address + size <= address_end) return address;
    throw Error(ErrorKind::system,
                fmt::format("The memory of '{}' ends at {:#x}, past 32-bit addresses; give u-dma-buf a dma-mask of 32 "
                            "bits.", files.memory, address + size));
}

}  // namespace

UioFiles find_uio_files(std::string_view names) {
    const std::string_view whole = names.empty() ? "uio0,udmabuf0" : names;
    const size_t comma = whole.find(',');
    if (comma == 0 || comma == std::string_view::npos || comma + 1 == whole.size() ||
        whole.find(',', comma + 1) != std::string_view::npos) {
        throw Error(ErrorKind::usage, fmt::format("Device 'uio:{}' needs the names of two device files; give it as "
                                                  "uio:uio0,udmabuf0.", names));
    }
    const std::string uio(whole.substr(0, comma)), memory(whole.substr(comma + 1));
    return {"/dev/" + uio, "/dev/" + uio, "/dev/" + memory, "/sys/class/uio/" + uio + "/maps/map0",
            "/sys/class/u-dma-buf/" + memory};
}

UioDevice::UioDevice(const spec::Machine& machine, const UioFiles& files)
    : machine_(machine), clock_hz_(files.clock_hz), answer_time_(files.answer_seconds),
      register_file_(files.registers, "registers"), interrupt_file_(files.interrupt, "interrupt"),
      memory_file_(files.memory, "memory"),
      registers_(register_file_, size_of(files.register_attributes, register_bytes, "registers")),
      memory_(memory_file_, size_of(files.memory_attributes, 1, "memory")), memory_base_(physical_address(files)) {
    hold(register_file_.descriptor(), fmt::format("Board '{}'", files.registers));
    const uint32_t version = read_register(spec::reg_version), identity = read_register(spec::reg_identity);
    if (version == spec::version && identity == machine.identity) return;
    throw Error(ErrorKind::device,
                fmt::format("Behind '{}' is no machine '{}': version and identity read {:#x} and {:#010x}, not {:#x} "
                            "and {:#010x}; load its bitstream, or name the machine that is there.", files.registers,
                            machine.name, version, identity, uint32_t{spec::version}, machine.identity));
}

volatile uint32_t& UioDevice::word(uint32_t offset) const {
    return *reinterpret_cast<volatile uint32_t*>(registers_.bytes() + offset);
}

uint32_t UioDevice::read_register(uint32_t offset) {
    if (offset % sizeof(uint32_t) != 0 || offset >= register_bytes) return 0;
    const uint32_t value = word(offset);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return value;
}

// What was written to memory is there before the machine is told; it reads control as 0 once it has taken the bits.
void UioDevice::write_register(uint32_t offset, uint32_t value) {
    if (offset % sizeof(uint32_t) != 0 || offset >= register_bytes) return;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    word(offset) = value;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (offset != spec::reg_control) return;
    for (const auto begin = Clock::now(); word(spec::reg_control) != 0;) {
        std::this_thread::yield();
        if (Clock::now() - begin < answer_time_) continue;
        throw Error(ErrorKind::device,
                    fmt::format("Register control of '{}' still reads {:#x}, though it always reads 0; is the "
                                "machine's clock on?", register_file_.path(), uint32_t{word(spec::reg_control)}));
    }
}

void UioDevice::check_access(uint64_t address, uint64_t count) const {
    if (address >= memory_base_ && address + count <= memory_base_ + memory_.size()) return;
    throw Error(ErrorKind::device,
                fmt::format("{} bytes at {:#x} leave the board's memory of {} bytes at {:#x} ('{}'); compile the "
                            "program for that memory, or make u-dma-buf's buffer larger.", count, address,
                            memory_.size(), memory_base_, memory_file_.path()));
}

void UioDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) {
    check_access(address, bytes.size());
    std::memcpy(bytes.data(), memory_.bytes() + (address - memory_base_), bytes.size());
}

void UioDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) {
    check_access(address, bytes.size());
    std::memcpy(memory_.bytes() + (address - memory_base_), bytes.data(), bytes.size());
}

// The line is high: an event that is enabled was seen.
bool UioDevice::asked_for() const {
    return (word(spec::reg_interrupt_status) & word(spec::reg_interrupt_enable)) != 0;
}

// UIO: a write of 1 enables the interrupt, a read takes its count. One that was lost is found by the register.
bool UioDevice::wait_interrupt(uint64_t cycles) {
    const double seconds = std::min(double(cycles) / clock_hz_, 1e9);
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    constexpr auto longest = std::chrono::milliseconds(100);
    while (!asked_for()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0) return false;
        const uint32_t enable = 1;
        uint32_t count = 0;
        if (::write(interrupt_file_.descriptor(), &enable, sizeof enable) != sizeof enable) {
            throw Error(ErrorKind::system, fmt::format("The interrupt of '{}' cannot be enabled: {}; does the device "
                                                       "tree name one?", interrupt_file_.path(), std::strerror(errno)));
        }
        pollfd waiting{interrupt_file_.descriptor(), POLLIN, 0};
        if (asked_for() || ::poll(&waiting, 1, int(std::min(left, longest).count())) <= 0) continue;
        if (::read(interrupt_file_.descriptor(), &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR) {
            throw Error(ErrorKind::system, fmt::format("The interrupt of '{}' cannot be read: {}; does another program "
                                                       "use it?", interrupt_file_.path(), std::strerror(errno)));
        }
    }
    return true;
}

uint64_t UioDevice::cycle() const { return word(spec::counters[spec::counter_cycles].offset); }

// A board has no pin of its own for it: the soft reset, and the bus drained.
void UioDevice::reset() {
    write_register(spec::reg_control, 1u << spec::control_reset_bit);
    for (const auto begin = Clock::now(); (word(spec::reg_status) >> spec::status_draining_bit & 1) != 0;) {
        if (Clock::now() - begin < answer_time_) continue;
        throw Error(ErrorKind::device, fmt::format("The machine behind '{}' waits for answers of its bus and cannot be "
                                                   "reset; reset the board.", register_file_.path()));
    }
}

std::optional<sim::MemoryConfig> UioDevice::fixed_memory() const {
    sim::MemoryConfig config;
    config.base = uint32_t(memory_base_);
    config.size = uint32_t(memory_.size());
    return config;
}

void UioDevice::configure_memory(const sim::MemoryConfig& config) { check_access(config.base, config.size); }

}  // namespace napier::driver
