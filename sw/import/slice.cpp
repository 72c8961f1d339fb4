// Slice of an activation: a selection, until a node reads it. Source: ONNX operator Slice.
#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/selection.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

// An input (operator set 10) or the attribute before it.
std::vector<int64_t> numbers(const Lowering& lowering, const Node& node, size_t index, const char* name,
                             const std::vector<int64_t>& otherwise) {
    return lowering.has_input(node, index) ? lowering.integers_input(node, index)
                                           : integers_attribute(node, name, otherwise);
}

// Of `size` values; a negative place counts from the end, and one outside is the nearest inside.
Pick pick_of(const Node& node, int64_t start, int64_t end, int64_t step, int64_t size) {
    if (step == 0) {
        malformed(node, "its step is 0");
    }
    if (step < 0) {
        throw Refusal{fmt::format("its step {} is negative", step), "slice with positive steps", {}};
    }
    const auto place = [&](int64_t value) { return std::clamp<int64_t>(value < 0 ? value + size : value, 0, size); };
    const int64_t first = place(start), behind = place(end);
    if (first >= behind) {
        throw Refusal{"its result has no values", "remove it from the model", {}};
    }
    const int64_t count = (behind - first - 1) / step + 1;
    return {first, count == 1 ? 1 : step, count};
}

// Of each dimension.
std::vector<Pick> read_picks(const Lowering& lowering, const Node& node, const Shape& shape) {
    const std::vector<int64_t> starts = numbers(lowering, node, 1, "starts", {});
    const std::vector<int64_t> ends = numbers(lowering, node, 2, "ends", {});
    std::vector<int64_t> all(starts.size());
    std::iota(all.begin(), all.end(), 0);
    const std::vector<size_t> axes = checked_axes(node, numbers(lowering, node, 3, "axes", all), shape.size());
    const std::vector<int64_t> ones(starts.size(), 1);
    const std::vector<int64_t> steps = lowering.has_input(node, 4) ? lowering.integers_input(node, 4) : ones;
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
        malformed(node, fmt::format("it has {} starts, {} ends, {} axes and {} steps", starts.size(), ends.size(),
                                    axes.size(), steps.size()));
    }
    std::vector<Pick> picks;
    for (const int64_t size : shape) {
        picks.push_back({0, 1, size});
    }
    for (size_t i = 0; i < axes.size(); ++i) {
        picks[axes[i]] = pick_of(node, starts[i], ends[i], steps[i], shape[axes[i]]);
    }
    return picks;
}

bool is_whole(const Pick& pick, int64_t size) { return pick.start == 0 && pick.step == 1 && pick.count == size; }

// Of channels that a Reshape cut into pieces: some of them, of all pixels.
Value slice_pieces(Lowering& lowering, const Node& node, Selection selection) {
    const Shape shape = shape_of(selection.view, selection.extents);
    const std::vector<Pick> picks = read_picks(lowering, node, shape);
    Pick clusters{0, 1, selection.view.clusters}, groups{0, 1, selection.view.groups};
    Pick channels{0, 1, size_of(selection.view, selection.extents, Axis::channel)};
    for (size_t i = 0; i < picks.size(); ++i) {
        const std::vector<Axis>& dim = selection.view.dims[i];
        if (is_whole(picks[i], shape[i])) {
            continue;
        }
        if (dim.size() != 1 || dim[0] == Axis::height || dim[0] == Axis::width) {
            throw Refusal{fmt::format("it takes some of axis {} of {}, which is no piece of the channels", i,
                                      shape_text(shape)),
                          "slice [1, channels, height, width], or channels of each head", {}};
        }
        (dim[0] == Axis::cluster ? clusters : dim[0] == Axis::group ? groups : channels) = picks[i];
    }
    const int64_t inner = size_of(selection.view, selection.extents, Axis::channel);
    std::vector<int64_t> taken;
    for (int64_t cluster = 0; cluster < clusters.count; ++cluster) {
        for (int64_t group = 0; group < groups.count; ++group) {
            const int64_t piece = (clusters.start + cluster * clusters.step) * selection.view.groups +
                                  groups.start + group * groups.step;
            for (int64_t channel = 0; channel < channels.count; ++channel) {
                taken.push_back(piece * inner + channels.start + channel * channels.step);
            }
        }
    }
    select_channels(lowering.layers(), taken, selection);
    selection.extents.channels = static_cast<int64_t>(taken.size());
    selection.view.clusters = clusters.count;
    selection.view.groups = groups.count;
    selection.view = without_units(selection.view, selection.extents);
    return std::make_shared<const Selection>(std::move(selection));
}

}  // namespace

Value slice_activation(Lowering& lowering, const Node& node) {
    Selection selection = selection_of(node, lowering.layers(), lowering.input(node, 0));
    if (selection.view.has_pieces()) {
        return slice_pieces(lowering, node, std::move(selection));
    }
    const Dimensions at = dimensions_of(selection.view, selection.extents, "slice [1, channels, height, width]");
    const std::vector<Pick> picks = read_picks(lowering, node, shape_of(selection.view, selection.extents));
    if (at.row != Dimensions::none) {
        selection.rows = picked(selection.rows, picks[at.row]);
    }
    if (at.column != Dimensions::none) {
        selection.columns = picked(selection.columns, picks[at.column]);
    }
    std::vector<int64_t> channels;
    for (int64_t i = 0; i < picks[at.channel].count; ++i) {
        channels.push_back(picks[at.channel].start + i * picks[at.channel].step);
    }
    select_channels(lowering.layers(), channels, selection);
    return value_of(std::move(selection), at);
}

}  // namespace napier::onnx
