#include "driver/session/controller.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace napier::driver {
namespace {

constexpr uint32_t bit(uint32_t place) { return 1u << place; }
constexpr uint32_t status_bits = bit(spec::status_busy_bit) | bit(spec::status_done_bit) |
                                 bit(spec::status_error_bit) | bit(spec::status_draining_bit);
constexpr uint32_t interrupts = bit(spec::interrupt_enable_done_bit) | bit(spec::interrupt_enable_error_bit);
constexpr int drain_looks = 64;             // at the status, while the bus drains
constexpr uint64_t drain_cycles = 256;      // between two of them
constexpr uint64_t first_look = 1 << 12;    // cycles until the status is read without an interrupt; then twice that
constexpr uint64_t longest_look = 1 << 20;
constexpr uint64_t most_false_interrupts = 1 << 20;

}  // namespace

void Controller::fail(Cause cause, const std::string& what) const {
    throw DeviceError(cause, fmt::format("Device '{}' {}", device_.name(), what));
}

uint32_t Controller::status() {
    const uint32_t status = device_.read_register(spec::reg_status);
    if ((status & ~status_bits) == 0) return status;
    fail(Cause::unreachable, fmt::format("answers {:#x} for its status, which has no such bits; check that it has "
                                         "power and a clock, and that its address is right.", status));
}

// After a reset: looks at the status until the bus has drained.
bool Controller::come_back() {
    device_.write_register(spec::reg_interrupt_enable, 0);
    device_.write_register(spec::reg_interrupt_status, interrupts);
    for (int look = 0; look < drain_looks; ++look) {
        if (device_.read_register(spec::reg_status) == 0) return true;
        device_.wait_interrupt(drain_cycles);
    }
    return false;
}

void Controller::recover() {
    device_.write_register(spec::reg_control, bit(spec::control_reset_bit));
    if (come_back()) return;
    device_.reset();
    if (come_back()) return;
    fail(Cause::unreachable, fmt::format("is not idle after a reset (status {:#x}); power it off and on.",
                                         device_.read_register(spec::reg_status)));
}

void Controller::set(uint32_t offset, uint32_t value) {
    device_.write_register(offset, value);
    const uint32_t kept = device_.read_register(offset);
    if (kept == value) return;
    const auto named = std::find_if(std::begin(spec::registers), std::end(spec::registers),
                                    [&](const spec::Register& entry) { return entry.offset == offset; });
    fail(Cause::setting, fmt::format("holds {:#x} in register '{}' after {:#x} was written; run again, and check the "
                                     "connection.", kept, named->name, value));
}

void Controller::start(const RunSettings& settings) {
    set(spec::reg_program_address, settings.program_address);
    set(spec::reg_program_length, settings.program_length);
    set(spec::reg_read_base, settings.read_base);
    set(spec::reg_read_limit, settings.read_limit);
    set(spec::reg_write_base, settings.write_base);
    set(spec::reg_write_limit, settings.write_limit);
    set(spec::reg_watchdog, settings.watchdog);
    if (device_.machine().checksums != 0) set(spec::reg_job, settings.job);
    set(spec::reg_interrupt_enable, interrupts);
    device_.write_register(spec::reg_control, bit(spec::control_start_bit));
}

Controller::End Controller::wait(uint64_t deadline, const std::atomic<bool>* cancelled) {
    uint64_t waited = 0, look = first_look, false_interrupts = 0;
    for (;;) {
        const uint64_t cycles = std::min(look, deadline - std::min(deadline, waited));
        const bool interrupted = device_.wait_interrupt(cycles);
        const uint32_t now = status();
        if ((now & bit(spec::status_error_bit)) != 0) return End::error;
        if ((now & bit(spec::status_done_bit)) != 0) return End::done;
        if ((now & bit(spec::status_busy_bit)) == 0) {
            fail(Cause::stopped, "is idle, and its program neither done nor failed: the start was lost, or somebody "
                                 "reset it; run again.");
        }
        if (interrupted && ++false_interrupts == most_false_interrupts) {
            fail(Cause::unreachable, "holds its interrupt without a reason; check the line.");
        }
        if (!interrupted) waited += cycles, look = std::min(2 * look, longest_look);
        if (cancelled != nullptr && cancelled->load()) fail(Cause::cancelled, "was told to give up its program.");
        if (std::max(waited, device_.cycle()) < deadline) continue;
        fail(Cause::deadline, fmt::format("has not finished after {} cycles (status {:#x}); raise the deadline, or "
                                          "reset it.", deadline, now));
    }
}

}  // namespace napier::driver
