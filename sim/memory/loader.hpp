#pragma once
// Twin of rtl/memory/loader.sv: LOAD.

#include <optional>

#include "sim/control/command_queue.hpp"
#include "sim/control/counters.hpp"
#include "sim/control/tokens.hpp"
#include "sim/memory/buffer.hpp"
#include "sim/memory/memory_port.hpp"
#include "sim/memory/row_walker.hpp"

namespace napier::sim {

class Loader final : public Block, public HeadTaker {
public:
    Loader(Context& context, Buffers& buffers, CommandQueue& queue, Tokens& tokens, MemoryPort& port, Fault& fault,
           EngineListener& listener);
    void reset();

    // The queue.
    void head(const Head& head) override;
    // Something has come that a start may wait for.
    void look(Cycle cycle) { context_.events.schedule(cycle, Order::control, *this, try_start); }
    // Tokens may have come; a head on its way looks by itself.
    void look_again(Cycle cycle) {
        if (head_ && cycle > head_->valid && !active_.next()) look(cycle);
    }
    bool idle(Cycle cycle) const { return !active_.at(cycle) && flight_.at(cycle) == 0; }
    // Closes the busy counter.
    void settle(Cycle cycle) { busy_.end(cycle); }

    // The memory port.
    bool requests(Cycle cycle) const { return wants(cycle) && has_room(cycle); }
    const BusBurst& burst() const { return walker_.burst(); }
    bool issued(Cycle cycle);
    bool waits(Cycle cycle) const { return wants(cycle) && !has_room(cycle); }
    void outside(Cycle cycle);
    void joined(const MemoryModel::ReadBurst& read);
    void landed(Cycle cycle);

    void wake(Cycle cycle, int what) override;

private:
    enum What { try_start, end_fill };
    struct Flight {
        uint32_t index, signal;
        spec::load::Target target;
        RowWalker::Burst burst;
        bool packed;
        bool inside;       // the command does not leave its buffer
        bool bad = false;  // a beat of it raises a fault
    };
    uint32_t field(const spec::Field& which) const { return uint32_t(spec::get(head_->words, which)); }
    spec::load::Target target() const { return spec::load::Target(field(spec::load::target)); }
    bool wants(Cycle cycle) const { return active_.at(cycle) && head_ && !fill_; }
    bool has_room(Cycle cycle) const { return flight_.at(cycle) < context_.machine.outstanding_reads; }
    bool legal(Cycle cycle);
    void start(Cycle cycle);
    void start_fill(Cycle cycle);
    void release(Cycle cycle);
    void end(Cycle cycle, uint32_t signal);
    struct Outside {
        uint32_t beat;  // of the burst
        uint32_t word;
    };
    std::optional<Outside> first_outside(const Flight& flight) const;
    std::optional<Outside> first_outside_packed(const Flight& flight) const;
    void add_checksum(const RowWalker::Burst& burst);
    void write(const Flight& flight);
    void write_packed(const Flight& flight);
    void raise(Cycle cycle, spec::ErrorCode code, uint32_t address, uint32_t index);

    Context& context_;
    Buffers& buffers_;
    CommandQueue& queue_;
    Tokens& tokens_;
    MemoryPort& port_;
    Fault& fault_;
    EngineListener& listener_;
    RowWalker walker_;
    BusyCounter busy_;

    std::optional<Head> head_;
    bool checked_ = false;          // the head's legality
    bool fill_ = false, packed_ = false, inside_ = false;  // of the head
    Registered<bool> active_;
    Registered<int> flight_;        // bursts, from issue to the last beat
    Ring<Flight> flights_;
};

}  // namespace napier::sim
