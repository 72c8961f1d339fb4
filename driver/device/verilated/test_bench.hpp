#pragma once
// A verilated machine on a bench: clock, reset, AXI4-Lite master, AXI4 memory, protocol checker, recorder of event
// pulses. Cycles count from the last accepted start write (0), as in the simulator. A fault may be put on the wires
// between master and machine; the checker sees what the machine drives.

#include <memory>

#include "driver/device/verilated/axi_checker.hpp"
#include "driver/device/verilated/axi_memory.hpp"
#include "driver/device/verilated/control_wires.hpp"
#include "sim/base/trace.hpp"

namespace napier::driver {

class TestBench {
public:
    TestBench(const spec::Machine& machine, std::unique_ptr<Core> core, sim::MemoryModel& memory);

    void reset();  // four cycles of rst_ni low
    uint32_t read_register(uint32_t offset);
    // The same for the bench itself: no fault strikes it, and none counts it.
    uint32_t peek_register(uint32_t offset);
    // Returns in the cycle after the response; a write or read that is accepted at once takes two cycles.
    // `starts`: the write starts a program, so cycles count anew from the one in which it is accepted.
    void write_register(uint32_t offset, uint32_t value, bool starts);
    bool wait_interrupt(uint64_t cycles);
    void put(const WireFault& fault) { wires_.put(fault); }
    void set_windows(BusWindow read, BusWindow write) { read_window_ = read, write_window_ = write; }

    uint64_t cycle() const { return cycle_; }
    uint64_t total_cycles() const { return total_; }
    const sim::CommandTrace& trace() const { return trace_; }
    const AxiChecker& checker() const { return checker_; }

private:
    const Outputs& settle();  // the outputs of this cycle, as the bench sees them
    void finish();            // takes its handshakes, then the clock edge
    void step() { settle(), finish(); }
    void begin_run();
    void record();

    std::unique_ptr<Core> core_;
    sim::MemoryModel& model_;
    AxiMemory memory_;
    ControlWires wires_;
    bool peeking_ = false;
    AxiChecker checker_;
    sim::CommandTrace trace_;
    uint32_t started_[sim::engine_count] = {};
    BusWindow read_window_, write_window_;
    Inputs in_;
    const Outputs* driven_ = nullptr;  // by the machine in this cycle
    const Outputs* out_ = nullptr;     // as they come to the bench
    uint64_t cycle_ = 0;
    uint64_t total_ = 0;
};

}  // namespace napier::driver
