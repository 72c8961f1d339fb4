#include "driver/compile/passes.hpp"

#include <algorithm>
#include <array>
#include <numeric>
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
    tail.triple = false;
    return {head, tail};
}

// The planes, a bit each, in which a weight is not 0, by its eight bits.
std::array<uint32_t, 256> used_planes(const Geometry& geometry) {
    std::array<uint32_t, 256> planes{};
    for (int weight = -128; weight < 128; ++weight) {
        for (int plane = 0; plane < geometry.planes; ++plane) {
            planes[static_cast<uint8_t>(weight)] |= uint32_t{plane_weight(geometry, weight, plane) != 0} << plane;
        }
    }
    return planes;
}

}  // namespace

PassTable::PassTable(const Geometry& geometry) : geometry_(geometry) {
    if (geometry.windowed) {  // a column tile is a group, and a part of the kernel one pass
        needed_.assign(geometry.column_tiles, 1);
        count_.assign(geometry.column_tiles, geometry.parts());
        all_boxes_ = int64_t{geometry.column_tiles} * geometry.parts();
        for (int tile = 0; tile < geometry.column_tiles; ++tile) window_.push_back({tile, tile + 1});
        return;
    }
    mark_needed();
    window_.assign(geometry.column_tiles, Span{geometry.groups, 0});
    for (size_t i = 0; i < needed_.size(); ++i) {
        if (!needed_[i]) continue;
        Span& window = window_[i / index(0, 1, 0, 0, 0) % geometry.column_tiles];
        const int group = static_cast<int>(i % geometry.groups);
        window = {std::min(window.begin, group), std::max(window.end, group + 1)};
    }
    for (int tile = 0; tile < geometry.column_tiles; ++tile) {
        const std::vector<PassBox> all = boxes(tile, {0, geometry.groups});
        count_.push_back(0);
        for (const PassBox& box : all) count_.back() += box.passes();
        all_boxes_ += std::max<int64_t>(1, static_cast<int64_t>(all.size()));
    }
}

size_t PassTable::index(int plane, int tile, int ky, int kx, int group) const {
    const Geometry& g = geometry_;
    return (((size_t(plane) * g.column_tiles + tile) * g.y.taps() + ky) * g.x.taps() + kx) * g.groups + group;
}

void PassTable::mark_needed() {
    const Geometry& g = geometry_;
    const Layer& layer = *g.layer;
    const int per_group = g.in_channels / layer.groups, out_per_group = g.out_channels / layer.groups;
    needed_.assign(index(g.planes, 0, 0, 0, 0), !g.annuls || g.operand);
    if (!g.annuls || g.operand) return;
    const std::array<uint32_t, 256> planes = used_planes(g);
    const int8_t* weight = layer.weight.data();
    for (int out = 0; out < g.out_channels; ++out) {
        const int first = out / out_per_group * per_group, tile = out / g.machine->columns;
        for (int tap = 0; tap < g.y.kernel * g.x.kernel; ++tap) {
            const WeightPlace place = place_of(g, tap / g.x.kernel, tap % g.x.kernel, first);
            for (int channel = 0; channel < per_group; ++channel, ++weight) {
                const uint32_t used = planes[static_cast<uint8_t>(*weight)];
                for (int plane = 0; used >> plane != 0; ++plane) {
                    if ((used >> plane & 1) == 0) continue;
                    needed_[index(plane, tile, place.ky, place.kx, (place.byte + channel) / g.vector_bytes)] = 1;
                }
            }
        }
    }
}

int PassTable::first_plane(int column_tile) const {
    int plane = geometry_.planes - 1;
    while (plane > 0 && plane_boxes(column_tile, plane, {0, geometry_.groups}).empty()) --plane;
    return plane;
}

PassBox PassTable::zero_pass(int plane, Span groups) { return {0, 0, groups.begin, 1, 1, 1, plane, true}; }

int64_t PassTable::all_passes() const { return std::accumulate(count_.begin(), count_.end(), int64_t{0}); }

int64_t PassTable::all_places() const {
    const size_t places = index(1, 0, 0, 0, 0);
    int64_t count = 0;
    for (size_t place = 0; place < places; ++place) {
        bool any = false;
        for (size_t i = place; i < needed_.size(); i += places) any = any || needed_[i];
        count += any;
    }
    return count;
}

