#pragma once
// Twin of rtl/control/command_queue.sv: the three queues, and the reader that brings each queue's head to its engine.

#include "sim/base/context.hpp"
#include "sim/base/registered.hpp"
#include "sim/base/ring.hpp"

namespace napier::sim {

class MemoryPort;

// A queue's head, at its engine.
struct Head {
    uint32_t index;
    CommandWords words;
    Cycle valid;  // first cycle of its valid_o
};

// Where the heads go.
class HeadTaker {
public:
    virtual ~HeadTaker() = default;
    // Told ahead, when the reader chooses it.
    virtual void head(const Head& head) = 0;
};

class CommandQueue : public Block {
public:
    explicit CommandQueue(Context& context);

    void connect(Engine engine, HeadTaker& taker) { queues_[int(engine)].taker = &taker; }
    // The port looks for requests again where there may be room for one.
    void connect(MemoryPort& port) { port_ = &port; }
    void reset();

    // The command's last beat came in `cycle`.
    void commit(Cycle cycle, Engine engine, uint32_t index, const CommandWords& words);
    // The engine is done with its head in `cycle`.
    void release(Cycle cycle, Engine engine);
    // Every queue has a place besides those of `flight` bursts.
    bool room(Cycle cycle, int flight) const;
    bool empty(Cycle cycle) const;

    void wake(Cycle cycle, int what) override;

private:
    struct Waiting {
        uint32_t index;
        CommandWords words;
    };
    struct Queue {
        Ring<Waiting> commands;
        Registered<int> count;
        Registered<bool> occupied;
        HeadTaker* taker = nullptr;
    };
    void look(Cycle cycle) { context_.events.schedule(cycle, Order::control, *this); }

    Context& context_;
    Cycle steps_;
    Cycle free_ = 0;  // first cycle in which the reader can choose
    Queue queues_[engine_count];
    MemoryPort* port_ = nullptr;
};

}  // namespace napier::sim
