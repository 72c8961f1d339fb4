// Of the memory port: what it knows ahead, where time alone counts and nothing fails.

#include <algorithm>

#include "sim/memory/loader.hpp"
#include "sim/memory/memory_port.hpp"
#include "sim/memory/storer.hpp"

namespace napier::sim {

void MemoryPort::settle() {
    if (!foresees_) return;
    const Cycle now = context_.events.now();
    settle_joins(now);
    settle_ends(now);
}

// A write joins after the reads of its cycle, and is answered later.
void MemoryPort::settle_writes() {
    const Cycle now = context_.events.now();
    settle_joins(now - 1);
    settle_ends(now);
}

void MemoryPort::settle_joins(Cycle cycle) {
    if (!foresees_) return;
    while (!writing_.empty() && writing_.front().joins <= cycle) join_write();
}

void MemoryPort::settle_ends(Cycle cycle) {
    while (!reading_.empty() && reading_.front().lands <= cycle) land(reading_.front().lands);
    while (!answers_.empty() && answers_.front().cycle <= cycle) answer(answers_.front().cycle);
}

void MemoryPort::watch_all() {
    if (!foresees_) return;
    settle();
    foresees_ = waits_ = false;
    joining_.told = true;
    const auto tell = [&](Cycle cycle, Order order, bool told, What what) {
        if (!told && cycle != never) context_.events.schedule(cycle, order, *this, what);
    };
    tell(due_.check, Order::fetch, false, check_read);
    tell(due_.issue, Order::fetch, false, issue_write);
    tell(due_.look, Order::issue, false, look_read);
    due_ = {};
    for (size_t i = 0; i < reading_.size(); ++i) tell(reading_[i].lands, Order::memory, reading_[i].told, end_read);
    for (size_t i = 0; i < answers_.size(); ++i) tell(answers_[i].cycle, Order::memory, answers_[i].told, end_write);
    for (size_t i = 0; i < writing_.size(); ++i) {
        tell(writing_[i].joins, Order::storer, writing_[i].told, joins_write);
        writing_[i].told = true;
    }
}

void MemoryPort::issue_due(Cycle cycle) {
    if (due_.check == cycle) due_.check = never, check(cycle);
    if (due_.issue == cycle) due_.issue = never, issue(cycle);
}

void MemoryPort::look_due(Cycle cycle) {
    if (due_.look == cycle) due_.look = never, look_for_read(cycle);
}

// Acts while nobody else does.
void MemoryPort::go_on() {
    for (;;) {
        const Cycle next = std::min({due_.check, due_.issue, due_.look});
        if (next == never) return;
        if (!context_.events.pass_to(next)) return schedule_due();
        issue_due(next);
        look_due(next);
    }
}

// A wake-up for the next of what is due; issues come before looks.
void MemoryPort::schedule_due() {
    const Cycle issue = std::min(due_.check, due_.issue);
    if (issue <= due_.look) {
        if (issue != issue_scheduled_) context_.events.schedule(issue, Order::fetch, *this, due_issue);
        issue_scheduled_ = issue;
    } else {
        if (due_.look != look_scheduled_) context_.events.schedule(due_.look, Order::issue, *this, due_look);
        look_scheduled_ = due_.look;
    }
}

// A burst that landed in this cycle makes room in the next one.
void MemoryPort::look_when_landed(Cycle cycle) {
    Cycle next = cycle + 1;
    if (loader_->waits(next)) {
        if (reading_.empty() || reading_.front().lands == never) return;
        next = reading_.front().lands + 1;
    }
    due_.look = std::min(due_.look, next);
}

// The cycle after the oldest burst's answer is that of the next request.
void MemoryPort::wait_for_answer() {
    waits_ = answers_.empty();
    if (!waits_) {
        if (answers_.front().cycle != never) take_write(answers_.front().cycle + 1);
    } else if (!writing_.front().told) {
        writing_.front().told = true;
        context_.events.schedule(writing_.front().joins, Order::storer, *this, joins_write);
    }
}

}  // namespace napier::sim
