#pragma once
// Twin of rtl/memory/memory_port.sv: one burst at a time on each address channel; what is outstanding.
//
// The requesters are asked in the cycles in which the address register is free; a request taken in t is looked at in t
// + 1. A burst is two or three wake-ups, whatever its beats: check, join, end.
//
// Where time alone counts and nothing fails, a burst is one wake-up, its issue: what happens to it later is known ahead
// and told when somebody asks (settle), but the ends that a requester acts on.

#include <algorithm>

#include "sim/base/context.hpp"
#include "sim/base/registered.hpp"
#include "sim/base/ring.hpp"
#include "sim/control/fault.hpp"
#include "sim/memory/requester.hpp"

namespace napier::sim {

class Fetch;
class Loader;
class Storer;

class MemoryPort : public Block {
public:
    MemoryPort(Context& context, const Fault& fault) : context_(context), fault_(fault) {}

    void connect(Fetch& fetch, Loader& loader, Storer& storer) {
        fetch_ = &fetch, loader_ = &loader, writer_ = &storer;
    }
    void reset();
    // From this cycle on nothing is issued and nothing handed on.
    void flush(Cycle cycle);
    // Everything up to the present cycle has been told.
    void settle();
    // The same, and from now on every handshake is a wake-up.
    void watch_all();

    // Looks for requests in this cycle or as soon as the address register is free.
    void poke_read(Cycle cycle) { poke(std::max(cycle, read_free_), look_read); }
    void poke_write(Cycle cycle) { poke(std::max(cycle, write_free_), look_write); }

    bool draining(Cycle cycle) const { return reads_.at(cycle) != 0 || writes_.at(cycle) != 0; }  // when settled
    // First cycle in which nothing is offered on the bus, if nothing more is issued.
    Cycle quiet() const { return quiet_; }
    // Handshakes seen up to and with `cycle`; the last of them.
    Cycle last_progress(Cycle cycle);
    // Adds what was accepted of unfinished bursts up to and with `cycle`, the present one, to the counters.
    void count_unfinished(Cycle cycle);
    // Woken in the first cycle in which nothing is outstanding.
    void on_drained(Block& block, int what) { drained_block_ = &block, drained_what_ = what; }

    void wake(Cycle cycle, int what) override;

private:
    enum What {
        look_read, check_read, joins_read, end_read, look_write, refuse_write, issue_write, joins_write, end_write,
        due_issue, due_look
    };
    // The port's own next acts, where they are foreseen; never: none. They need no wake-up while nothing else happens.
    struct Due {
        Cycle check = never, issue = never, look = never;
    };
    enum class Reader : uint8_t { fetch, loader };
    // Told: there is a wake-up for what comes next.
    struct Read {
        Reader reader = Reader::fetch;
        bool told = true;
        BusBurst bus;
        MemoryModel::ReadBurst burst;
        Cycle joined = 0, lands = 0;
    };
    struct Joining {
        Reader reader = Reader::fetch;
        bool told = true;
        BusBurst bus;
    };
    struct Write {
        BusBurst bus;
        Cycle address_accepted, joins;
        bool told;
        WriteData data;
    };
    struct Answer {
        uint32_t address;
        bool error, told;
        Cycle cycle;
    };
    // An address register that is held is looked at when it is free again.
    void poke(Cycle cycle, What what) {
        if (cycle != never) context_.events.schedule(cycle, Order::issue, *this, what);
    }
    // Nothing is foreseen on a machine that was stopped.
    bool live(Cycle cycle) const { return foresees_ || (!fault_.halted(cycle) && cycle < flush_); }
    bool counts(Cycle cycle) const { return foresees_ || (!fault_.halted(cycle) && flush_ == never); }
    void look_for_read(Cycle cycle);
    void take_read(Cycle cycle, Reader reader, const BusBurst& burst);
    void act(Cycle cycle, What what);
    void issue_due(Cycle cycle);
    void look_due(Cycle cycle);
    void go_on();
    void schedule_due();
    void look_when_landed(Cycle cycle);
    void look_for_write(Cycle cycle);
    void take_write(Cycle cycle);
    void foretell_write(Cycle cycle);
    void wait_for_answer();
    void check(Cycle cycle);
    void join_read(Cycle cycle);
    void issue(Cycle cycle);
    void land(Cycle cycle);
    void join_write();
    void answer(Cycle cycle);
    void settle_joins(Cycle cycle);
    void settle_ends(Cycle cycle);
    void settle_writes();
    void progress(Cycle cycle);
    static Cycle last_progress(const Write& write, Cycle cycle);
    bool drained() const { return reads_.next() == 0 && writes_.next() == 0; }
    void tell_drained(Cycle cycle);

    Context& context_;
    const Fault& fault_;
    Fetch* fetch_ = nullptr;
    Loader* loader_ = nullptr;
    Storer* writer_ = nullptr;
    Block* drained_block_ = nullptr;
    int drained_what_ = 0;

    // Calls `act` with the fetch or the loader.
    template <typename Act>
    decltype(auto) with(Reader reader, const Act& act) {
        return reader == Reader::fetch ? act(*fetch_) : act(*loader_);
    }

    bool foresees_ = false;                 // not every handshake is a wake-up
    bool waits_ = false;                    // the storer, for an answer whose cycle is not known yet
    Cycle flush_ = never;
    Due due_;
    Cycle issue_scheduled_ = never, look_scheduled_ = never;  // the last wake-ups asked for what is due
    Cycle read_free_ = 0, write_free_ = 0;  // first cycle in which the register can take a burst; never: not known yet
    Reader reader_ = Reader::fetch;         // whose burst is in the read address register
    BusBurst read_burst_, write_burst_;
    Joining joining_;                       // issued, its address not yet accepted
    Cycle quiet_ = 0;
    // The last handshake, and the last in an earlier cycle, of what is not in the lists below, up to the present.
    Cycle progress_ = 0, progress_before_ = 0;
    Registered<int> reads_, writes_;        // outstanding, from issue on
    Ring<Read> reading_;                    // joined
    Ring<Write> writing_;                   // issued, not joined
    Ring<Answer> answers_;                  // joined
};

}  // namespace napier::sim
