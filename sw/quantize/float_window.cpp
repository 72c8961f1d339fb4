// Operators with a window over one or two space axes. Source: ONNX operators Conv, AveragePool, GlobalAveragePool.
#include <algorithm>
#include <string>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/quantize/float_operators.hpp"

namespace napier::quantize {

namespace {

using onnx::malformed;
using onnx::Node;
using Numbers = std::vector<int64_t>;

// One space axis.
struct Line {
    int64_t extent = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;

    int64_t reach() const { return dilation * (kernel - 1) + 1; }
    int64_t outputs() const { return (extent + before + after - reach()) / stride + 1; }
    int64_t place(int64_t output, int64_t tap) const { return output * stride + tap * dilation - before; }
    bool holds(int64_t at) const { return at >= 0 && at < extent; }
};

struct Frame {
    int64_t channels = 0;
    Line y, x;
};

int64_t number(const Node& node, const char* name, size_t index, int64_t otherwise, int64_t lowest) {
    const Numbers numbers = onnx::integers_attribute(node, name, {});
    if (numbers.empty()) {
        return otherwise;
    }
    if (index >= numbers.size() || numbers[index] < lowest || numbers[index] > onnx::greatest_window_number) {
        malformed(node, std::string("its ") + name + " does not fit its input");
    }
    return numbers[index];
}

Line make_line(const Node& node, size_t axis, size_t axes, int64_t extent, int64_t kernel) {
    Line line{extent, kernel, number(node, "strides", axis, 1, 1), number(node, "dilations", axis, 1, 1), 0, 0};
    const std::string mode = onnx::text_attribute(node, "auto_pad", "NOTSET");
    if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
        const int64_t outputs = (extent + line.stride - 1) / line.stride;
        const int64_t total = std::max<int64_t>(0, (outputs - 1) * line.stride + line.reach() - extent);
        line.before = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
        line.after = total - line.before;
    } else if (mode != "VALID") {
        line.before = number(node, "pads", axis, 0, 0);
        line.after = number(node, "pads", axis + axes, 0, 0);
    }
    if (kernel < 1 || extent + line.before + line.after < line.reach()) {
        malformed(node, "its window is larger than its padded input");
    }
    return line;
}

// kernel: one number for each space axis.
Frame make_frame(const Node& node, const FloatTensor& input, const Numbers& kernel) {
    const size_t axes = kernel.size();
    if (axes < 1 || axes > 2 || input.dims.size() != axes + 2 || input.dims[0] != 1) {
        malformed(node, "its input is not one image of one or two space axes");
    }
    if (onnx::integer_attribute(node, "ceil_mode", 0) != 0) {
        malformed(node, "its ceil_mode is not 0, which the float interpreter does not know");
    }
    Frame frame{input.dims[1], {}, {}};
    if (axes == 2) {
        frame.y = make_line(node, 0, 2, input.dims[2], kernel[0]);
    }
    frame.x = make_line(node, axes - 1, axes, input.dims.back(), kernel.back());
    return frame;
}

FloatTensor make_output(const Node& node, const Frame& frame, int64_t channels, size_t rank) {
    FloatTensor output;
    output.dims = {1, channels, frame.y.outputs(), frame.x.outputs()};
    if (rank == 3) {
        output.dims.erase(output.dims.begin() + 2);
    }
    output.values.resize(static_cast<size_t>(checked_count(node, output.dims)));
    return output;
}

// Sum over the window at (oy, ox) of input[channel] * weight(ky, kx); taps: how many lay inside.
template <typename Weight>
double window_sum(const Frame& frame, const FloatTensor& input, int64_t channel, int64_t oy, int64_t ox,
                  const Weight& weight, int64_t& taps) {
    double sum = 0.0;
    for (int64_t ky = 0; ky < frame.y.kernel; ++ky) {
        for (int64_t kx = 0; kx < frame.x.kernel; ++kx) {
            const int64_t y = frame.y.place(oy, ky), x = frame.x.place(ox, kx);
            if (frame.y.holds(y) && frame.x.holds(x)) {
                const int64_t place = (channel * frame.y.extent + y) * frame.x.extent + x;
                sum += static_cast<double>(input.values[static_cast<size_t>(place)]) * weight(ky, kx);
                ++taps;
            }
        }
    }
    return sum;
}

}  // namespace

