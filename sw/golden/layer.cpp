#include "sw/golden/layer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/host.hpp"
#include "sw/spec/machine.hpp"

namespace napier::golden {

namespace {

struct Pixel {
    int y, x;
};

// The input pixel that a tap of output pixel (y, x) meets.
Pixel met_by(const Window& window, int y, int x, int ky, int kx) {
    return {y * window.stride_y + ky * window.dilation_y - window.pad_top,
            x * window.stride_x + kx * window.dilation_x - window.pad_left};
}

bool is_inside(const Tensor& tensor, Pixel at) {
    return 0 <= at.y && at.y < tensor.height && 0 <= at.x && at.x < tensor.width;
}

// Outside of the tensor stands its zero point.
int padded_value(const Tensor& tensor, const TensorValues& values, Pixel at, int channel) {
    return is_inside(tensor, at) ? values[element_index(tensor, at.y, at.x, channel)] : tensor.zero_point;
}

// The greatest that a channel's window meets inside the input.
int greatest(const Model& model, const Layer& layer, const TensorValues& input, int y, int x, int channel) {
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const Window& window = layer.window;
    int found = formats::least_activation;
    for (int ky = 0; ky < window.kernel_h; ++ky) {
        for (int kx = 0; kx < window.kernel_w; ++kx) {
            const Pixel at = met_by(window, y, x, ky, kx);
            if (is_inside(source, at)) {
                found = std::max<int>(found, input[element_index(source, at.y, at.x, channel)]);
            }
        }
    }
    return found;
}

// A channel of the input, times its factor.
int64_t multiply(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors, int y, int x,
                 int channel) {
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const TensorValues& input = tensors[static_cast<size_t>(layer.input)];
    const TensorValues& factors = tensors[static_cast<size_t>(layer.factor)];
    return int64_t{input[element_index(source, y, x, channel)] - source.zero_point} *
           (factors[static_cast<size_t>(channel)] - model.tensors[static_cast<size_t>(layer.factor)].zero_point);
}

// The sum of products of two tensors for one output.
int64_t multiply_tensors(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors, int y, int x,
                         int channel) {
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const Tensor& operand = model.tensors[static_cast<size_t>(layer.operand.tensor)];
    const TensorValues& input = tensors[static_cast<size_t>(layer.input)];
    const TensorValues& factors = tensors[static_cast<size_t>(layer.operand.tensor)];
    const int in = source.channels / layer.groups;
    const int out = static_cast<int>(layer.bias.size()) / layer.groups;
    const int group = channel / out, o = channel % out;
    const int part = group / (layer.groups / layer.operand.groups);
    int64_t sum = 0;
    for (int i = 0; i < in; ++i) {
        const int pixel = layer.operand.outputs_are_pixels ? o : i;
        const int place = layer.operand.outputs_are_pixels ? part * in + i : part * out + o;
        const int8_t factor = factors[element_index(operand, pixel / operand.width, pixel % operand.width, place)];
        const int8_t value = input[element_index(source, y, x, group * in + i)];
        sum += int64_t{value - source.zero_point} * (factor - operand.zero_point);
    }
    return sum;
}

void require_values(const Model& model, int index, const std::vector<TensorValues>& tensors) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(index)];
    const size_t held = tensors[static_cast<size_t>(index)].size();
    if (held != element_count(tensor)) {
        throw Error(ErrorKind::usage,
                    fmt::format("Tensor {} holds {} values instead of {}x{}x{}; give every value of one image.",
                                tensor.name, held, tensor.height, tensor.width, tensor.channels));
    }
}

}  // namespace

size_t element_index(const Tensor& tensor, int y, int x, int channel) {
    return (static_cast<size_t>(y) * static_cast<size_t>(tensor.width) + static_cast<size_t>(x)) *
               static_cast<size_t>(tensor.channels) +
           static_cast<size_t>(channel);
}

size_t element_count(const Tensor& tensor) {
    return static_cast<size_t>(tensor.height) * static_cast<size_t>(tensor.width) *
           static_cast<size_t>(tensor.channels);
}

int output_extent(int extent, int kernel, int stride, int dilation, int pad_before, int pad_after) {
    const int64_t reach = int64_t{dilation} * (kernel - 1) + 1;
    const int64_t room = int64_t{extent} + pad_before + pad_after - reach;
    return room < 0 ? 0 : static_cast<int>(room / stride + 1);
}

int64_t accumulate(const Model& model, const Layer& layer, const TensorValues& input, int y, int x, int channel) {
    if (layer.greatest) {
        return greatest(model, layer, input, y, x, channel);
    }
    const Tensor& source = model.tensors[static_cast<size_t>(layer.input)];
    const Window& window = layer.window;
    const spec::Format& format = spec::find_format(layer.format);
    const int out_channels = static_cast<int>(layer.bias.size());
    const int in_per_group = source.channels / layer.groups;
    const int group = channel / (out_channels / layer.groups);
    size_t next = static_cast<size_t>(channel) * static_cast<size_t>(window.kernel_h * window.kernel_w * in_per_group);
    int64_t sum = 0;
    for (int ky = 0; ky < window.kernel_h; ++ky) {
        for (int kx = 0; kx < window.kernel_w; ++kx) {
            const Pixel at = met_by(window, y, x, ky, kx);
            for (int i = 0; i < in_per_group; ++i) {
                const int activation = padded_value(source, input, at, group * in_per_group + i);
                const int64_t scale = input_scale(layer, group * in_per_group + i);
                sum += scale * formats::channel_term(format, activation, layer.weight[next++]);
            }
        }
    }
    return sum;
}

