#pragma once
// A fault on the wires of a device's registers or interrupt.

#include <cstdint>

namespace napier::driver {

struct WireFault {
    enum class Kind : uint8_t {
        none,
        interrupt_low, interrupt_high,  // whatever the machine says
        read_ones,                      // rdata is all ones
        read_stale,                     // rdata is what the last read of that register gave; 0 if there was none
        write_lost,                     // answered, and never seen by the machine
        gone,                           // read_ones and write_lost, until a hard reset
    };
    Kind kind = Kind::none;
    // Of an interrupt: cycles from the last start on. Else: reads of registers, or writes, from this fault on; `gone`
    // begins behind so many reads. [first, end).
    uint64_t first = 0, end = ~uint64_t{0};
};

}  // namespace napier::driver
