// The input of a spatial tile: contiguous pixels, or pixels with folded taps.

#include <algorithm>

#include "driver/compile/tile.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// Positions of one axis whose inputs stand `memory_step` apart, and the folded taps that they hold.
struct Piece {
    Span positions;
    int first_input;   // of the first position's first tap
    int memory_step;   // inputs from position to position
    Span taps;         // taps of the fold; {0, 1} if the axis is not folded
};

// Cuts the positions of an axis into pieces of equal taps inside the input; positions without any are left out.
std::vector<Piece> pieces_of(const Axis& axis, Span positions) {
    if (!axis.folded) return {{positions, positions.begin, 1, {0, 1}}};
    std::vector<Piece> pieces;
    for (int out = positions.begin; out < positions.end; ++out) {
        const Span taps = axis.valid_taps(out);
        if (taps.count() <= 0) continue;
        const bool joins = !pieces.empty() && pieces.back().positions.end == out &&
                           pieces.back().taps.begin == taps.begin && pieces.back().taps.end == taps.end;
        if (joins) {
            ++pieces.back().positions.end;
        } else {
            const int first = axis.first_input(out) + taps.begin * axis.dilation;
            pieces.push_back({{out, out + 1}, first, axis.advance(), taps});
        }
    }
    return pieces;
}

class Loader {
public:
    // held: the groups of a pixel in the buffer; groups: those of them that are loaded.
    Loader(const Plan& plan, const Tile& tile, Span held, Span groups, int64_t memory, int word, CommandNote note,
           std::vector<Draft>& drafts)
        : g_(plan.geometry), tile_(tile), note_(note), drafts_(drafts), memory_(memory) {
        first_ = int64_t{groups.begin} * g_.group_channels();
        end_ = std::min<int64_t>(int64_t{groups.end} * g_.group_channels(), g_.pixel_bytes);
        pixel_ = int64_t{held.count()} * g_.vector_bytes;
        row_ = pixel_ * tile.x.count();
        buffer_ = int64_t{word} * spec::activation_word_bytes(*g_.machine) +
                  int64_t{groups.begin - held.begin} * g_.vector_bytes;
    }

    // Fills the positions at the image's edge, where folded taps lie outside, before the others are loaded over them.
    void fill_edges(int padding) {
        if (g_.y.folded) {
            for (const Span& rows : edges(g_.y, tile_.y)) fill(rows, tile_.x, 0, end_ - first_, padding);
        }
        if (g_.x.folded) {
            for (const Span& columns : edges(g_.x, tile_.x)) fill(tile_.y, columns, 0, end_ - first_, padding);
        }
    }

    // Fills the bytes behind the channels of every position, if they count.
    void fill_tail() {
        const int64_t tail = first_ + pixel_ - g_.pixel_bytes;
        if (g_.annuls || tail <= 0) return;
        fill(tile_.y, tile_.x, end_ - first_, tail, g_.tail_activation());
    }

    void load() {
        for (const Piece& y : pieces_of(g_.y, tile_.y)) {
            for (const Piece& x : pieces_of(g_.x, tile_.x)) load_piece(y, x);
        }
    }

private:
    // Runs of positions some of whose taps lie outside the input.
    static std::vector<Span> edges(const Axis& axis, Span positions) {
        std::vector<Span> result;
        for (int out = positions.begin; out < positions.end; ++out) {
            if (axis.valid_taps(out).count() == axis.folded) continue;
            if (result.empty() || result.back().end != out) result.push_back({out, out});
            result.back().end = out + 1;
        }
        return result;
    }

    int64_t place(int y, int x) const { return buffer_ + (y - tile_.y.begin) * row_ + (x - tile_.x.begin) * pixel_; }

    // Fills `length` bytes, from byte `from` on, of these positions.
    void fill(Span rows, Span columns, int64_t from, int64_t length, int byte) {
        Transfer transfer;
        transfer.fill = true;
        transfer.fill_byte = byte;
        transfer.buffer = place(rows.begin, columns.begin) + from;
        transfer.length = length;
        transfer.loops = {{columns.count(), 0, pixel_}, {rows.count(), 0, row_}};
        CommandNote note = note_;
        note.role = Role::padding;
        emit(transfer, *g_.machine, note, drafts_);
    }

    // Taps of a folded row stand next to each other in memory as in the pixel: one run of bytes.
    void load_piece(const Piece& y, const Piece& x) {
        const int64_t channels = g_.in_channels, pitch = g_.in_pitch, image_row = pitch * g_.x.input;
        const int64_t tap_row = channels * g_.folded_columns();  // bytes of one folded kernel row in the pixel
        const int64_t run = x.taps.begin * channels, run_end = x.taps.end * channels;
        const int64_t memory = memory_ + y.first_input * image_row + x.first_input * pitch;
        const Loop columns{x.positions.count(), x.memory_step * pitch, pixel_};
        const Loop rows{y.positions.count(), y.memory_step * image_row, row_};
        const int64_t tap_memory = g_.y.dilation * image_row;
        const int64_t begin = place(y.positions.begin, x.positions.begin) - first_;
        Transfer transfer;
        if (first_ == 0 && end_ == g_.pixel_bytes) {
            transfer.memory = memory;
            transfer.buffer = begin + y.taps.begin * tap_row + run;
            transfer.length = run_end - run;
            transfer.loops = {columns, rows, {y.taps.count(), tap_memory, tap_row}};
            return emit(transfer, *g_.machine, note_, drafts_);
        }
        for (int tap = y.taps.begin; tap < y.taps.end; ++tap) {  // the part of each folded row in these groups
            const int64_t from = std::max(first_, tap * tap_row + run), to = std::min(end_, tap * tap_row + run_end);
            if (from >= to) continue;
            transfer.memory = memory + (tap - y.taps.begin) * tap_memory + from - (tap * tap_row + run);
            transfer.buffer = begin + from;
            transfer.length = to - from;
            transfer.loops = {columns, rows};
            emit(transfer, *g_.machine, note_, drafts_);
        }
    }

    const Geometry& g_;
    const Tile& tile_;
    CommandNote note_;
    std::vector<Draft>& drafts_;
    int64_t memory_;
    int64_t first_, end_;  // bytes of the pixel that are loaded
    int64_t pixel_, row_;  // bytes in the buffer from position to position
    int64_t buffer_;
};

}  // namespace

void load_activations(const Plan& plan, const Tile& tile, Span groups, int padding, int64_t memory, int word,
                      const CommandNote& note, std::vector<Draft>& drafts) {
    if (plan.geometry.group_channels() < plan.geometry.vector_bytes) {  // a gap behind each group
        for (int group = groups.begin; group < groups.end; ++group) {
            Loader(plan, tile, groups, {group, group + 1}, memory, word, note, drafts).load();
        }
        return;
    }
    Loader loader(plan, tile, groups, groups, memory, word, note, drafts);
    loader.fill_edges(padding);
    loader.fill_tail();
    loader.load();
}

}  // namespace napier::driver
