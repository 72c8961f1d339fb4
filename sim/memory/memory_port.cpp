#include "sim/memory/memory_port.hpp"

#include <algorithm>

#include "sim/control/fetch.hpp"
#include "sim/memory/loader.hpp"
#include "sim/memory/storer.hpp"

namespace napier::sim {

static_assert(ReadRequester<Fetch> && ReadRequester<Loader> && WriteRequester<Storer>);

namespace {
using Channel = MemoryModel::Channel;
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
    joining_ = {reader_, told, read_burst_};
    const Cycle accepted = context_.memory.next_ready(Channel::read_address, cycle + 1);
    read_free_ = accepted;
    quiet_ = std::max(quiet_, accepted + 1);
    if (!foresees_ || accepted != cycle + 1) return context_.events.schedule(accepted, Order::issue, *this, joins_read);
    settle_joins(cycle);
    join_read(accepted);
}

void MemoryPort::join_read(Cycle cycle) {
    if (counts(cycle)) ++context_.counters[spec::counter_read_bursts];
    const auto& [reader, told, bus] = joining_;
    Read& read = reading_.emplace_back([&]() -> Read {
        return {reader, told, bus, context_.memory.join_read(cycle, bus.address, bus.beats), cycle, 0};
    });
    read.lands = context_.memory.beat_cycle(read.burst, read.bus.beats - 1);
    if (read.told && read.lands != never) context_.events.schedule(read.lands, Order::memory, *this, end_read);
    if (live(cycle)) with(read.reader, [&](auto& from) { from.joined(read.burst); });
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
    const Read& read = reading_.front();  // stays where it is until another one joins
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

}  // namespace napier::sim
