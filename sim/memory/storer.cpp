#include "sim/memory/storer.hpp"

#include <bit>
#include <cstring>

namespace napier::sim {

namespace {
using Channel = MemoryModel::Channel;
}

Storer::Storer(Context& context, Buffers& buffers, CommandQueue& queue, Tokens& tokens, MemoryPort& port, Fault& fault,
               EngineListener& listener)
    : context_(context), buffers_(buffers), queue_(queue), tokens_(tokens), port_(port), fault_(fault),
      listener_(listener), walker_(context.machine),
      busy_(context.counters, spec::counter_store_busy) {}

void Storer::reset() {
    head_.reset();
    active_ = issuing_ = Registered<bool>(false);
    flight_ = Registered<int>(0);
    bytes_.clear();
    read_ = moved_ = accepted_ = 0;
    busy_.clear();
}

void Storer::raise(Cycle cycle, spec::ErrorCode code, uint32_t address) {
    fault_.raise(Fault::Source::store, cycle, {uint32_t(code), address, head_->index});
}

void Storer::head(const Head& head) {
    head_ = head;
    walker_.load(head.words, uint32_t(buffers_.output.word_bytes()), false);
    inside_ = walker_.buffer_end() + uint64_t(context_.machine.beat_bytes) <= limit();
    look(head.valid);
}

void Storer::wake(Cycle cycle, int) {
    if (fault_.halted(cycle) || !head_ || cycle < head_->valid || active_.next()) return;
    if (!tokens_.ready(Engine::store, field(spec::common::wait), cycle)) return;
    tokens_.take(Engine::store, field(spec::common::wait), cycle);
    context_.trace.start(Engine::store, head_->index, cycle);
    active_.set(cycle, true);
    issuing_.set(cycle, true);
    busy_.begin(cycle);
    port_.poke_write(cycle + 1);
}

void Storer::outside(Cycle cycle) { raise(cycle, spec::ErrorCode::write_window, walker_.burst().address); }

// A beat is read in r, once the beat before has moved on; it moves to the output register in m > r, once the beat
// before was accepted or is being; it is offered from m + 1 on.
void Storer::issued(Cycle cycle, WriteData& data) {
    const RowWalker::Burst burst = walker_.burst();
    flight_.add(cycle, 1);
    if (context_.values) bytes_.push_back(burst);
    if (burst.last) {
        issuing_.set(cycle, false);
    } else {
        walker_.step();
    }
    data.accepted.clear();
    data.ends = burst.last;
    if (context_.memory.config().stall_percent == 0) return steady(cycle, burst, data);
    std::vector<Cycle> reads;
    for (uint32_t beat = 0; beat < burst.beats; ++beat) {
        next_beat(cycle);
        data.accepted.push_back(accepted_);
        reads.push_back(read_);
    }
    data.first = data.accepted.front();
    data.last = accepted_;
    if (const auto beat = first_outside(burst)) raise_outside(burst, *beat, reads[*beat]);
}

void Storer::next_beat(Cycle issue) {
    read_ = std::max(issue + 1, moved_);
    moved_ = std::max(read_ + 1, accepted_);
    accepted_ = context_.memory.next_ready(Channel::write_data, moved_ + 1);
}

// With a bus that takes a beat in every cycle.
void Storer::steady(Cycle issue, const RowWalker::Burst& burst, WriteData& data) {
    next_beat(issue);
    const Cycle more = burst.beats - 1;
    if (const auto beat = first_outside(burst)) raise_outside(burst, *beat, read_ + *beat);
    data.first = accepted_;
    data.last = accepted_ + more;
    read_ += more, moved_ += more, accepted_ += more;
}

// Byte of the buffer at which beat j of the burst reads: chunk j of its row.
uint64_t Storer::chunk(const RowWalker::Burst& burst, uint32_t beat) const {
    const int shift = std::countr_zero(uint32_t(context_.machine.beat_bytes));
    const uint32_t first_beat = (burst.row_byte + (burst.row_first ? 0 : burst.first_lane)) >> shift;
    return uint64_t(burst.word) * uint64_t(buffers_.output.word_bytes()) + (uint64_t(first_beat + beat) << shift);
}

// The first beat that reads a word outside the buffer. The last one of a row reads only if it has bytes of its chunk.
std::optional<uint32_t> Storer::first_outside(const RowWalker::Burst& burst) const {
    const uint64_t limit = this->limit();
    if (inside_ || chunk(burst, burst.beats - 1) < limit) return std::nullopt;
    for (uint32_t beat = 0; beat < burst.beats; ++beat) {
        const bool needed = !(burst.row_last && beat + 1 == burst.beats && burst.last_lane < burst.first_lane);
        if (needed && chunk(burst, beat) >= limit) return beat;
    }
    return std::nullopt;
}

void Storer::raise_outside(const RowWalker::Burst& burst, uint32_t beat, Cycle cycle) {
    const uint64_t word = chunk(burst, beat) / uint64_t(buffers_.output.word_bytes());
    raise(cycle, spec::ErrorCode::buffer_range, uint32_t(word) & spec::word_mask(context_.machine));
}

void Storer::joined(const MemoryModel::WriteBurst& write) {
    const RowWalker::Burst burst = bytes_.front();
    bytes_.pop_front();
    if (write.error) return;
    // Bytes of words outside the buffer are zeros.
    const Buffer& buffer = buffers_.output;
    const uint64_t limit = uint64_t(buffer.words()) * uint64_t(buffer.word_bytes());
    const uint64_t first = uint64_t(burst.word) * uint64_t(buffer.word_bytes()) + burst.row_byte;
    const uint8_t* bytes = buffer.word(0) + std::min(first, limit);
    std::vector<uint8_t> filled;
    if (first + burst.bytes > limit) {
        filled.assign(bytes, buffer.word(0) + limit);
        filled.resize(burst.bytes);
        bytes = filled.data();
    }
    context_.memory.store(write, burst.address, bytes, burst.bytes);
    if (context_.machine.checksums == 0) return;
    context_.checksums.store = add_burst(context_.checksums.store, uint32_t(context_.machine.beat_bytes), burst.address,
                                         bytes, burst.bytes);
}

void Storer::answered(Cycle cycle, uint32_t address, bool error) {
    flight_.add(cycle, -1);
    if (error) return raise(cycle, spec::ErrorCode::write_response, address);
    if (issuing_.next() || flight_.next() != 0) return;
    tokens_.give(Engine::store, field(spec::common::signal), cycle);
    active_.set(cycle, false);
    busy_.end(cycle);
    queue_.release(cycle, Engine::store);
    head_.reset();
    listener_.ended(Engine::store, cycle);
}

}  // namespace napier::sim
