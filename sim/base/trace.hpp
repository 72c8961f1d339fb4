#pragma once
// When each command started and ended: what the lockstep tests compare and the reports draw.

#include <cstddef>
#include <vector>

#include "sim/base/event_queue.hpp"

namespace napier::sim {

enum class Engine : uint8_t { load, exec, store };
inline constexpr int engine_count = 3;

// Cycles count from the one in which the start write took effect (0).
struct CommandEvent {
    Engine engine;
    uint32_t index;       // of the command in the program
    Cycle start = never;  // cycle of the event_start pulse
    Cycle end = never;    // cycle of the event_end pulse; never: did not end
    bool operator==(const CommandEvent&) const = default;
};

// A list for each engine, in order of starts; an engine's commands end in the order in which they start.
class CommandTrace {
public:
    void start(Engine engine, uint32_t index, Cycle cycle) {
        list_[int(engine)].push_back({engine, index, cycle, never});
    }
    void end(Engine engine, Cycle cycle) { list_[int(engine)].at(ended_[int(engine)]++).end = cycle; }
    // True if a command of the engine has started and not ended.
    bool running(Engine engine) const { return ended_[int(engine)] < list_[int(engine)].size(); }
    const std::vector<CommandEvent>& of(Engine engine) const { return list_[int(engine)]; }
    // Gives the engine's n-th command the n-th of these indices.
    void name(Engine engine, const std::vector<uint32_t>& indices) {
        auto& list = list_[int(engine)];
        for (size_t i = 0; i < list.size() && i < indices.size(); ++i) list[i].index = indices[i];
    }
    void clear() {
        for (int i = 0; i < engine_count; ++i) list_[i].clear(), ended_[i] = 0;
    }

private:
    std::vector<CommandEvent> list_[engine_count];
    size_t ended_[engine_count] = {};
};

}  // namespace napier::sim
