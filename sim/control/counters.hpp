#pragma once
// Twin of rtl/control/counters.sv: counts cycles in which something is busy, by intervals.

#include "sim/base/context.hpp"

namespace napier::sim {

// Counts the cycles in which the RTL's busy signal is high: begin(s) sets it from s + 1 on, end(e) clears it from e + 1
// on.
class BusyCounter {
public:
    BusyCounter(Counters& counters, spec::Counter index) : counters_(counters), index_(index) {}

    void begin(Cycle cycle) {
        if (since_ == never) since_ = cycle;
    }
    void end(Cycle cycle) {
        if (since_ != never) counters_[index_] += cycle - since_;
        since_ = never;
    }
    void clear() { since_ = never; }

private:
    Counters& counters_;
    spec::Counter index_;
    Cycle since_ = never;
};

}  // namespace napier::sim
