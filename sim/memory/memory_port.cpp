#include "sim/memory/memory_port.hpp"

#include <algorithm>

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
    flush_ = never;
    read_free_ = write_free_ = 0;
    quiet_ = progress_ = progress_before_ = 0;
    reads_ = writes_ = Registered<int>(0);
    reading_.clear();
    writing_.clear();
    answers_.clear();
}

void MemoryPort::wake(Cycle cycle, int what) {
    switch (what) {
        case look_read: return look_for_read(cycle);
        case check_read: return check(cycle);
        case join_read: {
            if (counts(cycle)) ++context_.counters[spec::counter_read_bursts];
            progress(cycle);
            Read& read = joining_;
            read.burst = context_.memory.join_read(cycle, read.bus.address, read.bus.beats);
            reading_.push_back(read);
            const Cycle last = context_.memory.beat_cycle(read.burst, read.bus.beats - 1);
            if (last != never) context_.events.schedule(last, Order::memory, *this, end_read);
            if (live(cycle)) readers_[read.reader]->joined(read.burst);
            return look_for_read(cycle);
        }
        case end_read: return land(cycle);
        case look_write:
            if (live(cycle) && cycle >= write_free_) look_for_write(cycle);
            return;
        case refuse_write:
            if (live(cycle)) writer_->outside(cycle);
            return;
        case issue_write: return issue(cycle);
        case join_write: return join(cycle);
        default: return answer(cycle);
    }
}

void MemoryPort::look_for_read(Cycle cycle) {
    if (!live(cycle) || cycle < read_free_) return;
    for (int reader = 0; reader < 2; ++reader) {
        if (!readers_[reader]->requests(cycle)) continue;
        reader_ = reader;
        read_burst_ = readers_[reader]->burst();
        read_free_ = never;
        context_.events.schedule(cycle + 1, Order::fetch, *this, check_read);
        return;
    }
}

// Within the window the check says nothing, so that only the issue is left; it waits for the reader.
void MemoryPort::look_for_write(Cycle cycle) {
    if (!writer_->requests(cycle)) return;
    write_burst_ = writer_->burst();
    write_free_ = never;
    if (context_.write_window.holds(write_burst_.address)) {
        context_.events.schedule(std::max(cycle + 1, writer_->ready()), Order::fetch, *this, issue_write);
    } else {
        context_.events.schedule(cycle + 1, Order::fetch, *this, refuse_write);
    }
}

void MemoryPort::check(Cycle cycle) {
    if (!live(cycle)) return;
    ReadRequester& reader = *readers_[reader_];
    if (!context_.read_window.holds(read_burst_.address)) return reader.outside(cycle);
    reads_.add(cycle, 1);
    joining_ = {reader_, read_burst_, {}};
    reader.issued(cycle);
    const Cycle accepted = context_.memory.next_ready(Channel::read_address, cycle + 1);
    read_free_ = accepted;
    quiet_ = std::max(quiet_, accepted + 1);
    context_.events.schedule(accepted, Order::issue, *this, join_read);
}

void MemoryPort::issue(Cycle cycle) {
    if (!live(cycle)) return;
    writes_.add(cycle, 1);
    Write write{write_burst_, context_.memory.next_ready(Channel::write_address, cycle + 1), writer_->issued(cycle)};
    write_free_ = write.address_accepted;
    const Cycle joins = std::max(write.address_accepted, write.data.last);
    quiet_ = std::max(quiet_, joins + 1);
    context_.events.schedule(joins, Order::storer, *this, join_write);
    writing_.push_back(std::move(write));
    // What is requested in the next cycle is known: answers come before issues, and the storer has stepped.
    if (write_free_ == cycle + 1) return look_for_write(cycle + 1);
    context_.events.schedule(write_free_, Order::issue, *this, look_write);
}

void MemoryPort::land(Cycle cycle) {
    const Read& read = reading_.front();
    if (counts(cycle)) context_.counters[spec::counter_read_beats] += read.bus.beats;
    if (read.bus.beats > 1) progress(context_.memory.beat_cycle(read.burst, read.bus.beats - 2));
    progress(cycle);
    reads_.add(cycle, -1);
    const int reader = read.reader;
    const auto flip = context_.memory.flip(read.burst, read.bus.address);
    reading_.pop_front();
    if (flip) *context_.memory.at(flip->address) ^= flip->bits;
    if (live(cycle)) readers_[reader]->landed(cycle);
    if (flip) *context_.memory.at(flip->address) ^= flip->bits;
    tell_drained(cycle);
}

void MemoryPort::join(Cycle cycle) {
    const Write& write = writing_.front();
    if (counts(cycle)) {
        ++context_.counters[spec::counter_write_bursts];
        context_.counters[spec::counter_write_beats] += write.bus.beats;
    }
    progress(last_progress(write, cycle - 1));
    progress(cycle);
    auto burst = context_.memory.join_write(cycle, write.bus.address, write.bus.beats);
    writer_->joined(burst);
    context_.memory.wrote(burst, write.bus.address, write.bus.bytes);
    writing_.pop_front();
    answers_.push_back(burst.error);
    if (burst.answer != never) context_.events.schedule(burst.answer, Order::memory, *this, end_write);
}

void MemoryPort::answer(Cycle cycle) {
    const bool error = answers_.front() != 0;
    answers_.pop_front();
    progress(cycle);
    writes_.add(cycle, -1);
    if (live(cycle)) writer_->answered(cycle, error);
    tell_drained(cycle);
}

void MemoryPort::tell_drained(Cycle cycle) {
    if (drained() && drained_block_ != nullptr) {
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

Cycle MemoryPort::last_progress(Cycle cycle) const {
    Cycle last = progress_ <= cycle ? progress_ : progress_before_;
    for (size_t i = 0; i < writing_.size(); ++i) last = std::max(last, last_progress(writing_[i], cycle));
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
        for (uint32_t beat = 0; beat < read.bus.beats; ++beat) {
            const Cycle when = context_.memory.beat_cycle(read.burst, beat);
            if (when > cycle) return last;
            last = std::max(last, when);
        }
    }
    return last;
}

void MemoryPort::settle(Cycle cycle) {
    for (size_t i = 0; i < reading_.size(); ++i) {
        const Read& read = reading_[i];
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
