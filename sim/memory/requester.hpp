#pragma once
// What the memory port asks of those whose bursts it sends: fetch, loader and storer.

#include <concepts>
#include <vector>

#include "sim/base/registered.hpp"
#include "sim/memory/memory_model.hpp"

namespace napier::sim {

struct BusBurst {
    uint32_t address = 0;  // of the first byte
    uint32_t beats = 0;
    uint32_t bytes = 0;    // from the first byte on; what else the beats hold does not matter
};

// Of an issued burst of a writer: when its last beat is accepted, and how many are up to some cycle.
struct WriteData {
    std::vector<Cycle> accepted;  // by beat; empty: `first` and the cycles after it
    Cycle first = 0, last = 0;
    bool ends = false;            // the command's last burst
    uint32_t until(Cycle cycle) const;
};

// requests: in this cycle. waits: requests nothing for the sole reason that too many bursts are outstanding.
// burst: the one requested, steady until issued. outside: it is outside its window.
template <typename T>
concept Requester = requires(T& port, const T& state, Cycle cycle) {
    { state.requests(cycle) } -> std::same_as<bool>;
    { state.waits(cycle) } -> std::same_as<bool>;
    { state.burst() } -> std::convertible_to<BusBurst>;
    port.outside(cycle);
};

// issued: true if the burst's last beat means more to the requester than room for another burst.
// joined: the bus took the burst issued last; its beats come as `read` says.
// landed: the last beat of the oldest burst came.
template <typename T>
concept ReadRequester = Requester<T> && requires(T& port, Cycle cycle, const MemoryModel::ReadBurst& read) {
    { port.issued(cycle) } -> std::same_as<bool>;
    port.joined(read);
    port.landed(cycle);
};

// ready: the first cycle in which a burst may be issued, as far as the writer goes.
// issued: fills `data`, which may hold anything.
// joined: where values count, the oldest burst that has not joined the memory does so; with an error its bytes do not
// get there.
// answered: the answer to the oldest burst, which began at `address`, came.
template <typename T>
concept WriteRequester = Requester<T> && requires(T& port, const T& state, Cycle cycle, WriteData& data,
                                                  const MemoryModel::WriteBurst& write) {
    { state.ready() } -> std::same_as<Cycle>;
    port.issued(cycle, data);
    port.joined(write);
    port.answered(cycle, uint32_t{}, bool{});
};

}  // namespace napier::sim
