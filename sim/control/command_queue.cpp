#include "sim/control/command_queue.hpp"

#include "sim/memory/memory_port.hpp"

namespace napier::sim {

namespace {
constexpr int wide_beat_bytes = 16;  // wider beats are shown twice
}

CommandQueue::CommandQueue(Context& context)
    : context_(context), steps_(Cycle(spec::command_bytes / context.machine.beat_bytes) *
                                (context.machine.beat_bytes > wide_beat_bytes ? 2 : 1)) {}

void CommandQueue::reset() {
    free_ = 0;
    for (Queue& queue : queues_) {
        queue.commands.clear();
        queue.count = Registered<int>(0);
        queue.occupied = Registered<bool>(false);
    }
}

void CommandQueue::commit(Cycle cycle, Engine engine, uint32_t index, const CommandWords& words) {
    Queue& queue = queues_[int(engine)];
    queue.commands.push_back({index, words});
    queue.count.add(cycle, 1);
    look(cycle + 1);
}

void CommandQueue::release(Cycle cycle, Engine engine) {
    queues_[int(engine)].occupied.set(cycle, false);
    look(cycle + 1);
}

bool CommandQueue::room(Cycle cycle, int flight) const {
    for (const Queue& queue : queues_)
        if (queue.count.at(cycle) + flight >= context_.machine.queue_commands) return false;
    return true;
}

bool CommandQueue::empty(Cycle cycle) const {
    for (const Queue& queue : queues_)
        if (queue.count.at(cycle) != 0 || queue.occupied.at(cycle)) return false;
    return true;
}

void CommandQueue::wake(Cycle cycle, int) {
    if (cycle < free_) return;
    for (Queue& queue : queues_) {
        if (queue.count.at(cycle) == 0 || queue.occupied.at(cycle)) continue;
        const Waiting command = queue.commands.front();
        queue.commands.pop_front();
        queue.count.add(cycle, -1);
        queue.occupied.set(cycle, true);
        free_ = cycle + 1 + steps_;
        look(free_);
        port_->poke_read(cycle + 1);
        queue.taker->head({command.index, command.words, cycle + 2 + steps_});
        return;
    }
}

}  // namespace napier::sim
