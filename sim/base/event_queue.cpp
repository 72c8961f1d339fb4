#include "sim/base/event_queue.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::sim {

namespace {
constexpr size_t word_bits = 64;
}

// Also of a cycle that is past: the difference wraps.
void EventQueue::schedule_far(Cycle cycle, Order order, Block& block, int what) {
    if (cycle < now_) {
        throw Error(ErrorKind::device,
                    fmt::format("A simulator block asked in cycle {} to be woken in cycle {}, which is past; correct "
                                "the block.",
                                now_, cycle));
    }
    far_.push_back({cycle, sequence_++, order, &block, what});
    std::push_heap(far_.begin(), far_.end());
}

// Behind the others of its cycle and order. A far one comes here as soon as its cycle is in the window, so before any
// that is asked for later.
void EventQueue::put(Cycle cycle, Order order, Block* block, int what) {
    uint32_t index = free_;
    if (index == none) {
        index = uint32_t(wakes_.size());
        wakes_.push_back({});
    } else {
        free_ = wakes_[index].next;
    }
    wakes_[index] = {block, what, none};
    const size_t place = cycle % window;
    List& list = lists_[place][size_t(order)];
    const uint16_t bit = uint16_t(1u << unsigned(order));
    if ((used_orders_[place] & bit) != 0) {
        wakes_[list.last].next = index;
    } else {
        used_orders_[place] |= bit;
        used_cycles_[place / word_bits] |= uint64_t{1} << place % word_bits;
        list.first = index;
    }
    list.last = index;
    ++near_;
}

// The first of the place's first order.
EventQueue::Wake EventQueue::take(size_t place) {
    const unsigned order = unsigned(std::countr_zero(used_orders_[place]));
    List& list = lists_[place][order];
    const uint32_t index = list.first;
    const Wake wake = wakes_[index];
    wakes_[index].next = free_;
    free_ = index;
    list.first = wake.next;
    if (wake.next == none) {
        used_orders_[place] &= uint16_t(used_orders_[place] - 1);
        if (used_orders_[place] == 0) used_cycles_[place / word_bits] &= ~(uint64_t{1} << place % word_bits);
    }
    --near_;
    return wake;
}

// The earliest cycle in the ring, which is not empty.
Cycle EventQueue::next_near() const {
    const size_t start = now_ % window;
    size_t word = start / word_bits;
    uint64_t bits = used_cycles_[word] & ~uint64_t{0} << start % word_bits;
    while (bits == 0) {
        word = (word + 1) % std::size(used_cycles_);
        bits = used_cycles_[word];
    }
    const size_t place = word * word_bits + size_t(std::countr_zero(bits));
    return now_ + (place - start) % window;
}

Cycle EventQueue::next() const { return near_ != 0 ? next_near() : far_.empty() ? never : far_.front().cycle; }

void EventQueue::advance(Cycle cycle) {
    now_ = cycle;
    while (!far_.empty() && far_.front().cycle - now_ < window) {
        const Far far = far_.front();
        std::pop_heap(far_.begin(), far_.end());
        far_.pop_back();
        put(far.cycle, far.order, far.block, far.what);
    }
}

bool EventQueue::run_until(Cycle last) {
    stopped_ = false;
    for (Cycle cycle; (cycle = next()) <= last && cycle != never;) {
        if (cycle != now_) advance(cycle);
        const size_t place = cycle % window;
        while (used_orders_[place] != 0) {
            const Wake wake = take(place);
            ++handled_;
            wake.block->wake(cycle, wake.what);
            if (stopped_) return true;
        }
    }
    if (last != never && last > now_) advance(last);
    return false;
}

void EventQueue::clear() {
    std::fill(std::begin(used_orders_), std::end(used_orders_), uint16_t{0});
    std::fill(std::begin(used_cycles_), std::end(used_cycles_), uint64_t{0});
    wakes_.clear();
    free_ = none;
    near_ = 0;
    far_.clear();
    sequence_ = 0;
    now_ = 0;
    stopped_ = false;
}

}  // namespace napier::sim
