#pragma once
// How the twins of control and of the engines speak with each other.

#include "sim/base/event_queue.hpp"
#include "sim/base/trace.hpp"
#include "sw/spec/command.hpp"

namespace napier::sim {

using spec::CommandWords;

// An engine: loader, executor, storer. Its queue calls start() only in a cycle from which the engine said it accepts.
class EngineBlock : public Block {
public:
    // `cycle` is the cycle of the event_start pulse; `index` the command's place in the program.
    virtual void start(Cycle cycle, uint32_t index, const CommandWords& command) = 0;
    // Issues nothing more: no address on the bus from `cycle` on; what is in flight drains.
    virtual void stop(Cycle cycle) = 0;
    // True when nothing of this engine is in flight any more.
    virtual bool idle(Cycle cycle) const = 0;
    // Back to the state after reset; the event queue has been cleared.
    virtual void reset() = 0;
};

// What an engine tells the control. Cycles may be announced ahead, as soon as they are certain.
class EngineListener {
public:
    virtual ~EngineListener() = default;
    // The engine accepts its next command in any cycle from `cycle` on. Said once for each command (and not at reset).
    virtual void accepts(Engine engine, Cycle cycle) = 0;
    // Executor alone: its head leaves the queue (command_ready_o) in `cycle`; said at the latest in that cycle.
    virtual void popped(Engine engine, Cycle cycle) = 0;
    // Executor alone: a pass starts in `cycle` (count_pass_o), progress for the watchdog; in order of time.
    virtual void passed(Cycle cycle) = 0;
    // The engine's oldest command ends: `cycle` is the cycle of the event_end pulse.
    virtual void ended(Engine engine, Cycle cycle) = 0;
    // Something is wrong; `code` is of the table of errors. The first error counts; within a cycle, fetch, load, exec,
    // store.
    virtual void fault(Cycle cycle, int code, uint32_t address, uint32_t index) = 0;
};

}  // namespace napier::sim
