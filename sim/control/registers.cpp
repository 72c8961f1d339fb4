#include "sim/control/registers.hpp"

#include "sw/spec/machine.hpp"

namespace napier::sim {

namespace {
constexpr uint32_t bit(uint32_t place) { return 1u << place; }
constexpr uint32_t interrupt_bits = bit(spec::interrupt_enable_done_bit) | bit(spec::interrupt_enable_error_bit);
constexpr uint32_t page_bytes = 4096;
}  // namespace

Registers::Action Registers::write(Cycle cycle, uint32_t offset, uint32_t value, bool halted, bool draining) {
    const bool busy = busy_.at(cycle);
    const uint32_t address_bits = spec::address_mask(*machine_);
    const uint32_t page_bits = address_bits / page_bytes, limit_bits = 2 * page_bits + 1;
    const auto set = [&](uint32_t& setting, uint32_t bits) {
        if (!busy) setting = value & bits;
    };
    switch (offset) {
        case spec::reg_control:
            if ((value & bit(spec::control_reset_bit)) != 0) {
                busy_.set(cycle, false);
                done_.set(cycle, false);
                return Action::reset;
            }
            if ((value & bit(spec::control_start_bit)) == 0 || busy || halted || draining) return Action::none;
            busy_.set(cycle, true);
            done_.set(cycle, false);
            return Action::start;
        case spec::reg_interrupt_enable: enable_.set(cycle, value & interrupt_bits); break;
        case spec::reg_interrupt_status: status_.set(cycle, status_.next() & ~value); break;
        case spec::reg_program_address: set(program_address, address_bits); break;
        case spec::reg_program_length: set(program_length, spec::most_commands(*machine_)); break;
        case spec::reg_read_base: set(read_base, page_bits); break;
        case spec::reg_read_limit: set(read_limit, limit_bits); break;
        case spec::reg_write_base: set(write_base, page_bits); break;
        case spec::reg_write_limit: set(write_limit, limit_bits); break;
        case spec::reg_watchdog: set(watchdog, ~0u); break;
        case spec::reg_job:
            if (machine_->checksums != 0) set(job_, ~0u);
            break;
        default: break;
    }
    return Action::none;
}

uint32_t Registers::read(Cycle cycle, uint32_t offset, const Fault& fault, bool draining,
                         const Checksums& checksums) const {
    const bool busy = busy_.at(cycle), tells = done_.at(cycle) && machine_->checksums != 0;
    switch (offset) {
        case spec::reg_status:
            return uint32_t(busy) << spec::status_busy_bit | uint32_t(done_.at(cycle)) << spec::status_done_bit |
                   uint32_t(fault.failed(cycle) && !busy) << spec::status_error_bit |
                   uint32_t(draining && !busy) << spec::status_draining_bit;
        case spec::reg_interrupt_enable: return enable_.at(cycle);
        case spec::reg_interrupt_status: return status_.at(cycle);
        case spec::reg_program_address: return program_address;
        case spec::reg_program_length: return program_length;
        case spec::reg_read_base: return read_base;
        case spec::reg_read_limit: return read_limit;
        case spec::reg_write_base: return write_base;
        case spec::reg_write_limit: return write_limit;
        case spec::reg_watchdog: return watchdog;
        case spec::reg_error_code: return fault.failed(cycle) ? fault.error().code : 0;
        case spec::reg_error_address: return fault.failed(cycle) ? fault.error().address : 0;
        case spec::reg_error_command: return fault.failed(cycle) ? fault.error().command : 0;
        case spec::reg_version: return spec::version;
        case spec::reg_job: return job_;
        case spec::reg_completed_job: return tells ? completed_ : 0;
        case spec::reg_fetch_checksum: return tells ? checksums.fetch : 0;
        case spec::reg_load_checksum: return tells ? checksums.load : 0;
        case spec::reg_store_checksum: return tells ? checksums.store : 0;
        default: return 0;
    }
}

void Registers::finished(Cycle cycle) {
    busy_.set(cycle, false);
    done_.set(cycle, true);
    completed_ = job_;
    status_.set(cycle, status_.next() | bit(spec::interrupt_status_done_bit));
}

void Registers::stopped(Cycle cycle) {
    busy_.set(cycle, false);
    status_.set(cycle, status_.next() | bit(spec::interrupt_status_error_bit));
}

bool Registers::interrupt(Cycle cycle) const { return (status_.at(cycle) & enable_.at(cycle)) != 0; }

void Registers::reset() {
    busy_ = done_ = Registered<bool>(false);
    enable_ = status_ = Registered<uint32_t>(0);
    watchdog = job_ = 0;
}

void Registers::restart() {
    busy_ = Registered<bool>(busy_.next());
    done_ = Registered<bool>(done_.next());
    enable_ = Registered<uint32_t>(enable_.next());
    status_ = Registered<uint32_t>(status_.next());
}

}  // namespace napier::sim