Requantization requantization(const Model& model, const Layer& layer, int channel) {
    const size_t index = static_cast<size_t>(channel);
    Requantization column;
    column.bias = layer.bias[index];
    column.significand = layer.significand[index];
    column.shift = layer.shift[index];
    const Tensor& target = model.tensors[static_cast<size_t>(layer.output)];
    column.output_zero = scaled_zero_point(layer, target);
    column.clamp_low = layer.clamp_low;
    column.clamp_high = layer.clamp_high;
    column.rectified = layer.rectified;
    column.has_residual = layer.residual >= 0;
    if (column.has_residual) {
        column.residual_zero = model.tensors[static_cast<size_t>(layer.residual)].zero_point;
        column.residual_significand = layer.residual_significand;
    }
    return column;
}

TensorValues run_layer(const Model& model, const Layer& layer, const std::vector<TensorValues>& tensors) {
    for (const int read : tensors_read(layer)) {
        require_values(model, read, tensors);
    }
    if (!layer.host.function.empty()) {
        return run_host(model, layer, tensors);
    }
    const Tensor& target = model.tensors[static_cast<size_t>(layer.output)];
    const TensorValues& input = tensors[static_cast<size_t>(layer.input)];
    TensorValues output(element_count(target));
    for (int y = 0; y < target.height; ++y) {
        for (int x = 0; x < target.width; ++x) {
            for (int o = 0; o < target.channels; ++o) {
                const size_t index = element_index(target, y, x, o);
                const int residual = layer.residual < 0 ? 0 : tensors[static_cast<size_t>(layer.residual)][index];
                const int64_t accumulator = layer.operand.tensor >= 0 ? multiply_tensors(model, layer, tensors, y, x, o)
                                            : layer.factor >= 0       ? multiply(model, layer, tensors, y, x, o)
                                                                      : accumulate(model, layer, input, y, x, o);
                int8_t value = requantize(requantization(model, layer, o), accumulator, residual);
                if (!layer.table.entries.empty()) {
                    value = layer.table.entries[static_cast<uint8_t>(value)];
                }
                output[index] = !target.one_bit ? value : value < 0 ? int8_t{-1} : int8_t{+1};
            }
        }
    }
    return output;
}

namespace {

// Puts a part's values into those of its whole: its pixels are neighbours there, or some channels of all.
void put_part(const Tensor& part, const TensorValues& values, const Tensor& whole, TensorValues& all) {
    all.resize(element_count(whole));
    const size_t pixels = static_cast<size_t>(part.height) * static_cast<size_t>(part.width);
    const size_t channels = static_cast<size_t>(part.channels), row = static_cast<size_t>(whole.channels);
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
        for (size_t channel = 0; channel < channels; ++channel) {
            const size_t place = (static_cast<size_t>(part.first_pixel) + pixel) * row +
                                 static_cast<size_t>(part.first_channel) + channel;
            all[place] = values[pixel * channels + channel];
        }
    }
}

// Puts the values of every input to their tensor, and what is a part into its whole.
void put_inputs(const Model& model, const TensorValues& input, std::vector<TensorValues>& tensors) {
    size_t wanted = 0, first = 0;
    for (const Port& port : inputs_of(model)) {
        wanted += element_count(model.tensors[static_cast<size_t>(port.tensor)]);
    }
    if (input.size() != wanted) {
        throw Error(ErrorKind::input, fmt::format("The inputs of model {} have {} values and got {}; give those of "
                                                  "all, one behind the other.", model.name, wanted, input.size()));
    }
    for (const Port& port : inputs_of(model)) {
        const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
        const auto begin = input.begin() + static_cast<std::ptrdiff_t>(first);
        TensorValues& values = tensors[static_cast<size_t>(port.tensor)];
        values.assign(begin, begin + static_cast<std::ptrdiff_t>(element_count(tensor)));
        first += values.size();
        if (tensor.whole >= 0) {
            const size_t whole = static_cast<size_t>(tensor.whole);
            put_part(tensor, values, model.tensors[whole], tensors[whole]);
        }
    }
}

}  // namespace

std::vector<TensorValues> run_model(const Model& model, const TensorValues& input) {
    std::vector<TensorValues> tensors(model.tensors.size());
    put_inputs(model, input, tensors);
    for (const ConstantTensor& constant : model.constants) {
        tensors[static_cast<size_t>(constant.tensor)] = constant.values;
    }
    for (const Layer& layer : model.layers) {
        const int viewed = model.tensors[static_cast<size_t>(layer.input)].view_of;
        if (viewed >= 0) {
            tensors[static_cast<size_t>(layer.input)] = tensors[static_cast<size_t>(viewed)];
        }
        const size_t output = static_cast<size_t>(layer.output);
        tensors[output] = run_layer(model, layer, tensors);
        if (const int whole = model.tensors[output].whole; whole >= 0) {
            const size_t index = static_cast<size_t>(whole);
            put_part(model.tensors[output], tensors[output], model.tensors[index], tensors[index]);
        }
    }
    return tensors;
}

}  // namespace napier::golden
