#include "sw/golden/quantize.hpp"

#include <cfloat>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::golden {

static_assert(FLT_EVAL_METHOD == 0, "float operations round to binary32 each");

namespace {

void require_indices(const Tensor& tensor, const std::string& port, size_t count) {
    const size_t wanted = element_count(tensor) / index_bytes;
    if (count != wanted) {
        throw Error(ErrorKind::input, fmt::format("Port {} takes {} indices and got {}; give one whole list.", port,
                                                  wanted, count));
    }
}

// Each as bytes.
TensorValues index_values(const Port& port, std::span<const float> indices) {
    const float rows = static_cast<float>(port.rows);
    TensorValues values;
    for (const float index : indices) {
        if (!(index >= -rows && index < rows) || index != std::floor(index)) {
            throw Error(ErrorKind::input, fmt::format("Port {} got {} for the index of one of {} rows; give an integer "
                                                      "of {} to {}.", port.name, index, port.rows, -port.rows,
                                                      port.rows - 1));
        }
        const uint32_t bits = static_cast<uint32_t>(static_cast<int32_t>(index));
        for (int byte = 0; byte < index_bytes; ++byte) {
            values.push_back(static_cast<int8_t>(static_cast<uint8_t>(bits >> (8 * byte))));
        }
    }
    return values;
}

void require_count(const Tensor& tensor, const std::string& port, size_t count) {
    if (count != element_count(tensor)) {
        throw Error(ErrorKind::input, fmt::format("Port {} takes {}x{}x{} values (height, width, channels) and got {}; "
                                                  "give one whole image.",
                                                  port, tensor.height, tensor.width, tensor.channels, count));
    }
}

// Values [groups][pixels][channels / groups].
TensorValues without_groups(const Tensor& tensor, size_t groups, const TensorValues& values) {
    const size_t channels = static_cast<size_t>(tensor.channels), count = channels / groups;
    const size_t pixels = values.size() / channels;
    TensorValues result(values.size());
    size_t next = 0;
    for (size_t group = 0; group < groups; ++group) {
        for (size_t pixel = 0; pixel < pixels; ++pixel) {
            for (size_t channel = 0; channel < count; ++channel) {
                result[pixel * channels + group * count + channel] = values[next++];
            }
        }
    }
    return result;
}

TensorValues in_tensor_order(const Model& model, const Port& port, TensorValues values) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
    if (port.groups > 1) {
        return without_groups(tensor, static_cast<size_t>(port.groups), values);
    }
    return port.channels_first ? to_channels_last(tensor, std::span<const int8_t>(values)) : values;
}

// Each port's part of the numbers, as its tensor. Error: the inputs' sizes do not add up to the count.
template <typename Number>
TensorValues quantize_all(const Model& model, std::span<const Number> image) {
    const std::vector<Port> ports = inputs_of(model);
    size_t wanted = 0;
    for (const Port& port : ports) {
        wanted += value_count(model, port);
    }
    if (ports.size() > 1 && image.size() != wanted) {
        throw Error(ErrorKind::input, fmt::format("The {} inputs of model {} take {} values and got {}; give those of "
                                                  "all, one behind the other.",
                                                  ports.size(), model.name, wanted, image.size()));
    }
    TensorValues result;
    size_t first = 0;
    for (const Port& port : ports) {
        const size_t own = value_count(model, port);
        const TensorValues values = quantize_input(model, port, ports.size() == 1 ? image : image.subspan(first, own));
        result.insert(result.end(), values.begin(), values.end());
        first += own;
    }
    return result;
}

}  // namespace

size_t value_count(const Model& model, const Port& port) {
    const size_t elements = element_count(model.tensors[static_cast<size_t>(port.tensor)]);
    return port.rows > 0 ? elements / index_bytes : elements;
}

int8_t quantize(float value, float scale, int zero_point) {
    const float quotient = value / scale;
    if (quotient >= 512.0f) {
        return 127;
    }
    if (quotient <= -512.0f) {
        return -128;
    }
    const float below = std::floor(quotient);
    const float rest = quotient - below;  // exact
    int rounded = static_cast<int>(below);
    if (rest > 0.5f || (rest == 0.5f && rounded % 2 != 0)) {
        rounded += 1;
    }
    const int shifted = rounded + zero_point;
    return static_cast<int8_t>(shifted < -128 ? -128 : shifted > 127 ? 127 : shifted);
}

float dequantize(int8_t value, float scale, int zero_point) {
    return static_cast<float>(value - zero_point) * scale;
}

TensorValues quantize_input(const Model& model, std::span<const float> image) { return quantize_all(model, image); }

TensorValues quantize_input(const Model& model, std::span<const uint8_t> image) { return quantize_all(model, image); }

TensorValues quantize_input(const Model& model, const Port& port, std::span<const float> image) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
    if (port.rows > 0) {
        require_indices(tensor, port.name, image.size());
        return index_values(port, image);
    }
    require_count(tensor, port.name, image.size());
    if (!port.is_float) {
        throw Error(ErrorKind::input,
                    fmt::format("Port {} takes stored bytes and got real numbers; give uint8 or int8.", port.name));
    }
    TensorValues values;
    for (const float value : image) {
        if (std::isnan(value)) {
            throw Error(ErrorKind::input, fmt::format("Port {} got a value that is not a number; clean the image.",
                                                      port.name));
        }
        values.push_back(quantize(value, tensor.scale, tensor.zero_point));
    }
    return in_tensor_order(model, port, std::move(values));
}

TensorValues quantize_input(const Model& model, const Port& port, std::span<const uint8_t> image) {
    if (port.is_float || port.rows > 0) {
        return quantize_input(model, port, std::span<const float>(std::vector<float>(image.begin(), image.end())));
    }
    const Tensor& tensor = model.tensors[static_cast<size_t>(port.tensor)];
    require_count(tensor, port.name, image.size());
    TensorValues values;
    for (const uint8_t stored : image) {
        values.push_back(static_cast<int8_t>(static_cast<uint8_t>(stored + port.stored_offset)));
    }
    return in_tensor_order(model, port, std::move(values));
}

std::vector<float> dequantize_output(const Model& model, const TensorValues& output) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(model.output.tensor)];
    require_count(tensor, model.output.name, output.size());
    std::vector<float> values;
    for (const int8_t value : output) {
        values.push_back(dequantize(value, tensor.scale, tensor.zero_point));
    }
    return model.output.channels_first ? to_channels_first(tensor, std::span<const float>(values)) : values;
}

}  // namespace napier::golden
