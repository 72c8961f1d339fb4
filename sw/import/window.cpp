#include "sw/import/window.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

using Numbers = std::vector<int64_t>;

// One space axis.
struct Line {
    int64_t extent, kernel, stride, dilation, before, after;

    int64_t reach() const { return dilation * (kernel - 1) + 1; }
    int64_t outputs(bool up) const {
        const int64_t room = extent + before + after - reach();
        return room < 0 ? 0 : (room + (up ? stride - 1 : 0)) / stride + 1;
    }
    // Padding so that rounding up leaves no window partly outside; one that would begin there is left out.
    void complete() {
        int64_t count = outputs(true);
        count -= (count - 1) * stride >= extent + before;
        after = std::max(after, (count - 1) * stride + reach() - extent - before);
    }
};

Numbers ranged(const Node& node, const char* name, const Numbers& numbers, size_t count, int64_t lowest) {
    if (numbers.size() != count) {
        malformed(node, fmt::format("its {} has {} numbers instead of {}", name, numbers.size(), count));
    }
    for (const int64_t number : numbers) {
        if (number < lowest || number > greatest_window_number) {
            malformed(node, fmt::format("its {} holds {}, which is not in {} to {}", name, number, lowest,
                                        greatest_window_number));
        }
    }
    return numbers;
}

// pads[i] before axis i, pads[axes + i] after it.
Numbers explicit_pads(const Node& node, size_t axes) {
    const Numbers pads = integers_attribute(node, "pads", Numbers(2 * axes, 0));
    if (std::any_of(pads.begin(), pads.end(), [](int64_t pad) { return pad < 0; })) {
        throw Refusal{"its padding is negative", "crop outside the model", {}};
    }
    return ranged(node, "pads", pads, 2 * axes, 0);
}

void pad_automatically(const Node& node, const std::string& mode, std::vector<Line>& lines) {
    if (mode == "VALID") {
        return;
    }
    if (mode != "SAME_UPPER" && mode != "SAME_LOWER") {
        malformed(node, fmt::format("its auto_pad {} is not known", name_text(mode)));
    }
    for (Line& line : lines) {
        const int64_t outputs = (line.extent + line.stride - 1) / line.stride;
        const int64_t total = std::max<int64_t>(0, (outputs - 1) * line.stride + line.reach() - line.extent);
        line.before = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
        line.after = total - line.before;
        if (line.after > greatest_window_number || line.before > greatest_window_number) {
            malformed(node, fmt::format("its auto_pad asks for {} values of padding", total));
        }
    }
}

std::vector<Line> read_lines(const Node& node, const Numbers& kernel, const Extents& extents) {
    const size_t axes = kernel.size();
    const Numbers ones(axes, 1);
    const Numbers strides = ranged(node, "strides", integers_attribute(node, "strides", ones), axes, 1);
    const Numbers dilations = ranged(node, "dilations", integers_attribute(node, "dilations", ones), axes, 1);
    const std::string mode = text_attribute(node, "auto_pad", "NOTSET");
    const Numbers pads = mode == "NOTSET" || mode.empty() ? explicit_pads(node, axes) : Numbers(2 * axes, 0);
    std::vector<Line> lines;
    if (axes == 1) {
        lines.push_back({1, 1, 1, 1, 0, 0});
    }
    for (size_t i = 0; i < axes; ++i) {
        const int64_t extent = lines.empty() ? extents.height : extents.width;
        lines.push_back({extent, kernel[i], strides[i], dilations[i], pads[i], pads[axes + i]});
    }
    if (mode != "NOTSET" && !mode.empty()) {
        pad_automatically(node, mode, lines);
    }
    return lines;
}

}  // namespace

Placed place_window(const Node& node, const std::optional<Numbers>& given, const Activation& activation,
                    Rounding rounding) {
    const size_t axes = activation.view.dims.size() - 2;
    const Numbers kernel = ranged(node, "kernel_shape", given ? *given : integers_attribute(node, "kernel_shape", {}),
                                  axes, 1);
    std::vector<Line> lines = read_lines(node, kernel, activation.extents);
    const bool rounds_up = integer_attribute(node, "ceil_mode", 0) != 0;
    for (Line& line : lines) {
        if (line.outputs(false) < 1) {
            malformed(node, fmt::format("its window reaches {} values and the padded input has {}", line.reach(),
                                        line.extent + line.before + line.after));
        }
        if (rounds_up && rounding == Rounding::either) {
            line.complete();
        } else if (rounds_up && line.outputs(true) != line.outputs(false)) {
            throw Refusal{"its ceil_mode lets a window reach past the padding", "export with ceil_mode 0", {}};
        }
    }
    const Line &y = lines[0], &x = lines[1];
    const Padding& more = activation.padding;
    Placed placed;
    placed.has_padding = y.before + y.after + x.before + x.after > 0;
    placed.output = {y.outputs(false), x.outputs(false), activation.extents.channels};
    const auto whole = [](int64_t value) { return static_cast<int>(value); };
    placed.window = {whole(y.kernel), whole(x.kernel), whole(y.stride), whole(x.stride), whole(y.dilation),
                     whole(x.dilation), whole(y.before + more.top), whole(x.before + more.left),
                     whole(y.after + more.bottom), whole(x.after + more.right)};
    return placed;
}

void require_channels_first(const Node& node, const Activation& activation, size_t space_axes) {
    const size_t rank = activation.view.dims.size();
    if (space_axes > 0 && rank != space_axes + 2) {
        malformed(node, fmt::format("its input has {} dimensions and its weights ask for {}", rank, space_axes + 2));
    }
    if (rank < 3 || rank > 4 || activation.view != channels_first(activation.extents, rank)) {
        throw Refusal{fmt::format("its input of shape {} is not [1, channels, height, width] in memory order",
                                  shape_text(shape_of(activation.view, activation.extents))),
                      "remove the Transpose or Reshape before it", {}};
    }
}

}  // namespace napier::onnx
