#include "driver/compile/passes.hpp"

#include <algorithm>
#include <utility>

#include "driver/compile/weights.hpp"

namespace napier::driver {
namespace {

constexpr int most_kernel = 255;  // what the command's kernel fields hold

bool same_columns(const std::vector<PassBox>& left, const std::vector<PassBox>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const PassBox& a, const PassBox& b) {
        return a.kx == b.kx && a.columns == b.columns && a.group == b.group && a.groups == b.groups;
    });
}

// Cuts a box of more than `room` passes in two, at a kernel row, else a kernel column, else a group; the first part has
// at most `room` passes or a single row or column.
std::pair<PassBox, PassBox> cut(const PassBox& box, int64_t room) {
    PassBox head = box, tail = box;
    if (box.rows > 1) {
        head.rows = static_cast<int>(std::max<int64_t>(1, room / (int64_t{box.columns} * box.groups)));
        tail.ky += head.rows, tail.rows -= head.rows;
    } else if (box.columns > 1) {
        head.columns = static_cast<int>(std::max<int64_t>(1, room / box.groups));
        tail.kx += head.columns, tail.columns -= head.columns;
    } else {
        head.groups = static_cast<int>(room);
        tail.group += head.groups, tail.groups -= head.groups;
    }
    return {head, tail};
}

}  // namespace

PassTable::PassTable(const Geometry& geometry) : geometry_(geometry) {
    mark_needed();
    const ptrdiff_t size = ptrdiff_t{geometry.y.taps()} * geometry.x.taps() * geometry.groups;
    for (int tile = 0; tile < geometry.column_tiles; ++tile) {
        const auto first = needed_.begin() + tile * size;
        Span window{geometry.groups, 0};
        int64_t count = 0;
        for (int i = 0; i < size; ++i) {
            if (!first[i]) continue;
            const int group = i % geometry.groups;
            ++count;
            window = {std::min(window.begin, group), std::max(window.end, group + 1)};
        }
        count_.push_back(count);
        window_.push_back(window);
        all_boxes_ += std::max<int64_t>(1, static_cast<int64_t>(boxes(tile, {0, geometry.groups}).size()));
    }
}

void PassTable::mark_needed() {
    const Geometry& g = geometry_;
    const Layer& layer = *g.layer;
    const int taps = g.y.taps() * g.x.taps();
    const int per_group = g.in_channels / layer.groups, out_per_group = g.out_channels / layer.groups;
    const int per_out = g.y.kernel * g.x.kernel * per_group;
    needed_.assign(size_t(g.column_tiles) * taps * g.groups, 0);
    for (size_t index = 0; index < layer.weight.size(); ++index) {
        if (layer.weight[index] == 0) continue;
        const int out = static_cast<int>(index / per_out), rest = static_cast<int>(index % per_out);
        const int channel = out / out_per_group * per_group + rest % per_group;
        const int tap = rest / per_group;
        const WeightPlace place = place_of(g, tap / g.x.kernel, tap % g.x.kernel, channel);
        const size_t row = size_t(out / g.machine->columns) * taps + place.ky * g.x.taps() + place.kx;
        needed_[row * g.groups + place.byte / g.vector_bytes] = 1;
    }
}

bool PassTable::needed(int tile, int ky, int kx, int group) const {
    const Geometry& g = geometry_;
    return needed_[((size_t(tile) * g.y.taps() + ky) * g.x.taps() + kx) * g.groups + group] != 0;
}

Span PassTable::groups_of(Span column_tiles) const {
    Span result{geometry_.groups, 0};
    for (int tile = column_tiles.begin; tile < column_tiles.end; ++tile) {
        result = {std::min(result.begin, window_[tile].begin), std::max(result.end, window_[tile].end)};
    }
    return result.count() > 0 ? result : Span{0, 1};
}

std::vector<Span> PassTable::runs(int tile, int ky, int kx, Span groups) const {
    std::vector<Span> result;
    for (int group = groups.begin; group < groups.end; ++group) {
        if (!needed(tile, ky, kx, group)) continue;
        if (result.empty() || result.back().end != group) result.push_back({group, group});
        result.back().end = group + 1;
    }
    return result;
}

// Boxes of one kernel row: neighbouring kernel columns with the same runs of groups join.
std::vector<PassBox> PassTable::row_boxes(int tile, int ky, Span groups) const {
    std::vector<PassBox> result;
    std::vector<Span> before;
    size_t joined = 0;  // boxes that the last kernel columns share, at the end of result
    for (int kx = 0; kx < geometry_.x.taps(); ++kx) {
        const std::vector<Span> now = runs(tile, ky, kx, groups);
        const bool same = joined > 0 && result.back().columns < most_kernel &&
                          std::equal(now.begin(), now.end(), before.begin(), before.end(),
                                     [](Span a, Span b) { return a.begin == b.begin && a.end == b.end; });
        if (same) {
            for (size_t i = result.size() - joined; i < result.size(); ++i) ++result[i].columns;
        } else {
            for (const Span& run : now) result.push_back({ky, kx, run.begin, 1, 1, run.count()});
            joined = now.size();
            before = now;
        }
    }
    return result;
}

std::vector<PassBox> PassTable::boxes(int column_tile, Span groups) const {
    std::vector<PassBox> result;
    std::vector<PassBox> before;
    size_t joined = 0;
    for (int ky = 0; ky < geometry_.y.taps(); ++ky) {
        const std::vector<PassBox> now = row_boxes(column_tile, ky, groups);
        if (joined > 0 && result.back().rows < most_kernel && same_columns(now, before)) {
            for (size_t i = result.size() - joined; i < result.size(); ++i) ++result[i].rows;
        } else {
            result.insert(result.end(), now.begin(), now.end());
            joined = now.size();
            before = now;
        }
    }
    return result;
}

std::vector<std::vector<PassBox>> split_boxes(const std::vector<PassBox>& boxes, int64_t capacity) {
    std::vector<std::vector<PassBox>> result;
    std::vector<PassBox> stack(boxes.rbegin(), boxes.rend());
    int64_t room = 0;
    while (!stack.empty()) {
        const PassBox box = stack.back();
        stack.pop_back();
        if (room == 0) {
            result.emplace_back();
            room = capacity;
        }
        if (box.passes() <= room) {
            result.back().push_back(box);
            room -= box.passes();
        } else {
            const auto [head, tail] = cut(box, room);
            stack.push_back(tail);
            stack.push_back(head);
        }
    }
    return result;
}

}  // namespace napier::driver