FloatTensor convolve(const Node& node, const Inputs& inputs) {
    const FloatTensor &input = *inputs[0], &weight = *inputs[1];
    if (weight.dims.size() < 3) {
        malformed(node, "its weights have no window");
    }
    const Frame frame = make_frame(node, input, {weight.dims.begin() + 2, weight.dims.end()});
    const int64_t outputs = weight.dims[0], in_per_group = weight.dims[1];
    const int64_t groups = onnx::integer_attribute(node, "group", 1);
    const bool has_bias = inputs.size() > 2 && inputs[2];
    if (groups < 1 || outputs % groups != 0 || in_per_group * groups != frame.channels ||
        (has_bias && static_cast<int64_t>(inputs[2]->values.size()) != outputs)) {
        malformed(node, "its weights, bias and groups do not fit its input");
    }
    FloatTensor output = make_output(node, frame, outputs, input.dims.size());
    size_t next = 0;
    for (int64_t o = 0; o < outputs; ++o) {
        const int64_t first = o / (outputs / groups) * in_per_group;
        for (int64_t oy = 0; oy < frame.y.outputs(); ++oy) {
            for (int64_t ox = 0; ox < frame.x.outputs(); ++ox) {
                double sum = has_bias ? inputs[2]->values[static_cast<size_t>(o)] : 0.0;
                int64_t taps = 0;
                for (int64_t i = 0; i < in_per_group; ++i) {
                    sum += window_sum(frame, input, first + i, oy, ox, [&](int64_t ky, int64_t kx) {
                        const int64_t place = ((o * in_per_group + i) * frame.y.kernel + ky) * frame.x.kernel + kx;
                        return static_cast<double>(weight.values[static_cast<size_t>(place)]);
                    }, taps);
                }
                output.values[next++] = static_cast<float>(sum);
            }
        }
    }
    return output;
}

FloatTensor average_pool(const Node& node, const Inputs& inputs) {
    const FloatTensor& input = *inputs[0];
    const Frame frame = make_frame(node, input, onnx::integers_attribute(node, "kernel_shape", {}));
    const bool counts_padding = onnx::integer_attribute(node, "count_include_pad", 0) != 0;
    FloatTensor output = make_output(node, frame, frame.channels, input.dims.size());
    size_t next = 0;
    for (int64_t channel = 0; channel < frame.channels; ++channel) {
        for (int64_t oy = 0; oy < frame.y.outputs(); ++oy) {
            for (int64_t ox = 0; ox < frame.x.outputs(); ++ox) {
                int64_t taps = 0;
                const auto one = [](int64_t, int64_t) { return 1.0; };
                const double sum = window_sum(frame, input, channel, oy, ox, one, taps);
                const int64_t count = counts_padding ? frame.y.kernel * frame.x.kernel : std::max<int64_t>(taps, 1);
                output.values[next++] = static_cast<float>(sum / static_cast<double>(count));
            }
        }
    }
    return output;
}

FloatTensor global_average_pool(const Node& node, const Inputs& inputs) {
    const FloatTensor& input = *inputs[0];
    if (input.dims.size() < 3) {
        malformed(node, "its input has no space axes");
    }
    FloatTensor output;
    output.dims.assign(input.dims.size(), 1);
    output.dims[1] = input.dims[1];
    const size_t count = input.values.size() / static_cast<size_t>(checked_count(node, output.dims));
    for (size_t first = 0; first < input.values.size(); first += count) {
        double sum = 0.0;
        for (size_t i = 0; i < count; ++i) {
            sum += input.values[first + i];
        }
        output.values.push_back(static_cast<float>(sum / static_cast<double>(count)));
    }
    return output;
}

}  // namespace napier::quantize
