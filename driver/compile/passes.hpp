#pragma once
// The passes that a layer needs: for each column tile the weight sets that are not all zero, as boxes of
// (kernel row, kernel column, channel group). Block-diagonal weights of grouped convolutions come out as short boxes.

#include <cstdint>
#include <vector>

#include "driver/compile/geometry.hpp"

namespace napier::driver {

// A range of taps and groups: what one EXEC visits.
struct PassBox {
    int ky = 0, kx = 0, group = 0;        // first
    int rows = 1, columns = 1, groups = 1;  // counts
    int64_t passes() const { return int64_t{rows} * columns * groups; }
    bool operator==(const PassBox&) const = default;
};

class PassTable {
public:
    explicit PassTable(const Geometry& geometry);

    // Boxes of a column tile whose groups lie in [groups.begin, groups.end), in the order in which they are executed.
    // All zero: empty.
    std::vector<PassBox> boxes(int column_tile, Span groups) const;
    int64_t passes(int column_tile) const { return count_[column_tile]; }
    // Boxes of all column tiles, of all groups.
    int64_t all_boxes() const { return all_boxes_; }
    // Groups that the column tiles of the span need, as one range; at least one group.
    Span groups_of(Span column_tiles) const;

private:
    void mark_needed();
    bool needed(int tile, int ky, int kx, int group) const;
    std::vector<Span> runs(int tile, int ky, int kx, Span groups) const;
    std::vector<PassBox> row_boxes(int tile, int ky, Span groups) const;

    Geometry geometry_;
    std::vector<char> needed_;  // [column tile][ky][kx][group]
    std::vector<int64_t> count_;
    int64_t all_boxes_ = 0;
    std::vector<Span> window_;
};

// Cuts the boxes into lists of at most `capacity` passes each; order is kept.
std::vector<std::vector<PassBox>> split_boxes(const std::vector<PassBox>& boxes, int64_t capacity);

}  // namespace napier::driver
