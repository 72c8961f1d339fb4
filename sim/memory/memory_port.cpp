#include "sim/memory/memory_port.hpp"

#include <algorithm>

#include "sim/control/fetch.hpp"
#include "sim/memory/loader.hpp"
#include "sim/memory/storer.hpp"

namespace napier::sim {

namespace {
using Channel = MemoryModel::Channel;
}

uint32_t WriteRequester::Data::until(Cycle cycle) const {
    const auto past = std::upper_bound(accepted.begin(), accepted.end(), cycle);
    if (!accepted.empty()) return uint32_t(past - accepted.begin());
    return cycle < first ? 0 : uint32_t(std::min(cycle, last) - first + 1);
}

void MemoryPort::reset() {
    foresees_ = !context_.values && context_.memory.config().write_error < 0;
    waits_ = false;
    due_ = {};
    flush_ = issue_scheduled_ = look_scheduled_ = never;
    read_free_ = write_free_ = 0;
    quiet_ = progress_ = progress_before_ = 0;
    reads_ = writes_ = Registered<int>(0);
    reading_.clear();
    writing_.clear();
    answers_.clear();
}

void MemoryPort::flush(Cycle cycle) {
    watch_all();
    flush_ = cycle;
}

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

void MemoryPort::wake(Cycle cycle, int what) {
    act(cycle, What(what));
    if (foresees_) go_on();
}

void MemoryPort::act(Cycle cycle, What what) {
    switch (what) {
        case look_read: return look_for_read(cycle);
        case check_read: return check(cycle);
        case joins_read:
            settle_joins(cycle - 1);
            return join_read(cycle);
        case end_read: return foresees_ ? settle_ends(cycle) : land(cycle);
        case look_write:
            if (live(cycle) && cycle >= write_free_) look_for_write(cycle);
            return;
        case refuse_write:
            if (live(cycle)) writer_->outside(cycle);
            return;
        case issue_write: return issue(cycle);
        case joins_write:
            if (!foresees_) return join_write();
            settle_joins(cycle);
            if (waits_) wait_for_answer();
            return;
        case end_write: return foresees_ ? settle_writes() : answer(cycle);
        case due_issue: return issue_due(cycle);
        case due_look: return look_due(cycle);
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

void MemoryPort::look_for_read(Cycle cycle) {
    if (!live(cycle) || cycle < read_free_) return;
    if (fetch_->requests(cycle)) return take_read(cycle, Reader::fetch, fetch_->burst());
    if (foresees_ && loader_->waits(cycle)) settle_ends(context_.events.now());
    if (loader_->requests(cycle)) return take_read(cycle, Reader::loader, loader_->burst());
    if (foresees_ && loader_->waits(cycle)) look_when_landed(cycle);
}

void MemoryPort::take_read(Cycle cycle, Reader reader, const BusBurst& burst) {
    reader_ = reader;
    read_burst_ = burst;
    read_free_ = never;
    if (foresees_) due_.check = cycle + 1;
    else context_.events.schedule(cycle + 1, Order::fetch, *this, check_read);
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

// What is requested in a cycle is known in the cycle before, when its answer has come: the storer is alone on its
// channel.
void MemoryPort::foretell_write(Cycle cycle) { write_free_ > cycle ? poke_write(cycle) : look_for_write(cycle); }

void MemoryPort::look_for_write(Cycle cycle) {
    if (writer_->requests(cycle)) return take_write(cycle);
    if (!foresees_ || !writer_->waits(cycle)) return;
    settle_writes();
    if (writer_->requests(cycle)) return take_write(cycle);
    writer_->waits(cycle + 1) ? wait_for_answer() : take_write(cycle + 1);
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

// Requested in `cycle`. Within the window the check says nothing, so that only the issue is left; it waits for the
// reader of the buffer.
void MemoryPort::take_write(Cycle cycle) {
    write_burst_ = writer_->burst();
    write_free_ = never;
    if (!context_.write_window.holds(write_burst_.address)) {
        return context_.events.schedule(cycle + 1, Order::fetch, *this, refuse_write);
    }
    const Cycle issue = std::max(cycle + 1, writer_->ready());
    if (foresees_) due_.issue = issue;
    else context_.events.schedule(issue, Order::fetch, *this, issue_write);
}

// A read that the bus takes in the next cycle joins before all writes but those that have joined by now.
void MemoryPort::check(Cycle cycle) {
    if (!live(cycle)) return;
    if (!context_.read_window.holds(read_burst_.address)) {
        return with(reader_, [&](auto& reader) { reader.outside(cycle); });
    }
    reads_.add(cycle, 1);
    const bool told = with(reader_, [&](auto& reader) { return reader.issued(cycle); }) || !foresees_;
    joining_ = {reader_, told, read_burst_, {}, 0, 0};
    const Cycle accepted = context_.memory.next_ready(Channel::read_address, cycle + 1);
    read_free_ = accepted;
    quiet_ = std::max(quiet_, accepted + 1);
    if (!foresees_ || accepted != cycle + 1) return context_.events.schedule(accepted, Order::issue, *this, joins_read);
    settle_joins(cycle);
    join_read(accepted);
}

void MemoryPort::join_read(Cycle cycle) {
    if (counts(cycle)) ++context_.counters[spec::counter_read_bursts];
    joining_.joined = cycle;
    joining_.burst = context_.memory.join_read(cycle, joining_.bus.address, joining_.bus.beats);
    joining_.lands = context_.memory.beat_cycle(joining_.burst, joining_.bus.beats - 1);
    reading_.push_back(joining_);
    if (joining_.told && joining_.lands != never) {
        context_.events.schedule(joining_.lands, Order::memory, *this, end_read);
    }
    if (live(cycle)) with(joining_.reader, [&](auto& reader) { reader.joined(joining_.burst); });
    look_for_read(cycle);
}

void MemoryPort::issue(Cycle cycle) {
    if (!live(cycle)) return;
    writes_.add(cycle, 1);
    const Cycle accepted = context_.memory.next_ready(Channel::write_address, cycle + 1);
    Write& write = writing_.extend();
    write.bus = write_burst_;
    write.address_accepted = accepted;
    writer_->issued(cycle, write.data);
    write_free_ = accepted;
    write.joins = std::max(accepted, write.data.last);
    write.told = !foresees_ || write.data.ends || context_.memory.outside(write.bus.address, write.bus.beats);
    quiet_ = std::max(quiet_, write.joins + 1);
    if (write.told) context_.events.schedule(write.joins, Order::storer, *this, joins_write);
    // What is requested in the next cycle is known: answers come before issues, and the storer has stepped.
    if (write_free_ == cycle + 1) return look_for_write(cycle + 1);
    context_.events.schedule(write_free_, Order::issue, *this, look_write);
}

void MemoryPort::land(Cycle cycle) {
    const Read read = reading_.front();
    if (counts(cycle)) context_.counters[spec::counter_read_beats] += read.bus.beats;
    const uint32_t beats = read.bus.beats;
    if (cycle == context_.events.now()) {
        progress(beats > 1 ? context_.memory.beat_cycle(read.burst, beats - 2) : read.joined);
    }
    progress(cycle);
    reads_.add(cycle, -1);
    reading_.pop_front();
    std::optional<MemoryModel::Flip> flip;
    if (read.burst.corrupt_beat >= 0) flip = context_.memory.flip(read.burst, read.bus.address);
    if (flip) *context_.memory.at(flip->address) ^= flip->bits;
    if (live(cycle)) {
        const bool waited = !foresees_ && with(read.reader, [&](auto& reader) { return reader.waits(cycle); });
        with(read.reader, [&](auto& reader) { reader.landed(cycle); });
        if (waited) poke_read(cycle + 1);
    }
    if (flip) *context_.memory.at(flip->address) ^= flip->bits;
    tell_drained(cycle);
}

void MemoryPort::join_write() {
    const Write& write = writing_.front();
    const Cycle cycle = write.joins;
    if (counts(cycle)) {
        ++context_.counters[spec::counter_write_bursts];
        context_.counters[spec::counter_write_beats] += write.bus.beats;
    }
    if (cycle == context_.events.now()) progress(last_progress(write, cycle - 1));
    progress(cycle);
    auto burst = context_.memory.join_write(cycle, write.bus.address, write.bus.beats);
    if (context_.values) {
        writer_->joined(burst);
        context_.memory.wrote(burst, write.bus.address, write.bus.bytes);
    }
    answers_.push_back({write.bus.address, burst.error, write.told, burst.answer});
    if (write.told && burst.answer != never) context_.events.schedule(burst.answer, Order::memory, *this, end_write);
    writing_.pop_front();
}

void MemoryPort::answer(Cycle cycle) {
    const Answer answer = answers_.front();
    answers_.pop_front();
    progress(cycle);
    writes_.add(cycle, -1);
    if (live(cycle)) {
        const bool waited = !foresees_ && writer_->waits(cycle);
        writer_->answered(cycle, answer.address, answer.error);
        if (waited) foretell_write(cycle + 1);
    }
    tell_drained(cycle);
}

void MemoryPort::tell_drained(Cycle cycle) {
    if (!foresees_ && drained() && drained_block_ != nullptr) {
        context_.events.schedule(cycle + 1, Order::watcher, *drained_block_, drained_what_);
    }
}

void MemoryPort::progress(Cycle cycle) {
    if (cycle > progress_) {
        progress_before_ = progress_;
        progress_ = cycle;
    } else if (cycle < progress_) {
        progress_before_ = std::max(progress_before_, cycle);
    }
}

Cycle MemoryPort::last_progress(const Write& write, Cycle cycle) {
    Cycle last = write.address_accepted <= cycle ? write.address_accepted : 0;
    const uint32_t beats = write.data.until(cycle);
    if (beats == 0) return last;
    return std::max(last, write.data.accepted.empty() ? write.data.first + beats - 1 : write.data.accepted[beats - 1]);
}

Cycle MemoryPort::last_progress(Cycle cycle) {
    settle();
    Cycle last = progress_ <= cycle ? progress_ : progress_before_;
    for (size_t i = 0; i < writing_.size(); ++i) last = std::max(last, last_progress(writing_[i], cycle));
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
        if (read.joined <= cycle) last = std::max(last, read.joined);
        for (uint32_t beat = 0; beat < read.bus.beats; ++beat) {
            const Cycle when = context_.memory.beat_cycle(read.burst, beat);
            if (when > cycle) break;
            last = std::max(last, when);
        }
    }
    return last;
}

void MemoryPort::count_unfinished(Cycle cycle) {
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
        if (read.joined > cycle) --context_.counters[spec::counter_read_bursts];
        uint32_t beats = 0;
        while (beats < read.bus.beats && context_.memory.beat_cycle(read.burst, beats) <= cycle) ++beats;
        context_.counters[spec::counter_read_beats] += beats;
    }
    for (size_t i = 0; i < writing_.size(); ++i) {
        const Write& write = writing_[i];
        if (write.address_accepted <= cycle) ++context_.counters[spec::counter_write_bursts];
        context_.counters[spec::counter_write_beats] += write.data.until(cycle);
    }
}

}  // namespace napier::sim
