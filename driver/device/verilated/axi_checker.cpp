#include "driver/device/verilated/axi_checker.hpp"

#include <fmt/format.h>

#include <bit>

namespace napier::driver {

namespace {
constexpr uint32_t page_bytes = 4096;
constexpr uint8_t incrementing = 1;
constexpr size_t most_violations = 20;
}  // namespace

void AxiChecker::report(uint64_t cycle, const std::string& what) {
    if (violations_.size() < most_violations) violations_.push_back(fmt::format("Cycle {}: {}.", cycle, what));
}

void AxiChecker::start(BusWindow read, BusWindow write) {
    read_window_ = read;
    write_window_ = write;
    violations_.clear();
}

void AxiChecker::clear() {
    const BusWindow read = read_window_, write = write_window_;
    const auto violations = std::move(violations_);
    *this = AxiChecker(*machine_);
    read_window_ = read, write_window_ = write, violations_ = violations;
}

void AxiChecker::take(uint64_t cycle, const Inputs& in, const Outputs& out) {
    if (!in.rst_ni) return;
    address(cycle, "read", out.read, held_read_, in.memory_arready, read_window_);
    address(cycle, "write", out.write, held_write_, in.memory_awready, write_window_);
    data(cycle, in, out);
    outstanding(cycle, in, out);
    pulses(cycle, out);
    if (in.memory_rvalid && !out.memory_rready) report(cycle, "rready is low with rvalid high");
    if (in.memory_bvalid && !out.memory_bready) report(cycle, "bready is low with bvalid high");
}

void AxiChecker::address(uint64_t cycle, const char* channel, const AddressChannel& now, AddressChannel& held,
                         bool ready, const BusWindow& window) {
    if (held.valid && now != held)
        report(cycle,
               fmt::format("the {} address {:#x} changed or fell before it was accepted", channel, held.address));
    held = now.valid && !ready ? now : AddressChannel{};
    if (!now.valid) return;
    const uint32_t bytes = uint32_t(machine_->beat_bytes), beats = now.length + 1u;
    const uint64_t last = uint64_t{now.address} - now.address % bytes + uint64_t{beats} * bytes - 1;
    if ((1u << now.size) != bytes)
        report(cycle, fmt::format("{} size is {}, not a beat of {} bytes", channel, now.size, bytes));
    if (now.burst != incrementing) report(cycle, fmt::format("{} burst type is {}, not INCR", channel, now.burst));
    if (int(beats) > machine_->burst_beats)
        report(cycle, fmt::format("{} burst of {} beats is too long", channel, beats));
    if (now.address / page_bytes != last / page_bytes)
        report(cycle, fmt::format("{} burst at {:#x} of {} beats crosses 4 KiB", channel, now.address, beats));
    const uint32_t page = now.address / page_bytes;
    if (page < window.base || page >= window.limit)
        report(cycle, fmt::format("{} address {:#x} is outside its window", channel, now.address));
}

void AxiChecker::data(uint64_t cycle, const Inputs& in, const Outputs& out) {
    const DataChannel& now = out.write_data;
    if (held_data_.valid && now != held_data_) report(cycle, "write data changed or fell before it was accepted");
    held_data_ = now.valid && !in.memory_wready ? now : DataChannel{};
    if (now.valid) {
        const uint64_t all = machine_->beat_bytes == 64 ? ~uint64_t{0} : (uint64_t{1} << machine_->beat_bytes) - 1;
        const uint64_t low = now.strobe >> (now.strobe == 0 ? 0 : std::countr_zero(now.strobe));
        if (now.strobe == 0 || (now.strobe & ~all) != 0 || (low & (low + 1)) != 0)
            report(cycle, fmt::format("write strobe {:#x} is not one run of bytes in a beat", now.strobe));
    }
    if (out.write.valid && in.memory_awready) lengths_.push_back(out.write.length + 1u);
    if (now.valid && in.memory_wready) {
        ++beats_;
        if (now.last) early_.push_back(beats_), beats_ = 0;
        else if (!lengths_.empty() && early_.empty() && beats_ >= lengths_.front())
            report(cycle, fmt::format("wlast is missing in beat {}", beats_));
    }
    while (!lengths_.empty() && !early_.empty()) {
        if (lengths_.front() != early_.front())
            report(cycle, fmt::format("a write of {} beats ended after {}", lengths_.front(), early_.front()));
        lengths_.pop_front();
        early_.pop_front();
    }
}

void AxiChecker::outstanding(uint64_t cycle, const Inputs& in, const Outputs& out) {
    reads_ += out.read.valid && in.memory_arready;
    writes_ += out.write.valid && in.memory_awready;
    if (reads_ > machine_->outstanding_reads + machine_->fetch_ahead)
        report(cycle, fmt::format("{} reads are outstanding, more than outstanding_reads + fetch_ahead", reads_));
    if (writes_ > machine_->outstanding_writes)
        report(cycle, fmt::format("{} writes are outstanding, more than outstanding_writes", writes_));
    reads_ -= in.memory_rvalid && out.memory_rready && in.memory_rlast;
    writes_ -= in.memory_bvalid && out.memory_bready;
    if (out.interrupt && (out.read.valid || out.write.valid || out.write_data.valid))
        report(cycle, "the bus is busy with the interrupt high");
}

void AxiChecker::pulses(uint64_t cycle, const Outputs& out) {
    for (int engine = 0; engine < 3; ++engine) {
        if (out.end[engine] && --running_[engine] < 0) {
            report(cycle, fmt::format("engine {} ended a command it had not started", engine));
            running_[engine] = 0;
        }
        running_[engine] += out.start[engine];
    }
}

}  // namespace napier::driver
