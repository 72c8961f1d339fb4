#include "driver/device/verilated/test_bench.hpp"

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::driver {

namespace {
constexpr int reset_cycles = 4;
constexpr int control_patience = 100;  // cycles in which the AXI4-Lite slave must answer

[[noreturn]] void no_answer(const char* what, uint32_t offset) {
    throw Error(ErrorKind::device, fmt::format("The machine did not answer the {} of register {:#x} within {} cycles; "
                                               "its AXI4-Lite slave is broken.", what, offset, control_patience));
}
}  // namespace

TestBench::TestBench(const spec::Machine& machine, std::unique_ptr<Core> core, sim::MemoryModel& memory)
    : core_(std::move(core)), model_(memory), memory_(memory), checker_(machine) {
    reset();
}

void TestBench::reset() {
    memory_.clear();
    model_.restart();
    checker_.clear();
    in_ = Inputs{};
    in_.rst_ni = false;
    for (int i = 0; i < reset_cycles; ++i) step();
    in_.rst_ni = true;
    step();
}

const Outputs& TestBench::settle() {
    memory_.drive(cycle_, in_);
    driven_ = &core_->settle(peeking_ ? in_ : wires_.to_machine(in_));
    out_ = peeking_ ? driven_ : &wires_.to_bench(*driven_, cycle_);
    return *out_;
}

void TestBench::finish() {
    if (in_.rst_ni) {
        memory_.take(cycle_, in_, *driven_);
        checker_.take(cycle_, in_, *driven_);
        record();
    }
    if (!peeking_) wires_.clock(in_, *out_);
    core_->clock();
    ++cycle_;
    ++total_;
}

// Pulses carry no index: commands of one engine start in order, so the n-th pulse is the engine's n-th command; the
// index in the program is filled in by who knows the program.
void TestBench::record() {
    for (int engine = 0; engine < sim::engine_count; ++engine) {
        if (driven_->end[engine] && trace_.running(sim::Engine(engine))) trace_.end(sim::Engine(engine), cycle_);
        if (driven_->start[engine]) trace_.start(sim::Engine(engine), started_[engine]++, cycle_);
    }
}

void TestBench::begin_run() {
    cycle_ = 0;
    model_.restart();
    trace_.clear();
    for (uint32_t& started : started_) started = 0;
    checker_.start(read_window_, write_window_);
}

uint32_t TestBench::read_register(uint32_t offset) {
    in_.control_arvalid = true;
    in_.control_araddr = uint16_t(offset);
    for (int i = 0; i < control_patience; ++i) {
        const bool accepted = settle().control_arready && in_.control_arvalid;
        const bool answered = out_->control_rvalid;
        const uint32_t value = out_->control_rdata;
        finish();
        if (accepted) in_.control_arvalid = false;
        if (answered) return value;
    }
    no_answer("read", offset);
}

uint32_t TestBench::peek_register(uint32_t offset) {
    peeking_ = true;
    const uint32_t value = read_register(offset);
    peeking_ = false;
    return value;
}

void TestBench::write_register(uint32_t offset, uint32_t value, bool starts) {
    in_.control_awvalid = in_.control_wvalid = true;
    in_.control_awaddr = uint16_t(offset);
    in_.control_wdata = value;
    for (int i = 0; i < control_patience; ++i) {
        settle();
        const bool address = out_->control_awready && in_.control_awvalid;
        const bool data = out_->control_wready && in_.control_wvalid;
        const bool answered = out_->control_bvalid;
        if (starts && data) begin_run();
        finish();
        if (address) in_.control_awvalid = false;
        if (data) in_.control_wvalid = false;
        if (answered) return;
    }
    no_answer("write", offset);
}

bool TestBench::wait_interrupt(uint64_t cycles) {
    for (uint64_t i = 0; i < cycles; ++i) {
        if (settle().interrupt) return true;
        finish();
    }
    return settle().interrupt;
}

}  // namespace napier::driver
