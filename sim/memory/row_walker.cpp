#include "sim/memory/row_walker.hpp"

#include <algorithm>

namespace napier::sim {

void RowWalker::load(const spec::CommandWords& command, uint32_t word_bytes, bool fill) {
    using namespace spec::load;
    const auto field = [&](const spec::Field& which) { return uint32_t(spec::get(command, which)); };
    word_bytes_ = word_bytes;
    fill_ = fill;
    length_ = field(spec::load::length);
    count_x_ = field(count_x);
    count_y_ = field(count_y);
    stride_x_ = field(memory_stride_x);
    stride_y_ = field(memory_stride_y);
    place_stride_x_ = {field(buffer_stride_x_word), field(buffer_stride_x_byte)};
    place_stride_y_ = {field(buffer_stride_y_word), field(buffer_stride_y_byte)};
    const Place first{field(buffer_word), field(buffer_byte)};
    bytes_bad_ = std::max({first.byte, place_stride_x_.byte, place_stride_y_.byte}) >= word_bytes_;
    strides_uneven_ = in_beat(stride_x_) != 0 || in_beat(stride_y_) != 0;
    buffer_end_ = find_buffer_end(first);
    x_ = y_ = index_ = 0;
    line_address_ = address_ = field(address);
    line_ = row_ = advance({}, first);
    find_burst();
}

// Of the last row in both directions, which is the farthest if no place wraps.
uint64_t RowWalker::find_buffer_end(Place first) const {
    if (bytes_bad_) return ~uint64_t{0} / 2;  // so of every buffer that the machine lacks, whose words have no bytes
    const uint64_t x = count_x_ - 1, y = count_y_ - 1;
    const uint64_t word = first.word + x * place_stride_x_.word + y * place_stride_y_.word;
    const uint64_t byte = first.byte + x * place_stride_x_.byte + y * place_stride_y_.byte;
    if (word + byte / word_bytes_ > word_mask_) return ~uint64_t{0} / 2;  // to which something can be added
    return word * word_bytes_ + byte + length_;
}

RowWalker::Place RowWalker::advance(Place from, Place stride) const {
    const uint32_t sum = from.byte + stride.byte;
    const bool carry = sum >= word_bytes_;
    return {(from.word + stride.word + carry) & word_mask_, carry ? sum - word_bytes_ : sum};
}

void RowWalker::find_burst() {
    const uint32_t span = row_span(), start = low();
    const uint32_t last_index = span >> burst_shift_;
    Burst& burst = burst_;  // in place: a copy of what was just written waits for the writes
    burst.row_first = index_ == 0;
    burst.row_last = index_ == last_index;
    burst.last = burst.row_last && x_ + 1 == count_x_ && y_ + 1 == count_y_;
    burst.address = burst.row_first ? address_ : address_ - in_burst(address_) + (index_ << burst_shift_);
    burst.address &= address_mask_;
    const uint32_t first_beat = burst.row_first ? start >> beat_shift_ : 0;
    const uint32_t last_beat = (burst.row_last ? in_burst(span) : burst_bytes_ - 1) >> beat_shift_;
    burst.beats = last_beat - first_beat + 1;
    burst.first_lane = in_beat(start);
    burst.last_lane = in_beat(span);
    burst.word = row_.word;
    burst.byte = row_.byte;
    burst.row_byte = burst.row_first ? 0 : (index_ << burst_shift_) - start;
    burst.bytes = (burst.row_last ? length_ : ((index_ + 1) << burst_shift_) - start) - burst.row_byte;
}

void RowWalker::step() {
    const uint32_t last_index = row_span() >> burst_shift_;
    if (index_ != last_index) {
        ++index_;
        find_burst();
        return;
    }
    next_row();
    if (last_index == 0 && !strides_uneven_ && row_span() >> burst_shift_ == 0) {
        move_burst();
    } else {
        find_burst();
    }
}

// From a row of one burst to another in the same lanes.
void RowWalker::move_burst() {
    burst_.address = address_ & address_mask_;
    burst_.word = row_.word;
    burst_.byte = row_.byte;
    burst_.last = x_ + 1 == count_x_ && y_ + 1 == count_y_;
}

bool RowWalker::next_row() {
    index_ = 0;
    if (x_ + 1 != count_x_) {
        ++x_;
        address_ += stride_x_;
        row_ = advance(row_, place_stride_x_);
        return true;
    }
    x_ = 0;
    line_address_ += stride_y_;
    address_ = line_address_;
    line_ = row_ = advance(line_, place_stride_y_);
    return ++y_ != count_y_;
}

bool RowWalker::memory_uneven() const {
    return in_beat(address_) != 0 || strides_uneven_;
}

bool RowWalker::buffer_uneven() const {
    return in_beat(length_) != 0 || in_beat(row_.byte) != 0 || in_beat(place_stride_x_.byte) != 0 ||
           in_beat(place_stride_y_.byte) != 0;
}

}  // namespace napier::sim
