#include "sim/control/fault.hpp"

namespace napier::sim {

void Fault::start(uint32_t watchdog) {
    running_ = true;
    watchdog_ = watchdog;
    if (watchdog_ != 0) events_.schedule(Cycle{2} + watchdog_, Order::watcher, *this, watch);
}

void Fault::clear() {
    running_ = false;
    halt_ = reset_ = last_ = never;
    error_ = {};
    for (auto& raised : raised_) raised.reset();
}

void Fault::reset(Cycle cycle) {
    const Cycle last = std::min(halt_, cycle);
    clear();
    reset_ = cycle;
    last_ = last;
}

void Fault::raise(Source source, Cycle cycle, const Error& error) {
    if (!running_ || halt_ != never) return;
    auto& raised = raised_[int(source)];
    if (raised && raised->cycle <= cycle) return;
    raised = Raised{source, cycle, error};
    events_.schedule(cycle, Order::watcher, *this, gather);
}

void Fault::check_overflow(Cycle cycle) {
    if (halt_ == never) events_.schedule(cycle, Order::watcher, *this, gather);
}

// Faults of a cycle come in any order up to its end, so the decision is the last of its wake-ups.
void Fault::wake(Cycle cycle, int what) {
    if (!running_) return;
    if (what == gather) {
        events_.schedule(cycle, Order::watcher, *this, decide);
    } else if (what == decide) {
        decide_cycle(cycle);
    } else {
        const Cycle expires = owner_.last_progress(cycle - 1) + 1 + watchdog_;
        if (expires > cycle) {
            events_.schedule(expires, Order::watcher, *this, watch);
        } else if (halt_ != never) {
            owner_.abandoned(cycle);
        } else {
            raise(Source::watchdog, cycle, {uint32_t(spec::ErrorCode::watchdog), 0, 0});
        }
    }
}

void Fault::decide_cycle(Cycle cycle) {
    if (halt_ != never) return;
    if (owner_.token_overflow()) {
        const Error error{uint32_t(spec::ErrorCode::token_overflow), 0, 0};
        raised_[int(Source::overflow)] = Raised{Source::overflow, cycle, error};
    }
    for (const auto& raised : raised_) {
        if (!raised || raised->cycle != cycle) continue;
        error_ = raised->error;
        halt_ = cycle;
        owner_.halted(cycle);
        return;
    }
}

}  // namespace napier::sim
