#pragma once
// Twin of rtl/memory/storer.sv: STORE.

#include <optional>

#include "sim/control/command_queue.hpp"
#include "sim/control/counters.hpp"
#include "sim/control/tokens.hpp"
#include "sim/memory/buffer.hpp"
#include "sim/memory/memory_port.hpp"
#include "sim/memory/row_walker.hpp"

namespace napier::sim {

class Storer final : public Block, public HeadTaker {
public:
    Storer(Context& context, Buffers& buffers, CommandQueue& queue, Tokens& tokens, MemoryPort& port, Fault& fault,
           EngineListener& listener);
    void reset();

    // The queue.
    void head(const Head& head) override;
    void look(Cycle cycle) { context_.events.schedule(cycle, Order::control, *this); }
    // Tokens may have come; a head on its way looks by itself.
    void look_again(Cycle cycle) {
        if (head_ && cycle > head_->valid && !active_.next()) look(cycle);
    }
    bool idle(Cycle cycle) const { return !active_.at(cycle); }
    // Closes the busy counter.
    void settle(Cycle cycle) { busy_.end(cycle); }

    // The memory port.
    bool requests(Cycle cycle) const { return issuing_.at(cycle) && has_room(cycle); }
    bool waits(Cycle cycle) const { return issuing_.at(cycle) && !has_room(cycle); }
    const BusBurst& burst() const { return walker_.burst(); }
    Cycle ready() const { return read_; }
    void issued(Cycle cycle, WriteData& data);
    void outside(Cycle cycle);
    void joined(const MemoryModel::WriteBurst& write);
    void answered(Cycle cycle, uint32_t address, bool error);

    void wake(Cycle cycle, int what) override;

private:
    uint32_t field(const spec::Field& which) const { return uint32_t(spec::get(head_->words, which)); }
    bool has_room(Cycle cycle) const { return flight_.at(cycle) < context_.machine.outstanding_writes; }
    // Bytes of the buffer.
    uint64_t limit() const { return uint64_t(buffers_.output.words()) * uint64_t(buffers_.output.word_bytes()); }
    void next_beat(Cycle issue);
    void steady(Cycle issue, const RowWalker::Burst& burst, WriteData& data);
    uint64_t chunk(const RowWalker::Burst& burst, uint32_t beat) const;
    std::optional<uint32_t> first_outside(const RowWalker::Burst& burst) const;
    void raise_outside(const RowWalker::Burst& burst, uint32_t beat, Cycle cycle);
    void raise(Cycle cycle, spec::ErrorCode code, uint32_t address);

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
    bool inside_ = false;                  // the head does not leave the buffer
    Registered<bool> active_, issuing_;
    Registered<int> flight_;               // bursts, from issue to the answer
    Ring<RowWalker::Burst> bytes_;         // issued, not yet in memory; empty where time alone counts
    Cycle read_ = 0;                       // in which the last beat issued so far is read from the buffer
    Cycle moved_ = 0, accepted_ = 0;       // in which it moves to the output register, in which the bus takes it
};

}  // namespace napier::sim