Span PassTable::groups_of(Span column_tiles) const {
    Span result{geometry_.groups, 0};
    for (int tile = column_tiles.begin; tile < column_tiles.end; ++tile) {
        result = {std::min(result.begin, window_[tile].begin), std::max(result.end, window_[tile].end)};
    }
    return result.count() > 0 ? result : Span{0, 1};
}

std::vector<Span> PassTable::runs(int plane, int tile, int ky, int kx, Span groups) const {
    std::vector<Span> result;
    for (int group = groups.begin; group < groups.end; ++group) {
        if (!needed_[index(plane, tile, ky, kx, group)]) continue;
        if (result.empty() || result.back().end != group) result.push_back({group, group});
        result.back().end = group + 1;
    }
    return result;
}

// Boxes of one kernel row: neighbouring kernel columns with the same runs of groups join.
std::vector<PassBox> PassTable::row_boxes(int plane, int tile, int ky, Span groups) const {
    std::vector<PassBox> result;
    std::vector<Span> before;
    size_t joined = 0;  // boxes that the last kernel columns share, at the end of result
    for (int kx = 0; kx < geometry_.x.taps(); ++kx) {
        const std::vector<Span> now = runs(plane, tile, ky, kx, groups);
        const bool same = joined > 0 && result.back().columns < most_kernel &&
                          std::equal(now.begin(), now.end(), before.begin(), before.end(),
                                     [](Span a, Span b) { return a.begin == b.begin && a.end == b.end; });
        if (same) {
            for (size_t i = result.size() - joined; i < result.size(); ++i) ++result[i].columns;
        } else {
            for (const Span& run : now) result.push_back({ky, kx, run.begin, 1, 1, run.count(), plane});
            joined = now.size();
            before = now;
        }
    }
    return result;
}

std::vector<PassBox> PassTable::boxes(int column_tile, Span groups) const {
    const int first = first_plane(column_tile);
    std::vector<PassBox> result = plane_boxes(column_tile, first, groups);
    for (int plane = first - 1; plane >= 0; --plane) {
        std::vector<PassBox> boxes = plane_boxes(column_tile, plane, groups);
        if (boxes.empty()) boxes.push_back(zero_pass(plane, groups));
        boxes.front().triple = true;
        result.insert(result.end(), boxes.begin(), boxes.end());
    }
    return result;
}

std::vector<PassBox> PassTable::plane_boxes(int column_tile, int plane, Span groups) const {
    std::vector<PassBox> result;
    if (geometry_.windowed) {
        const bool inside = groups.begin <= column_tile && column_tile < groups.end;
        for (int ky = 0; inside && ky < geometry_.y.kernel; ky += geometry_.part_rows) {
            for (int kx = 0; kx < geometry_.x.kernel; kx += geometry_.part_columns) {
                result.push_back({ky, kx, column_tile});
            }
        }
        return result;
    }
    std::vector<PassBox> before;
    size_t joined = 0;
    for (int ky = 0; ky < geometry_.y.taps(); ++ky) {
        const std::vector<PassBox> now = row_boxes(plane, column_tile, ky, groups);
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

std::vector<PassBox> PassTable::held_boxes(int column_tile, int plane, const Held& held) const {
    std::vector<PassBox> result;
    for (PassBox box : plane_boxes(column_tile, plane, held.groups)) {
        const int rows_end = std::min(box.ky + box.rows, held.rows.end);
        const int columns_end = std::min(box.kx + box.columns, held.columns.end);
        box.ky = std::max(box.ky, held.rows.begin);
        box.kx = std::max(box.kx, held.columns.begin);
        box.rows = rows_end - box.ky;
        box.columns = columns_end - box.kx;
        if (box.rows > 0 && box.columns > 0) result.push_back(box);
    }
    return result;
}

PassBox pass_of(const PassBox& box, int64_t index) {
    const int64_t tap = index / box.groups;
    return {box.ky + static_cast<int>(tap / box.columns), box.kx + static_cast<int>(tap % box.columns),
            box.group + static_cast<int>(index % box.groups), 1, 1, 1, box.plane};
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
