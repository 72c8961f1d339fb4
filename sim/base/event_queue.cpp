#include "sim/base/event_queue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::sim {

void EventQueue::refuse(Cycle cycle) const {
    throw Error(ErrorKind::device,
                fmt::format("A simulator block asked in cycle {} to be woken in cycle {}, which is past or above 2^{}; "
                            "correct the block or make the job shorter.",
                            now_, cycle, cycle_bits));
}

// Moves what waits to the front; twice the room if it needs more than half of it.
void EventQueue::make_room() {
    std::copy(wakes_.begin() + std::ptrdiff_t(first_), wakes_.begin() + std::ptrdiff_t(end_), wakes_.begin());
    end_ -= first_;
    first_ = 0;
    if (end_ > wakes_.size() / 2) wakes_.resize(2 * wakes_.size());
}

bool EventQueue::run_until(Cycle last) {
    stopped_ = false;
    last_ = last;
    while (!empty()) {
        const Wake wake = wakes_[first_];
        const Cycle cycle = wake.key >> key_shift;
        if (cycle > last) break;
        ++first_;
        now_ = cycle;
        ++handled_;
        wake.block->wake(cycle, int(wake.key & ((1u << what_bits) - 1)));
        if (stopped_) return true;
    }
    if (last != never && last > now_) now_ = last;
    return false;
}

void EventQueue::clear() {
    first_ = end_ = 0;
    now_ = 0;
    stopped_ = false;
}

}  // namespace napier::sim
