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
    place_stride_x_ = {uint16_t(field(buffer_stride_x_word)), field(buffer_stride_x_byte)};
    place_stride_y_ = {uint16_t(field(buffer_stride_y_word)), field(buffer_stride_y_byte)};
    const Place first{uint16_t(field(buffer_word)), field(buffer_byte)};
    bytes_bad_ = std::max({first.byte, place_stride_x_.byte, place_stride_y_.byte}) >= word_bytes_;
    x_ = y_ = index_ = 0;
    line_address_ = address_ = field(address);
    line_ = row_ = advance({}, first);
}

RowWalker::Place RowWalker::advance(Place from, Place stride) const {
    const uint32_t sum = from.byte + stride.byte;
    const bool carry = sum >= word_bytes_;
    return {uint16_t(from.word + stride.word + carry), carry ? sum - word_bytes_ : sum};
}

RowWalker::Burst RowWalker::burst() const {
    const uint32_t span = row_span();
    const uint32_t last_index = span / burst_bytes_;
    Burst burst{};
    burst.row_first = index_ == 0;
    burst.row_last = index_ == last_index;
    burst.last = burst.row_last && x_ + 1 == count_x_ && y_ + 1 == count_y_;
    burst.address = burst.row_first ? address_ : address_ - address_ % burst_bytes_ + index_ * burst_bytes_;
    const uint32_t first_beat = burst.row_first ? low() / beat_bytes_ : 0;
    const uint32_t last_beat = (burst.row_last ? span % burst_bytes_ : burst_bytes_ - 1) / beat_bytes_;
    burst.beats = last_beat - first_beat + 1;
    burst.first_lane = low() % beat_bytes_;
    burst.last_lane = span % beat_bytes_;
    burst.word = row_.word;
    burst.byte = row_.byte;
    burst.row_byte = burst.row_first ? 0 : index_ * burst_bytes_ - low();
    burst.bytes = (burst.row_last ? length_ : (index_ + 1) * burst_bytes_ - low()) - burst.row_byte;
    return burst;
}

void RowWalker::step() {
    if (index_ != row_span() / burst_bytes_) {
        ++index_;
        return;
    }
    next_row();
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
    return address_ % beat_bytes_ != 0 || stride_x_ % beat_bytes_ != 0 || stride_y_ % beat_bytes_ != 0;
}

bool RowWalker::buffer_uneven() const {
    return length_ % beat_bytes_ != 0 || row_.byte % beat_bytes_ != 0 || place_stride_x_.byte % beat_bytes_ != 0 ||
           place_stride_y_.byte % beat_bytes_ != 0;
}

}  // namespace napier::sim
