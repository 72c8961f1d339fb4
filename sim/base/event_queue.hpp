#pragma once
// The heart of the simulator: a queue of wake-ups in order of time.
//
// A twin is a Block. It asks to be woken in a cycle, works in closed form from there, and asks for its next wake-up;
// between wake-ups time costs nothing. There is no cancelling: a block that no longer cares ignores the wake-up (keep
// a number or a cycle to compare with). A wake-up for the present cycle is allowed if its order is not earlier than
// the running one's.
//
// Order within a cycle: by Order, then by the order in which the wake-ups were asked for. A cycle stands for the
// values on the wires before its clock edge: a block woken in cycle t acts on what was registered up to t, and
// whatever passes through a register on the way to another block is seen there in t + 1.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace napier::sim {

using Cycle = uint64_t;
inline constexpr Cycle never = ~Cycle{0};

// Who acts first in a cycle. Memory's answers come before everybody; ends of commands (tokens) before issue; fetch
// claims the read address channel before the loader; reads join the memory's queue before writes; watchers see what
// all others did.
enum class Order : uint8_t { memory, end, control, fetch, issue, loader, executor, post_processor, storer, watcher };

class Block {
public:
    virtual ~Block() = default;
    virtual void wake(Cycle cycle, int what) = 0;
};

class EventQueue {
public:
    // Wake `block` in `cycle` (not before now()) with `what`, a number of the block's own choice below 2^16.
    void schedule(Cycle cycle, Order order, Block& block, int what = 0) {
        if (cycle < now_ || cycle >> cycle_bits != 0) refuse(cycle);
        if (end_ == wakes_.size()) make_room();
        const uint64_t key = cycle << key_shift | uint64_t(order) << what_bits | uint64_t(what);
        size_t place = end_++;
        for (; place != first_ && wakes_[place - 1].key >> what_bits > key >> what_bits; --place) {
            wakes_[place] = wakes_[place - 1];
        }
        wakes_[place] = {key, &block};
    }

    // Handles wake-ups up to and including those of `last`, then stands at now() = last. Stops early, after the wake-up
    // that called stop(). Returns true if it was stopped.
    bool run_until(Cycle last);
    void stop() { stopped_ = true; }
    // For a block that is awake: true if nothing else happens up to and with `cycle`, so that the block acts in it at
    // once, as if woken; it stands at now() = cycle then.
    bool pass_to(Cycle cycle) {
        if (cycle >= next() || cycle > last_ || stopped_) return false;
        now_ = cycle;
        return true;
    }

    Cycle now() const { return now_; }
    Cycle next() const { return empty() ? never : wakes_[first_].key >> key_shift; }
    bool empty() const { return first_ == end_; }
    uint64_t handled() const { return handled_; }
    // Forgets every wake-up and goes back to cycle 0.
    void clear();

private:
    static constexpr int what_bits = 16, order_bits = 4, key_shift = what_bits + order_bits;
    static constexpr int cycle_bits = 64 - key_shift;

    struct Wake {
        uint64_t key;  // cycle, order, what
        Block* block;
    };
    [[noreturn]] void refuse(Cycle cycle) const;
    void make_room();

    // Sorted, in [first_, end_): about a dozen wait at a time, and most new ones belong to the end.
    std::vector<Wake> wakes_ = std::vector<Wake>(256);
    size_t first_ = 0, end_ = 0;
    uint64_t handled_ = 0;
    Cycle now_ = 0, last_ = 0;  // last_: of the present run
    bool stopped_ = false;
};

}  // namespace napier::sim
