#pragma once
// The memory behind the AXI4 master: one model for the simulator (asked per burst) and for the test bench (asked per
// cycle).
//
// A cycle t means: the handshake, or the valid signal, stands on the wires before the clock edge that ends cycle t.
// * One channel serves bursts in the order in which they join; reads and writes share it; in one cycle reads join
//   before writes.
// * A read of n beats whose AR handshake is in cycle t joins in t. Its service starts at max(t + read_latency +
//   extra, channel free); beat i has rvalid in cycle floor(start + i*interval), i >= gap_beat: + gap. The channel is
//   free n*interval + gap after start. interval = beat_bytes / bytes_per_cycle, at least 1, in steps of 2^-16 cycles.
// * A write joins in the cycle in which the later of its address and its last W beat was accepted. Its service starts
//   at max(t + 1, channel free) and ends n*interval later; bvalid comes in cycle ceil(end) + write_latency + extra,
//   not before the answer to the write before it, and a cycle after it.
// * Disturbances are functions of (seed, burst number) or (seed, cycle) alone: extra latency 0..extra_latency per
//   burst; one gap of 1..gap_cycles in front of one beat of a burst, in gap_percent of the bursts; arready, awready
//   and wready low in stall_percent of the cycles.
// * Faults strike bursts by their number: see memory_config.hpp. A corrupted byte is the row's first in its beat.
// * Reads and writes are numbered apart, from 0, in the order in which they join. A burst that leaves the memory or
//   is told to fail is answered SLVERR (every beat) and moves nothing; its read data is 0. Bytes are read when the
//   beat comes and written when the burst joins. Calls of join_read and join_write must come in order of time.

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/memory/memory_config.hpp"

namespace napier::sim {

// `address` of a burst may be any byte of its first beat.
class MemoryModel {
public:
    enum class Channel : uint8_t { read_address, write_address, write_data };

    struct ReadBurst {
        uint64_t start = 0;     // in 2^-16 cycles; dead: never
        uint64_t interval = 1 << 16;  // from beat to beat, in the same
        uint32_t gap_beat = 0;
        uint32_t gap = 0;       // cycles
        bool error = false;
        int64_t error_beat = -1;    // the one with the error; -1: every
        int64_t corrupt_beat = -1;  // -1: none
        int64_t number = -1;
        // The first beat answered with an error, if any is.
        uint32_t first_error() const { return error_beat < 0 ? 0 : uint32_t(error_beat); }
    };
    struct WriteBurst {
        uint64_t answer = 0;    // cycle of bvalid; dead: never
        bool error = false;
        int64_t number = -1;
    };

    // Throws Error (usage) if the configuration breaks a limit above.
    explicit MemoryModel(const MemoryConfig& config);
    virtual ~MemoryModel() = default;
    const MemoryConfig& config() const { return config_; }
    // Another configuration, and restart(); the bytes stay if base and size do, else they are zero.
    void configure(const MemoryConfig& config);

    // Forgets the bursts, and numbers them and the cycles from 0 again; the bytes stay.
    virtual void restart();

    bool ready(Channel channel, uint64_t cycle) const {
        return config_.stall_percent == 0 || !stalled(channel, cycle);
    }
    // The first cycle not before `cycle` in which the channel's ready is high.
    uint64_t next_ready(Channel channel, uint64_t cycle) const {
        while (!ready(channel, cycle)) ++cycle;
        return cycle;
    }

    virtual ReadBurst join_read(uint64_t cycle, uint32_t address, uint32_t beats);
    virtual WriteBurst join_write(uint64_t cycle, uint32_t address, uint32_t beats);
    // The simulator moved the bytes of the burst that join_write() gave last to at(address); a memory elsewhere, which
    // needs them for its answer, completes the burst here.
    virtual void wrote(WriteBurst&, uint32_t /*address*/, uint32_t /*bytes*/) {}
    // Cycle of beat 0 <= i < beats; never (all ones) if the burst is dead.
    uint64_t beat_cycle(const ReadBurst& burst, uint32_t i) const {
        if (burst.start == ~uint64_t{0}) return burst.start;
        return ((burst.start + i * burst.interval) >> 16) + (i >= burst.gap_beat ? burst.gap : 0);
    }

    // Of a burst at `address`, the place and the bits that are wrong on the bus; nothing: none are.
    struct Flip {
        uint32_t address;
        uint8_t bits;
    };
    std::optional<Flip> flip(const ReadBurst& burst, uint32_t address) const;
    // The bytes of a burst that joined reach memory, or do not.
    void store(const WriteBurst& burst, uint32_t address, const uint8_t* bytes, uint32_t count);

    // True if [address, address + count) lies in the memory.
    bool holds(uint64_t address, uint64_t count) const {
        return address >= config_.base && address + count <= uint64_t{config_.base} + config_.size;
    }
    // True if a burst leaves the memory, so that it is answered with an error.
    bool outside(uint32_t address, uint32_t beats) const;
    // The byte at an address the memory holds; what follows it is contiguous.
    uint8_t* at(uint32_t address) { return bytes_.data() + (address - config_.base); }
    const uint8_t* at(uint32_t address) const { return bytes_.data() + (address - config_.base); }
    std::vector<uint8_t>& bytes() { return bytes_; }

private:
    uint64_t random(uint64_t stream, uint64_t number) const;
    bool stalled(Channel channel, uint64_t cycle) const;
    uint32_t extra(uint64_t stream, uint64_t number) const;

    MemoryConfig config_;
    uint64_t interval_ = 0;      // 2^-16 cycles a beat
    uint64_t channel_free_ = 0;  // 2^-16 cycles
    uint64_t last_answer_ = 0;
    int64_t reads_ = 0, writes_ = 0;
    std::vector<uint8_t> bytes_;
    std::vector<uint8_t> again_;  // of the doubled write, from again_address_ on
    uint32_t again_address_ = 0;
};

}  // namespace napier::sim
