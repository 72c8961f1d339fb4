#include "sim/base/event_queue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::sim {

namespace {
constexpr int order_shift = 56;
}

void EventQueue::schedule(Cycle cycle, Order order, Block& block, int what) {
    if (cycle < now_) {
        throw Error(ErrorKind::device,
                    fmt::format("A simulator block asked in cycle {} to be woken in cycle {}, which is "
                                "past; correct the block.",
                                now_, cycle));
    }
    const Event event{cycle, (uint64_t(order) << order_shift) | sequence_++, &block, what};
    size_t child = heap_.size();
    heap_.push_back(event);
    while (child > 0) {
        const size_t parent = (child - 1) / 2;
        if (!(event < heap_[parent])) break;
        heap_[child] = heap_[parent];
        child = parent;
    }
    heap_[child] = event;
}

EventQueue::Event EventQueue::pop() {
    const Event first = heap_.front();
    const Event last = heap_.back();
    heap_.pop_back();
    const size_t size = heap_.size();
    if (size == 0) return first;
    size_t parent = 0;
    for (size_t child = 1; child < size; child = 2 * parent + 1) {
        if (child + 1 < size && heap_[child + 1] < heap_[child]) ++child;
        if (!(heap_[child] < last)) break;
        heap_[parent] = heap_[child];
        parent = child;
    }
    heap_[parent] = last;
    return first;
}

bool EventQueue::run_until(Cycle last) {
    stopped_ = false;
    while (!heap_.empty() && heap_.front().cycle <= last) {
        const Event event = pop();
        now_ = event.cycle;
        ++handled_;
        event.block->wake(event.cycle, event.what);
        if (stopped_) return true;
    }
    if (last != never) now_ = std::max(now_, last);
    return false;
}

void EventQueue::clear() {
    heap_.clear();
    sequence_ = 0;
    now_ = 0;
    stopped_ = false;
}

}  // namespace napier::sim
