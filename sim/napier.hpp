#pragma once
// Twin of rtl/napier.sv: the whole machine, as a host sees it. Cycles as in docs/architecture.md: 0 is that of the
// start write.

#include <deque>

#include "sim/array/compute.hpp"
#include "sim/control/command_head.hpp"
#include "sim/control/fetch.hpp"
#include "sim/control/registers.hpp"
#include "sim/memory/loader.hpp"
#include "sim/memory/storer.hpp"

namespace napier::sim {

class Napier : public Block, public EngineListener, public Fault::Owner {
public:
    // `values`: false gives times without moving data.
    Napier(const spec::Machine& machine, MemoryModel& memory, bool values);

    // A read or write on AXI4-Lite, taken at once; a cycle later it is answered, and two cycles have passed.
    uint32_t read_register(uint32_t offset);
    void write_register(uint32_t offset, uint32_t value);
    // The same without the two cycles: for who keeps the time himself. A write that starts the machine begins cycle 0.
    uint32_t read_now(uint32_t offset);
    void write_now(uint32_t offset, uint32_t value);
    void advance(Cycle cycles) { pass(cycles); }
    // The interrupt line in this cycle.
    bool interrupt() const { return registers_.interrupt(cycle_); }
    // The first cycle from this one on in which something happens by itself; never: nothing does.
    Cycle next_event() const { return events_.next(); }
    // Lets at most `cycles` pass; true as soon as the interrupt line is high.
    bool wait_interrupt(uint64_t cycles);
    // Hard reset; the memory's bytes stay.
    void reset();

    Cycle cycle() const { return cycle_; }
    const CommandTrace& trace() const { return trace_; }
    // Wake-ups handled since the machine was made.
    uint64_t events() const { return events_.handled(); }

    // For the twins inside.
    void wake(Cycle cycle, int what) override;
    void accepts(Engine engine, Cycle cycle) override;
    void popped(Engine engine, Cycle cycle) override;
    void passed(Cycle cycle) override;
    void ended(Engine engine, Cycle cycle) override;
    void fault(Cycle cycle, int code, uint32_t address, uint32_t index) override;
    Cycle last_progress(Cycle cycle) override;
    bool token_overflow() const override { return tokens_.overflow(); }
    void halted(Cycle cycle) override;
    void abandoned(Cycle cycle) override;

private:
    // look_end and the numbers after it: one look, put off to the end of its cycle, when every fault of it is known.
    enum What { exec_ended, look_stop, look_end };
    static constexpr int put_off = 4;

    void start();
    void soft_reset();
    void clear();
    void pass(Cycle cycles);
    void end_exec(Cycle cycle);
    void command_ended(Engine engine, Cycle cycle);
    void check_end(Cycle cycle);
    void check_stop(Cycle cycle);

    const spec::Machine& machine_;
    MemoryModel& memory_;
    EventQueue events_;
    Counters counters_{};
    CommandTrace trace_;
    Checksums checksums_;
    Context context_;
    Registers registers_;
    Fault fault_;
    Tokens tokens_;
    Buffers buffers_;
    CommandQueue queue_;
    MemoryPort port_;
    Fetch fetch_;
    Loader loader_;
    Storer storer_;
    CommandHead exec_head_;
    Compute compute_;

    Cycle cycle_ = 0;             // of the host
    Cycle abandoned_ = never;     // the bus is not waited for after this cycle
    std::vector<Cycle> passes_;   // starts of passes, for the watchdog
};

}  // namespace napier::sim
