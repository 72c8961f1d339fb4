#pragma once
// The passes that a layer needs: for each column tile the weight sets that are not all zero, as boxes of
// (kernel row, kernel column, channel group). Block-diagonal weights of grouped convolutions come out as short boxes.
// Planes follow each other, the most significant that is not zero first; the first box of each later one triples.

#include <cstdint>
#include <vector>

#include "driver/compile/geometry.hpp"

namespace napier::driver {

// The part of a tile's input that the activation buffer holds at a time: channel groups, and what the kernel's rows and
// columns, as they are left to the address generator, read of them.
struct Held {
    Span groups, rows, columns;
    bool operator==(const Held&) const = default;
};

// A range of taps and groups: what one EXEC visits. Of the window engine the part of the kernel that begins there.
struct PassBox {
    int ky = 0, kx = 0, group = 0;        // first
    int rows = 1, columns = 1, groups = 1;  // counts
    int plane = 0;
    bool triple = false;                  // the first pass adds to three times the sums
    int64_t passes() const { return int64_t{rows} * columns * groups; }
    bool operator==(const PassBox&) const = default;
};

class PassTable {
public:
    explicit PassTable(const Geometry& geometry);

    // Boxes of a column tile, of all its planes, in the order in which they are executed. All its weights lie in the
    // groups [groups.begin, groups.end). All zero: empty.
    std::vector<PassBox> boxes(int column_tile, Span groups) const;
    // Those of one plane whose groups lie in [groups.begin, groups.end). None of them triples.
    std::vector<PassBox> plane_boxes(int column_tile, int plane, Span groups) const;
    // Those of one plane that what is held serves.
    std::vector<PassBox> held_boxes(int column_tile, int plane, const Held& held) const;
    // The most significant plane with a weight that is not zero; 0 if there is none.
    int first_plane(int column_tile) const;
    // A plane without weights still needs a pass that triples the sums.
    static PassBox zero_pass(int plane, Span groups);
    int64_t passes(int column_tile) const { return count_[column_tile]; }
    // Passes of all column tiles, and what they would be if one plane held all weights.
    int64_t all_passes() const;
    int64_t all_places() const;
    // Boxes of all column tiles, of all groups.
    int64_t all_boxes() const { return all_boxes_; }
    // Which passes have a weight: [plane][column tile][ky][kx][group].
    const std::vector<char>& needed() const { return needed_; }
    // Groups that the column tiles of the span need, as one range; at least one group.
    Span groups_of(Span column_tiles) const;

private:
    void mark_needed();
    // The number of a pass among those of all planes and column tiles, and whether it has a weight.
    size_t index(int plane, int tile, int ky, int kx, int group) const;
    std::vector<Span> runs(int plane, int tile, int ky, int kx, Span groups) const;
    std::vector<PassBox> row_boxes(int plane, int tile, int ky, Span groups) const;

    Geometry geometry_;
    std::vector<char> needed_;
    std::vector<int64_t> count_;
    int64_t all_boxes_ = 0;
    std::vector<Span> window_;
};

// Pass number `index` of a box, in the order in which they are executed, as a box of its own.
PassBox pass_of(const PassBox& box, int64_t index);

// Cuts the boxes into lists of at most `capacity` passes each; order is kept.
std::vector<std::vector<PassBox>> split_boxes(const std::vector<PassBox>& boxes, int64_t capacity);

}  // namespace napier::driver
