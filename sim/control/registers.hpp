#pragma once
// Twin of rtl/control/registers.sv: the registers of the description, the run state, the interrupt.

#include "sim/base/registered.hpp"
#include "sim/control/checksums.hpp"
#include "sim/control/fault.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

class Registers {
public:
    explicit Registers(const spec::Machine& machine) : machine_(&machine) {}

    enum class Action { none, start, reset };

    // A write taken in `cycle`. What it asks the machine to do is done by the machine.
    Action write(Cycle cycle, uint32_t offset, uint32_t value, bool halted, bool draining);
    // A read taken in `cycle`. Counters and identity are the machine's.
    uint32_t read(Cycle cycle, uint32_t offset, const Fault& fault, bool draining, const Checksums& checksums) const;

    // busy_o rises a cycle after the start write, and falls a cycle after `finished` or `stopped`.
    bool busy(Cycle cycle) const { return busy_.at(cycle); }
    void finished(Cycle cycle);
    void stopped(Cycle cycle);
    // interrupt_o.
    bool interrupt(Cycle cycle) const;
    // The hard reset: the program's place and the windows keep what they held, as nothing starts without writing them.
    void reset();
    // Cycles start again from 0; what was written has come through.
    void restart();

    uint32_t program_address = 0, program_length = 0, watchdog = 0;
    uint32_t read_base = 0, read_limit = 0, write_base = 0, write_limit = 0;  // pages

private:
    const spec::Machine* machine_;
    Registered<bool> busy_, done_;
    Registered<uint32_t> enable_, status_;  // bits of the interrupt registers
    uint32_t job_ = 0, completed_ = 0;
};

}  // namespace napier::sim
