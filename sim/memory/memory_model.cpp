#include "sim/memory/memory_model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::sim {

namespace {

constexpr int fraction_bits = 16;
constexpr uint64_t never = ~uint64_t{0};

// Streams of random numbers; the three channels come first.
enum Stream : uint64_t { stall_stream = 0, read_stream = 3, write_stream, gap_stream, gap_place_stream };

void check(const MemoryConfig& config) {
    const auto fail = [](const std::string& sentence) { throw Error(ErrorKind::usage, sentence); };
    if (config.size == 0 || uint64_t{config.base} + config.size > (uint64_t{1} << 32))
        fail(fmt::format("The memory of {} bytes at {:#x} does not fit 32-bit addresses; make it smaller.", config.size,
                         config.base));
    if (config.read_latency < 1 || config.write_latency < 1)
        fail("The memory's latency is zero; give read_latency and write_latency of at least 1 cycle.");
    if (!(config.bytes_per_cycle >= 0.001))
        fail(fmt::format("The memory's bandwidth of {} bytes a cycle is too low; give at least 0.001.",
                         config.bytes_per_cycle));
    if (config.stall_percent > 99 || config.gap_percent > 100)
        fail("The memory's stall_percent must be below 100 and its gap_percent at most 100.");
}

// A burst that was not numbered is struck by no fault.
bool strikes(int64_t fault, int64_t number) { return fault >= 0 && fault == number; }

}  // namespace

MemoryModel::MemoryModel(const MemoryConfig& config) { configure(config); }

void MemoryModel::configure(const MemoryConfig& config) {
    check(config);
    const bool same = config.base == config_.base && config.size == config_.size;
    config_ = config;
    const double cycles = std::max(1.0, config.beat_bytes / config.bytes_per_cycle);
    interval_ = uint64_t(std::llround(cycles * (1 << fraction_bits)));
    if (!same || bytes_.empty()) bytes_.assign(config.size, 0);
    restart();
}

void MemoryModel::restart() {
    channel_free_ = last_answer_ = 0;
    reads_ = writes_ = 0;
    again_.clear();
}

// SplitMix64 (Steele, Lea, Flood 2014), finalizer applied to a counter of two parts.
uint64_t MemoryModel::random(uint64_t stream, uint64_t number) const {
    uint64_t z = config_.seed + stream * 0xD1B54A32D192ED03 + (number + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

bool MemoryModel::stalled(Channel channel, uint64_t cycle) const {
    return random(stall_stream + uint64_t(channel), cycle) % 100 < config_.stall_percent;
}

uint32_t MemoryModel::extra(uint64_t stream, uint64_t number) const {
    return config_.extra_latency == 0 ? 0 : uint32_t(random(stream, number) % (config_.extra_latency + 1));
}

bool MemoryModel::outside(uint32_t address, uint32_t beats) const {
    return !holds(address & ~(config_.beat_bytes - 1), uint64_t{beats} * config_.beat_bytes);
}

MemoryModel::ReadBurst MemoryModel::join_read(uint64_t cycle, uint32_t address, uint32_t beats) {
    const int64_t number = reads_++;
    ReadBurst burst;
    burst.interval = interval_;
    burst.number = number;
    burst.error = number == config_.read_error || outside(address, beats);
    if (number == config_.read_error && config_.read_error_beat >= 0 && !outside(address, beats))
        burst.error_beat = config_.read_error_beat % beats;
    if (number == config_.read_corrupt && !outside(address, beats))
        burst.corrupt_beat = config_.corrupt_place / 8 % beats;
    if (config_.read_dead >= 0 && number >= config_.read_dead) {
        burst.start = never;
        return burst;
    }
    const uint64_t late = number == config_.read_late ? config_.late_cycles : 0;
    const uint64_t earliest = cycle + config_.read_latency + extra(read_stream, number) + late;
    burst.start = std::max(earliest << fraction_bits, channel_free_);
    if (config_.gap_cycles > 0 && random(gap_stream, number) % 100 < config_.gap_percent) {
        const uint64_t place = random(gap_place_stream, number);
        burst.gap_beat = uint32_t(place % beats);
        burst.gap = 1 + uint32_t((place >> 32) % config_.gap_cycles);
    }
    channel_free_ = burst.start + beats * interval_ + (uint64_t{burst.gap} << fraction_bits);
    return burst;
}

MemoryModel::WriteBurst MemoryModel::join_write(uint64_t cycle, uint32_t address, uint32_t beats) {
    const int64_t number = writes_++;
    WriteBurst burst;
    burst.number = number;
    burst.error = number == config_.write_error || outside(address, beats);
    if (config_.write_dead >= 0 && number >= config_.write_dead) {
        burst.answer = never;
        return burst;
    }
    channel_free_ = std::max((cycle + 1) << fraction_bits, channel_free_) + beats * interval_;
    const uint64_t end = (channel_free_ + (1 << fraction_bits) - 1) >> fraction_bits;
    const uint64_t late = number == config_.write_late ? config_.late_cycles : 0;
    burst.answer = std::max(end + config_.write_latency + extra(write_stream, number) + late, last_answer_ + 1);
    last_answer_ = burst.answer;
    return burst;
}

std::optional<MemoryModel::Flip> MemoryModel::flip(const ReadBurst& burst, uint32_t address) const {
    if (burst.corrupt_beat < 0) return std::nullopt;
    const uint32_t bytes = config_.beat_bytes;
    const uint32_t beat = uint32_t(burst.corrupt_beat);
    return Flip{beat == 0 ? address : address - address % bytes + beat * bytes,
                uint8_t(1u << config_.corrupt_place % 8)};
}

void MemoryModel::store(const WriteBurst& burst, uint32_t address, const uint8_t* bytes, uint32_t count) {
    if (!strikes(config_.write_dropped, burst.number)) std::copy_n(bytes, count, at(address));
    if (strikes(config_.write_corrupt, burst.number)) {
        at(address)[config_.corrupt_place / 8 % count] ^= uint8_t(1u << config_.corrupt_place % 8);
    }
    if (config_.write_doubled < 0) return;
    if (burst.number == config_.write_doubled) again_.assign(bytes, bytes + count), again_address_ = address;
    if (burst.number == config_.write_doubled + 2) std::copy(again_.begin(), again_.end(), at(again_address_));
}

}  // namespace napier::sim
