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
    // Wake `block` in `cycle` (not before now()) with `what`, a number of the block's own choice.
    void schedule(Cycle cycle, Order order, Block& block, int what = 0) {
        if (cycle - now_ < window) return put(cycle, order, &block, what);
        schedule_far(cycle, order, block, what);
    }

    // Handles wake-ups up to and including those of `last`, then stands at now() = last. Stops early, after the wake-up
    // that called stop(). Returns true if it was stopped.
    bool run_until(Cycle last);
    void stop() { stopped_ = true; }

    Cycle now() const { return now_; }
    Cycle next() const;
    bool empty() const { return near_ == 0 && far_.empty(); }
    uint64_t handled() const { return handled_; }
    // Forgets every wake-up and goes back to cycle 0.
    void clear();

private:
    static constexpr Cycle window = 256;  // cycles from now() on that have a place of their own
    static constexpr size_t orders = size_t(Order::watcher) + 1;
    static constexpr uint32_t none = ~uint32_t{0};

    struct Wake {
        Block* block;
        int what;
        uint32_t next;  // in the list of the same cycle and order, or of free places
    };
    struct List {
        uint32_t first, last;
    };
    // A wake-up past the window.
    struct Far {
        Cycle cycle;
        uint64_t sequence;
        Order order;
        Block* block;
        int what;
        // The earliest on top of a heap.
        bool operator<(const Far& other) const {
            return cycle != other.cycle ? cycle > other.cycle : sequence > other.sequence;
        }
    };
    void put(Cycle cycle, Order order, Block* block, int what);
    Wake take(size_t place);
    void advance(Cycle cycle);
    Cycle next_near() const;
    void schedule_far(Cycle cycle, Order order, Block& block, int what);

    // A ring of cycles, each with a list an order; a cycle's place is its number modulo the window.
    List lists_[window][orders];
    uint16_t used_orders_[window] = {};     // bit an order: its list is not empty
    uint64_t used_cycles_[window / 64] = {};  // bit a cycle: one of its lists is not empty
    std::vector<Wake> wakes_;
    uint32_t free_ = none;
    size_t near_ = 0;        // wake-ups in the ring
    std::vector<Far> far_;   // a heap
    uint64_t sequence_ = 0;  // of the far ones
    uint64_t handled_ = 0;
    Cycle now_ = 0;
    bool stopped_ = false;
};

}  // namespace napier::sim
