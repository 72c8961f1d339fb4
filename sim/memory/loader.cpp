#include "sim/memory/loader.hpp"

#include <cstring>

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
    walker_.load(head.words, word_bytes, field(spec::load::fill) != 0);
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
    if (field(spec::load::fill) != 0 && flight_.at(cycle) != 0) return;
    start(cycle);
}

// The head as a whole; looked at in the first cycle in which it is valid.
bool Loader::legal(Cycle cycle) {
    const bool aligned = spec::loads_whole_beats(target());
    if (aligned && (walker_.buffer_uneven() || (walker_.memory_uneven() && field(spec::load::fill) == 0))) {
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
    if (field(spec::load::fill) != 0) {
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

bool Loader::requests(Cycle cycle) const {
    return active_.at(cycle) && head_ && field(spec::load::fill) == 0 &&
           flight_.at(cycle) < context_.machine.outstanding_reads;
}

BusBurst Loader::burst() const {
    const auto burst = walker_.burst();
    return {burst.address, burst.beats};
}

void Loader::issued(Cycle cycle) {
    flights_.push_back({head_->index, field(spec::common::signal), target(), walker_.burst()});
    flight_.add(cycle, 1);
    if (flights_.back().burst.last) {
        release(cycle);
    } else {
        walker_.step();
        port_.poke_read(cycle + 1);
    }
}

void Loader::outside(Cycle cycle) { raise(cycle, spec::ErrorCode::read_window, walker_.burst().address, head_->index); }

// The burst's first byte outside its buffer, counted from the row's first byte.
std::optional<uint32_t> Loader::first_outside(const RowWalker::Burst& burst, spec::load::Target target) const {
    const Buffer& buffer = buffers_.of(target);
    const uint64_t limit = uint64_t(buffer.words()) * uint64_t(buffer.word_bytes());
    const uint64_t first = uint64_t(burst.word) * uint64_t(buffer.word_bytes()) + burst.byte;
    if (first + burst.row_byte + burst.bytes <= limit) return std::nullopt;
    return uint32_t(std::max(first + burst.row_byte, limit) - first);
}

void Loader::joined(const MemoryModel::ReadBurst& read) {
    Flight& flight = flights_.back();
    const auto& burst = flight.burst;
    const Cycle first_beat = context_.memory.beat_cycle(read, 0);
    if (first_beat == never) return;
    if (read.error) {
        flight.bad = true;
        raise(first_beat, spec::ErrorCode::read_response, burst.address, flight.index);
    } else if (const auto outside = first_outside(burst, flight.target)) {
        const uint32_t lane = uint32_t(context_.machine.beat_bytes);
        const uint32_t in_burst = *outside - burst.row_byte + (burst.row_first ? burst.first_lane : 0);
        const Buffer& buffer = buffers_.of(flight.target);
        flight.bad = true;
        raise(context_.memory.beat_cycle(read, in_burst / lane), spec::ErrorCode::buffer_range,
              burst.word + (burst.byte + *outside) / uint32_t(buffer.word_bytes()), flight.index);
    }
}

void Loader::landed(Cycle cycle) {
    const Flight flight = flights_.front();
    flights_.pop_front();
    if (flight_.next() == context_.machine.outstanding_reads) port_.poke_read(cycle + 1);
    flight_.add(cycle, -1);
    if (flight_.next() == 0) look(cycle + 1);
    if (flight.bad) return;
    const auto& burst = flight.burst;
    if (context_.values) {
        Buffer& buffer = buffers_.of(flight.target);
        uint8_t* const to = buffer.word(int(burst.word)) + burst.byte + burst.row_byte;
        std::memcpy(to, context_.memory.at(burst.address), burst.bytes);
    }
    if (burst.last) end(cycle, flight.signal);
}

}  // namespace napier::sim
