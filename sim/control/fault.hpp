#pragma once
// Twin of rtl/control/fault.sv: first error, watchdog, halt.

#include <algorithm>
#include <optional>

#include "sim/base/event_queue.hpp"
#include "sw/spec/spec.hpp"

namespace napier::sim {

class Fault : public Block {
public:
    // In order of priority within a cycle.
    enum class Source : int { fetch, load, exec, store, overflow, watchdog };
    struct Error {
        uint32_t code = 0, address = 0, command = 0;
    };
    // What the fault asks and tells: the machine around it.
    class Owner {
    public:
        virtual ~Owner() = default;
        // The last cycle up to and with `cycle` in which there was progress.
        virtual Cycle last_progress(Cycle cycle) = 0;
        // The tokens' state at the end of the present cycle.
        virtual bool token_overflow() const = 0;
        // The first fault was in this cycle.
        virtual void halted(Cycle cycle) = 0;
        // The watchdog expired in this cycle, on a machine that is halted.
        virtual void abandoned(Cycle cycle) = 0;
    };

    Fault(EventQueue& events, Owner& owner) : events_(events), owner_(owner) {}

    // A run begins: cycle 1 counts as progress. `watchdog` in cycles; 0: none.
    void start(uint32_t watchdog);
    // Forgets the error.
    void clear();
    // A soft reset: forgets the error, too; everything ends with `cycle`.
    void reset(Cycle cycle);
    // May be announced ahead.
    void raise(Source source, Cycle cycle, const Error& error);
    // Asks for a look at the tokens at the end of this cycle.
    void check_overflow(Cycle cycle);
    // The run is over; the watchdog sleeps.
    void end() { running_ = false; }

    const Error& error() const { return error_; }
    // A fault before this cycle; halted_o.
    bool failed(Cycle cycle) const { return cycle > halt_; }
    // A fault or a soft reset stopped the machine before this cycle.
    bool halted(Cycle cycle) const { return cycle > std::min(halt_, last_); }
    bool was_reset(Cycle cycle) const { return cycle > reset_; }

    void wake(Cycle cycle, int what) override;

private:
    enum What { gather, decide, watch };
    struct Raised {
        Source source;
        Cycle cycle;
        Error error;
    };
    void decide_cycle(Cycle cycle);

    EventQueue& events_;
    Owner& owner_;
    bool running_ = false;
    uint32_t watchdog_ = 0;
    Cycle halt_ = never;   // of the fault
    Cycle reset_ = never;  // of the soft reset
    Cycle last_ = never;   // of the soft reset, or of the fault before it
    Error error_;
    std::optional<Raised> raised_[6];  // by source, the earliest
};

}  // namespace napier::sim
