#include "driver/verify/faulty_device.hpp"

#include <algorithm>

namespace napier::driver {
namespace {

// What the memory does of a fault.
void put(sim::MemoryConfig& memory, const Fault& fault) {
    const int64_t place = int64_t(fault.place);
    memory.corrupt_place = uint32_t(fault.amount);
    memory.late_cycles = uint32_t(fault.amount);
    switch (fault.kind) {
        case FaultKind::read_error: memory.read_error = place; break;
        case FaultKind::read_error_beat:
            memory.read_error = place;
            memory.read_error_beat = int64_t(fault.amount);
            break;
        case FaultKind::write_error: memory.write_error = place; break;
        case FaultKind::read_never: memory.read_dead = place; break;
        case FaultKind::write_never: memory.write_dead = place; break;
        case FaultKind::read_late: memory.read_late = place; break;
        case FaultKind::write_late: memory.write_late = place; break;
        case FaultKind::last_early: memory.last_early = place; break;
        case FaultKind::last_missing: memory.last_missing = place; break;
        case FaultKind::write_dropped: memory.write_dropped = place; break;
        case FaultKind::write_doubled: memory.write_doubled = place; break;
        case FaultKind::read_corrupted: memory.read_corrupt = place; break;
        case FaultKind::write_corrupted: memory.write_corrupt = place; break;
        default: break;
    }
}

// What wires do of a fault; kind none: it is none of theirs.
WireFault wire_fault(const Fault& fault) {
    using Kind = WireFault::Kind;
    constexpr uint64_t cycles_an_interrupt = 4;  // from one that is seen to the next look at the line
    const uint64_t place = fault.place;
    switch (fault.kind) {
        case FaultKind::interrupt_lost: return {Kind::interrupt_low};
        case FaultKind::interrupt_spurious: return {Kind::interrupt_high, place, place + 1};
        case FaultKind::interrupt_early:
            return {Kind::interrupt_high, place, place + cycles_an_interrupt * fault.amount};
        case FaultKind::interrupt_stuck: return {Kind::interrupt_high};
        case FaultKind::registers_gone: return {Kind::gone, place};
        case FaultKind::read_all_ones: return {Kind::read_ones, place, place + 1};
        case FaultKind::read_stale: return {Kind::read_stale, place, place + fault.amount};
        case FaultKind::write_lost: return {Kind::write_lost, place, place + 1};
        default: return {};
    }
}

}  // namespace

void FaultyDevice::arm(const Fault& fault) {
    disarm();
    fault_ = fault;
    armed_ = true;
    sim::MemoryConfig memory = memory_;
    put(memory, fault);
    device_.configure_memory(memory);
    const WireFault wires = wire_fault(fault);
    on_wires_ = device_.put_on_wires(wires) && wires.kind != WireFault::Kind::none;
}

void FaultyDevice::disarm() {
    armed_ = struck_ = on_wires_ = false;
    device_.put_on_wires({});
    reads_ = writes_ = hidden_ = early_ = 0;
    device_.configure_memory(memory_);
}

uint32_t FaultyDevice::read_register(uint32_t offset) {
    const Inside inside(hook_);
    const uint64_t number = reads_++;
    const uint32_t value = device_.read_register(offset);
    if (is(FaultKind::registers_gone) && !struck_ && number >= fault_.place) return ~0u;
    if (is(FaultKind::read_all_ones) && number == fault_.place) return ~0u;
    if (is(FaultKind::read_stale) && number >= fault_.place && number < fault_.place + fault_.amount) {
        const auto old = seen_.find(offset);
        return old == seen_.end() ? 0 : old->second;
    }
    return seen_[offset] = value;
}

void FaultyDevice::write_register(uint32_t offset, uint32_t value) {
    const Inside inside(hook_);
    const uint64_t number = writes_++;
    if (is(FaultKind::registers_gone) && !struck_ && reads_ > fault_.place) return;
    if (is(FaultKind::write_lost) && number == fault_.place) return;
    device_.write_register(offset, value);
}

void FaultyDevice::read_memory(uint32_t address, std::span<uint8_t> bytes) {
    const Inside inside(hook_);
    device_.read_memory(address, bytes);
}

void FaultyDevice::write_memory(uint32_t address, std::span<const uint8_t> bytes) {
    const Inside inside(hook_);
    device_.write_memory(address, bytes);
}

// True when the fault's cycle has come.
bool FaultyDevice::wait_until_place(uint64_t cycles) {
    const uint64_t now = device_.cycle();
    if (now < fault_.place) device_.wait_interrupt(std::min(cycles, fault_.place - now));
    return device_.cycle() >= fault_.place;
}

bool FaultyDevice::wait_interrupt(uint64_t cycles) {
    const Inside inside(hook_);
    if (is(FaultKind::interrupt_stuck)) return true;
    if (is(FaultKind::interrupt_early) && early_ < fault_.amount) return ++early_, true;
    if (is(FaultKind::interrupt_spurious) && !struck_) return struck_ = wait_until_place(cycles);
    if (is(FaultKind::reset) && !struck_ && wait_until_place(cycles)) {
        struck_ = true;
        device_.reset();
        return false;
    }
    const bool high = device_.wait_interrupt(cycles);
    if (!is(FaultKind::interrupt_lost)) return high;
    if (high) hidden_ += cycles;
    return false;
}

void FaultyDevice::reset() {
    const Inside inside(hook_);
    struck_ = true;
    device_.reset();
}

std::vector<std::string> FaultyDevice::violations() const {
    const Inside inside(hook_);
    return device_.violations();
}

}  // namespace napier::driver
