#pragma once
// Twin of rtl/memory/row_walker.sv: the rows of a LOAD or STORE, cut into bursts.

#include <bit>
#include <cstdint>

#include "sim/memory/requester.hpp"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

class RowWalker {
public:
    // The present burst; its bytes are those of the row.
    struct Burst : BusBurst {
        bool row_first, row_last;  // first, last burst of its row
        bool last;                 // last burst of the command
        uint32_t first_lane;       // byte lane of the row's first byte
        uint32_t last_lane;        // byte lane of the row's last byte
        uint32_t word, byte;       // place of the row's first byte in the buffer
        uint32_t row_byte;         // place of the burst's first byte in the row
    };

    // Bytes of beats and bursts are powers of two (see rtl/spec/machines.py).
    explicit RowWalker(const spec::Machine& machine)
        : beat_bytes_(uint32_t(machine.beat_bytes)), burst_bytes_(uint32_t(spec::burst_bytes(machine))),
          beat_shift_(std::countr_zero(beat_bytes_)), burst_shift_(std::countr_zero(burst_bytes_)),
          address_mask_(spec::address_mask(machine)), word_mask_(spec::word_mask(machine)) {}

    // `word_bytes`: of the target buffer. The fields stand in the same place in LOAD and STORE; a STORE has no byte
    // offsets.
    void load(const spec::CommandWords& command, uint32_t word_bytes, bool fill);
    const Burst& burst() const { return burst_; }
    // Takes the present burst; not after the last.
    void step();
    // A row as a whole, for fills: its beats, and the place of its first byte.
    uint32_t row_beats() const { return (row_span() >> beat_shift_) + 1; }
    uint32_t word() const { return row_.word; }
    uint32_t byte() const { return row_.byte; }
    uint32_t length() const { return length_; }
    // To the next row; false if this was the last.
    bool next_row();

    // About the command as a whole, before its first step.
    bool bytes_bad() const { return bytes_bad_; }
    // No row has a byte of the buffer from here on.
    uint64_t buffer_end() const { return buffer_end_; }
    bool memory_uneven() const;
    bool buffer_uneven() const;

private:
    struct Place {
        uint32_t word = 0;
        uint32_t byte = 0;
    };
    void find_burst();
    void move_burst();
    uint64_t find_buffer_end(Place first) const;
    Place advance(Place from, Place stride) const;
    uint32_t in_beat(uint32_t byte) const { return byte & (beat_bytes_ - 1); }
    uint32_t in_burst(uint32_t byte) const { return byte & (burst_bytes_ - 1); }
    uint32_t low() const { return in_burst(fill_ ? in_beat(row_.byte) : address_); }
    uint32_t row_span() const { return low() + length_ - 1; }

    uint32_t beat_bytes_, burst_bytes_;
    int beat_shift_, burst_shift_;
    uint32_t address_mask_, word_mask_;
    uint32_t word_bytes_ = 1, length_ = 1, count_x_ = 1, count_y_ = 1;
    uint32_t stride_x_ = 0, stride_y_ = 0;
    Place place_stride_x_, place_stride_y_;
    bool fill_ = false, bytes_bad_ = false, strides_uneven_ = false;

    uint64_t buffer_end_ = 0;
    uint32_t x_ = 0, y_ = 0, index_ = 0;        // row and burst
    uint32_t line_address_ = 0, address_ = 0;   // of the line's and of the row's first byte
    Place line_, row_;
    Burst burst_{};
};

}  // namespace napier::sim
