#include "sw/golden/real/layer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/bfloat16.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/mx/dot.hpp"
#include "sw/golden/mx/output.hpp"
#include "sw/golden/pam.hpp"

namespace napier::golden::real {

namespace {

const RealTensor& tensor_of(const RealModel& model, int index) {
    return model.tensors[static_cast<size_t>(index)];
}

// Place of a pixel's first value, of `count` a pixel.
size_t pixel_index(const RealTensor& tensor, int y, int x, int count) {
    return (static_cast<size_t>(y) * static_cast<size_t>(tensor.width) + static_cast<size_t>(x)) *
           static_cast<size_t>(count);
}

bool is_inside(const RealTensor& tensor, int y, int x) {
    return 0 <= y && y < tensor.height && 0 <= x && x < tensor.width;
}

// One tap: where it reads the input, and its place among all taps of all output channels.
struct Tap {
    int y, x;
    size_t index;
};

std::vector<Tap> taps_of(const Window& window, int y, int x, int channel) {
    std::vector<Tap> taps;
    size_t index = static_cast<size_t>(channel) * static_cast<size_t>(window.kernel_h * window.kernel_w);
    for (int ky = 0; ky < window.kernel_h; ++ky) {
        for (int kx = 0; kx < window.kernel_w; ++kx) {
            taps.push_back({y * window.stride_y + ky * window.dilation_y - window.pad_top,
                            x * window.stride_x + kx * window.dilation_x - window.pad_left, index++});
        }
    }
    return taps;
}

float accumulate_blocks(const RealTensor& source, const RealLayer& layer, const TensorValues& input,
                        const std::vector<Tap>& taps, int first_channel, int in_per_group) {
    const spec::Element& element = formats::find_element(source.format);
    const spec::Element& weight_element = formats::find_element(layer.weight_format);
    const int blocks = block_count(in_per_group);
    float sum = 0.0f;
    for (const Tap& tap : taps) {
        for (int b = 0; b < blocks; ++b) {
            formats::Block activation;
            if (is_inside(source, tap.y, tap.x)) {
                const size_t pixel = pixel_index(source, tap.y, tap.x, block_count(source.channels));
                activation = input.block[pixel + static_cast<size_t>(first_channel / spec::block_elements + b)];
            }
            const formats::Block& weight =
                layer.weight_block[tap.index * static_cast<size_t>(blocks) + static_cast<size_t>(b)];
            sum = mx::accumulate(sum, mx::block_dot(element, activation, weight_element, weight));
        }
    }
    return sum;
}

float accumulate_products(const RealTensor& source, const RealLayer& layer, const TensorValues& input,
                          const std::vector<Tap>& taps, int first_channel, int in_per_group) {
    float sum = 0.0f;
    for (const Tap& tap : taps) {
        for (int i = 0; i < in_per_group; ++i) {
            float activation = 0.0f;
            if (is_inside(source, tap.y, tap.x)) {
                const size_t pixel = pixel_index(source, tap.y, tap.x, source.channels);
                activation = input.value[pixel + static_cast<size_t>(first_channel + i)];
            }
            const uint16_t weight =
                layer.weight_half[tap.index * static_cast<size_t>(in_per_group) + static_cast<size_t>(i)];
            sum = pam_accumulate(sum, formats::to_bfloat16(activation), weight);
        }
    }
    return sum;
}

size_t count_of(const RealTensor& tensor) {
    return pixel_index(tensor, tensor.height, 0, tensor.channels);
}

// values[channel][pixel] <-> values[pixel][channel].
std::vector<float> turned(std::span<const float> values, size_t rows, size_t columns) {
    std::vector<float> result(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        result[i % columns * rows + i / columns] = values[i];
    }
    return result;
}

}  // namespace

int block_count(int channels) {
    return (channels + spec::block_elements - 1) / spec::block_elements;
}

TensorValues keep(const RealTensor& tensor, std::span<const float> values) {
    if (values.size() != count_of(tensor)) {
        throw Error(ErrorKind::usage,
                    fmt::format("Tensor {} gets {} values instead of {}x{}x{}; give every value of one image.",
                                tensor.name, values.size(), tensor.height, tensor.width, tensor.channels));
    }
    TensorValues kept{{values.begin(), values.end()}, {}};
    if (tensor.format == "float32") {
        return kept;
    }
    if (tensor.format == "bfloat16") {
        for (float& value : kept.value) {
            value = formats::from_bfloat16(formats::to_bfloat16(value));
        }
        return kept;
    }
    const spec::Element& element = formats::find_element(tensor.format);
    const mx::ScaleRule rule = mx::find_scale_rule(tensor.scale_rule);
    const size_t channels = static_cast<size_t>(tensor.channels);
    for (size_t pixel = 0; pixel < values.size(); pixel += channels) {
        for (size_t first = 0; first < channels; first += spec::block_elements) {
            const size_t count = std::min<size_t>(spec::block_elements, channels - first);
            const formats::Block block = mx::convert(element, rule, values.subspan(pixel + first, count));
            kept.block.push_back(block);
            for (size_t i = 0; i < count; ++i) {
                kept.value[pixel + first + i] = mx::dequantize(element, block.scale, block.element[i]);
            }
        }
    }
    return kept;
}

float accumulate(const RealModel& model, const RealLayer& layer, const TensorValues& input, int y, int x,
                 int channel) {
    const RealTensor& source = tensor_of(model, layer.input);
    const int in_per_group = source.channels / layer.groups;
    const int first_channel = channel / (static_cast<int>(layer.bias.size()) / layer.groups) * in_per_group;
    const std::vector<Tap> taps = taps_of(layer.window, y, x, channel);
    return layer.product == RealProduct::blocks
               ? accumulate_blocks(source, layer, input, taps, first_channel, in_per_group)
               : accumulate_products(source, layer, input, taps, first_channel, in_per_group);
}

TensorValues run_layer(const RealModel& model, const RealLayer& layer, const TensorValues& input) {
    const RealTensor& target = tensor_of(model, layer.output);
    std::vector<float> values;
    for (int y = 0; y < target.height; ++y) {
        for (int x = 0; x < target.width; ++x) {
            for (int o = 0; o < target.channels; ++o) {
                values.push_back(mx::finish(accumulate(model, layer, input, y, x, o),
                                            layer.bias[static_cast<size_t>(o)], layer.clamp_low, layer.clamp_high));
            }
        }
    }
    return keep(target, values);
}

std::vector<TensorValues> run_model(const RealModel& model, std::span<const float> image) {
    std::vector<TensorValues> tensors(model.tensors.size());
    const RealTensor& input = tensor_of(model, model.input.tensor);
    const auto channels = static_cast<size_t>(input.channels);
    const std::vector<float> channels_last =
        model.input.channels_first && image.size() % channels == 0
            ? turned(image, channels, image.size() / channels)
            : std::vector<float>(image.begin(), image.end());
    tensors[static_cast<size_t>(model.input.tensor)] = keep(input, channels_last);
    for (const RealLayer& layer : model.layers) {
        tensors[static_cast<size_t>(layer.output)] =
            run_layer(model, layer, tensors[static_cast<size_t>(layer.input)]);
    }
    return tensors;
}

std::vector<float> read_output(const RealModel& model, const TensorValues& output) {
    const auto channels = static_cast<size_t>(tensor_of(model, model.output.tensor).channels);
    return model.output.channels_first ? turned(output.value, output.value.size() / channels, channels)
                                       : output.value;
}

}  // namespace napier::golden::real
