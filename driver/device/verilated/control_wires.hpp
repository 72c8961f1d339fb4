#pragma once
// The wires between a bench and the registers and interrupt of a machine, and a fault on them.

#include <map>

#include "driver/device/verilated/pins.hpp"
#include "driver/device/wire_fault.hpp"

namespace napier::driver {

class ControlWires {
public:
    void put(const WireFault& fault);
    // What comes out at the machine's end, and at the bench's. cycle: from the last start on.
    const Inputs& to_machine(const Inputs& in);
    const Outputs& to_bench(const Outputs& out, uint64_t cycle);
    // The clock edge behind these; both as the bench sees them.
    void clock(const Inputs& in, const Outputs& out);

private:
    bool is(WireFault::Kind kind) const { return fault_.kind == kind; }
    bool strikes(uint64_t number) const { return number >= fault_.first && number < fault_.end; }
    bool loses_write() const;
    void spoil_read(uint32_t& data);

    WireFault fault_;
    uint64_t reads_ = 0, writes_ = 0;  // answered since the fault was put here
    bool answer_lost_ = false;         // a lost write is to be answered
    uint16_t address_ = 0;             // of the read under way
    std::map<uint16_t, uint32_t> seen_;  // of each register, what its last read gave
    Inputs in_;
    Outputs out_;
};

}  // namespace napier::driver
