#include "sim/memory/loader.hpp"

#include <algorithm>
#include <cstring>

#include "sim/memory/trits.hpp"

namespace napier::sim {

Loader::Loader(Context& context, Buffers& buffers, CommandQueue& queue, Tokens& tokens, MemoryPort& port, Fault& fault,
               EngineListener& listener)
    : context_(context), buffers_(buffers), queue_(queue), tokens_(tokens), port_(port), fault_(fault),
      listener_(listener), walker_(context.machine),
      busy_(context.counters, spec::counter_load_busy) {}

void Loader::reset() {
    head_.reset();
    checked_ = false;
    active_ = Registered<bool>(false);
    flight_ = Registered<int>(0);
    flights_.clear();
    busy_.clear();
}

void Loader::raise(Cycle cycle, spec::ErrorCode code, uint32_t address, uint32_t index) {
    fault_.raise(Fault::Source::load, cycle, {uint32_t(code), address, index});
}

void Loader::head(const Head& head) {
    head_ = head;
    checked_ = false;
    const uint32_t word_bytes = uint32_t(spec::target_word_bytes(context_.machine, target()));
    fill_ = field(spec::load::fill) != 0;
    packed_ = spec::is_packed(head.words);
    walker_.load(head.words, word_bytes, fill_);
    inside_ = !packed_ && walker_.buffer_end() <= uint64_t(buffers_.of(target()).words()) * word_bytes;
    look(head.valid);
}

void Loader::wake(Cycle cycle, int what) {
    if (fault_.halted(cycle)) return;
    if (what == end_fill) {
        const uint32_t signal = field(spec::common::signal);
        release(cycle);
        end(cycle, signal);
        return;
    }
    if (!head_ || cycle < head_->valid || active_.next()) return;
    if (!checked_ && !legal(cycle)) return;
    if (!tokens_.ready(Engine::load, field(spec::common::wait), cycle)) return;
    if (fill_ && flight_.at(cycle) != 0) return;
    start(cycle);
}

// The head as a whole; looked at in the first cycle in which it is valid.
bool Loader::legal(Cycle cycle) {
    const bool aligned = spec::loads_whole_beats(target());
    if (aligned && (walker_.buffer_uneven() || (walker_.memory_uneven() && !fill_))) {
        raise(cycle, spec::ErrorCode::alignment, field(spec::load::address), head_->index);
        return false;
    }
    if (walker_.bytes_bad()) {
        raise(cycle, spec::ErrorCode::buffer_range, field(spec::load::buffer_word), head_->index);
        return false;
    }
    return checked_ = true;
}

void Loader::start(Cycle cycle) {
    tokens_.take(Engine::load, field(spec::common::wait), cycle);
    context_.trace.start(Engine::load, head_->index, cycle);
    active_.set(cycle, true);
    busy_.begin(cycle);
    if (fill_) {
        start_fill(cycle);
    } else {
        port_.poke_read(cycle + 1);
    }
}

// A beat a cycle from the cycle after the start on.
void Loader::start_fill(Cycle cycle) {
    Buffer& buffer = buffers_.of(target());
    const uint64_t limit = uint64_t(buffer.words()) * uint64_t(buffer.word_bytes());
    const uint8_t byte = uint8_t(field(spec::load::fill_byte));
    const uint32_t lane = uint32_t(context_.machine.beat_bytes);
    Cycle beats = 0;
    do {
        const uint64_t first = uint64_t(walker_.word()) * uint64_t(buffer.word_bytes()) + walker_.byte();
        if (first + walker_.length() > limit) {
            const uint64_t outside = std::max(first, limit);
            const uint64_t beat = (first % lane + (outside - first)) / lane;
            const uint32_t word = uint32_t(outside / uint64_t(buffer.word_bytes()));
            raise(cycle + 1 + beats + beat, spec::ErrorCode::buffer_range, word, head_->index);
            return;
        }
        if (context_.values) std::memset(buffer.word(0) + first, byte, walker_.length());
        beats += walker_.row_beats();
    } while (walker_.next_row());
    context_.events.schedule(cycle + beats, Order::end, *this, end_fill);
}

void Loader::release(Cycle cycle) {
    active_.set(cycle, false);
    queue_.release(cycle, Engine::load);
    head_.reset();
}

void Loader::end(Cycle cycle, uint32_t signal) {
    tokens_.give(Engine::load, signal, cycle);
    if (!active_.next() && flight_.next() == 0) busy_.end(cycle);
    listener_.ended(Engine::load, cycle);
}

bool Loader::issued(Cycle cycle) {
    const bool last = walker_.burst().last;
    Flight& flight = flights_.extend();
    flight.index = head_->index;
    flight.signal = field(spec::common::signal);
    flight.target = target();
    flight.burst = walker_.burst();
    flight.packed = packed_;
    flight.inside = inside_;
    flight.bad = false;
    flight_.add(cycle, 1);
    if (last) {
        release(cycle);
        return true;
    }
    walker_.step();
    port_.poke_read(cycle + 1);
    return false;
}

void Loader::outside(Cycle cycle) { raise(cycle, spec::ErrorCode::read_window, walker_.burst().address, head_->index); }

// The first beat of the burst with a byte outside its buffer, and that byte's word.
std::optional<Loader::Outside> Loader::first_outside(const Flight& flight) const {
    if (flight.packed) return first_outside_packed(flight);
    const auto& burst = flight.burst;
    const Buffer& buffer = buffers_.of(flight.target);
    const uint64_t limit = uint64_t(buffer.words()) * uint64_t(buffer.word_bytes());
    const uint64_t first = uint64_t(burst.word) * uint64_t(buffer.word_bytes()) + burst.byte;
    if (first + burst.row_byte + burst.bytes <= limit) return std::nullopt;
    const uint32_t outside = uint32_t(std::max(first + burst.row_byte, limit) - first);
    const uint32_t in_burst = outside - burst.row_byte + (burst.row_first ? burst.first_lane : 0);
    return Outside{in_burst / uint32_t(context_.machine.beat_bytes),
                   burst.word + (burst.byte + outside) / uint32_t(buffer.word_bytes())};
}

// Beat number n of a row, from 0 on, completes those beats of the buffer that n + 1 times five quarters hold.
std::optional<Loader::Outside> Loader::first_outside_packed(const Flight& flight) const {
    const auto& burst = flight.burst;
    const Buffer& buffer = buffers_.of(flight.target);
    const uint64_t lane = uint64_t(context_.machine.beat_bytes);
    const uint64_t limit = uint64_t(buffer.words()) * uint64_t(buffer.word_bytes());
    const uint64_t first = uint64_t(burst.word) * uint64_t(buffer.word_bytes()) + burst.byte;
    const uint64_t before = burst.row_byte / lane;
    const uint64_t inside = first < limit ? (limit - first) / lane : 0;  // beats of the row that the buffer has
    const uint64_t outside = std::max(inside, 5 * before / 4);
    if (outside >= 5 * (before + burst.beats) / 4) return std::nullopt;
    const uint64_t completes = (4 * (outside + 1) + 4) / 5 - 1;
    return Outside{uint32_t(completes - before),
                   burst.word + uint32_t((burst.byte + outside * lane) / uint64_t(buffer.word_bytes()))};
}

void Loader::joined(const MemoryModel::ReadBurst& read) {
    Flight& flight = flights_.back();
    if (flight.inside && !read.error) return;
    const auto& burst = flight.burst;
    const Cycle first_beat = context_.memory.beat_cycle(read, 0);
    if (first_beat == never) return;
    const auto outside = first_outside(flight);
    if (read.error && !(outside && outside->beat < read.first_error())) {
        flight.bad = true;
        raise(context_.memory.beat_cycle(read, read.first_error()), spec::ErrorCode::read_response, burst.address,
              flight.index);
    } else if (outside) {
        flight.bad = true;
        raise(context_.memory.beat_cycle(read, outside->beat), spec::ErrorCode::buffer_range, outside->word,
              flight.index);
    }
}

void Loader::landed(Cycle cycle) {
    const Flight flight = flights_.front();
    flights_.pop_front();
    flight_.add(cycle, -1);
    if (flight_.next() == 0 && flight.burst.last) look(cycle + 1);  // a fill waits for it
    if (flight.bad) return;
    if (context_.values) {
        add_checksum(flight.burst);
        flight.packed ? write_packed(flight) : write(flight);
    }
    if (flight.burst.last) end(cycle, flight.signal);
}

void Loader::add_checksum(const RowWalker::Burst& burst) {
    if (context_.machine.checksums == 0) return;
    context_.checksums.load = add_burst(context_.checksums.load, uint32_t(context_.machine.beat_bytes), burst.address,
                                        context_.memory.at(burst.address), burst.bytes);
}

void Loader::write(const Flight& flight) {
    const auto& burst = flight.burst;
    uint8_t* const to = buffers_.of(flight.target).word(int(burst.word)) + burst.byte + burst.row_byte;
    std::memcpy(to, context_.memory.at(burst.address), burst.bytes);
}

// Four bytes of memory to five of the buffer; of the row's last beats those that are whole.
void Loader::write_packed(const Flight& flight) {
    const auto& burst = flight.burst;
    const uint32_t lane = uint32_t(context_.machine.beat_bytes), end = burst.row_byte + burst.bytes;
    const uint32_t limit = burst.row_last ? end / lane * 5 / 4 * lane : end / 4 * 5;
    const uint8_t* from = context_.memory.at(burst.address);
    uint8_t* const row = buffers_.of(flight.target).word(int(burst.word)) + burst.byte;
    for (uint32_t at = burst.row_byte / 4 * 5; at < limit; at += 5, from += 4) {
        uint64_t codes = 0;
        for (int i = 0; i < 4; ++i) codes |= uint64_t{codes_of(from[i])} << (10 * i);
        for (uint32_t i = 0; i < std::min(5u, limit - at); ++i) row[at + i] = uint8_t(codes >> (8 * i));
    }
}

}  // namespace napier::sim
