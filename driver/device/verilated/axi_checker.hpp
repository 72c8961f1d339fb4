#pragma once
// Watches the AXI4 master of a verilated machine and says which rules of the protocol or of Napier's contract it
// breaks: a payload that changes or a valid that falls before ready, a wrong size or burst type, a burst over a 4 KiB
// border or longer than the machine's, wlast in the wrong beat, data without or with a foreign strobe, rready or bready
// low, more outstanding bursts than the machine's knobs allow, an address outside the windows, a pulse of an end
// without a start.

#include <deque>
#include <string>
#include <vector>

#include "driver/device/verilated/pins.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {

struct BusWindow {
    uint32_t base = 0, limit = 0;  // pages of 4 KiB
};

class AxiChecker {
public:
    explicit AxiChecker(const spec::Machine& machine) : machine_(&machine) {}

    void start(BusWindow read, BusWindow write);  // a run begins: forgets what was seen, sentences included
    void clear();                                   // hard reset
    void take(uint64_t cycle, const Inputs& in, const Outputs& out);
    const std::vector<std::string>& violations() const { return violations_; }

private:
    void report(uint64_t cycle, const std::string& what);
    void address(uint64_t cycle, const char* channel, const AddressChannel& now, AddressChannel& held, bool ready,
                 const BusWindow& window);
    void data(uint64_t cycle, const Inputs& in, const Outputs& out);
    void outstanding(uint64_t cycle, const Inputs& in, const Outputs& out);
    void pulses(uint64_t cycle, const Outputs& out);

    const spec::Machine* machine_;
    BusWindow read_window_, write_window_;
    AddressChannel held_read_, held_write_;  // valid and not yet accepted
    DataChannel held_data_;
    std::deque<uint32_t> lengths_;  // beats of accepted write addresses whose data is not complete
    std::deque<uint32_t> early_;    // beats of complete write data whose address was not accepted
    uint32_t beats_ = 0;            // of the write data under way
    int reads_ = 0, writes_ = 0;    // outstanding
    int running_[3] = {};           // commands started and not ended
    std::vector<std::string> violations_;
};

}  // namespace napier::driver
