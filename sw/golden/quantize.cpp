#include "sw/golden/quantize.hpp"

#include <cfloat>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "sw/base/error.hpp"

namespace napier::golden {

static_assert(FLT_EVAL_METHOD == 0, "float operations round to binary32 each");

namespace {

void require_count(const Tensor& tensor, const std::string& port, size_t count) {
    if (count != element_count(tensor)) {
        throw Error(ErrorKind::input, fmt::format("Port {} takes {}x{}x{} values (height, width, channels) and got {}; "
                                                  "give one whole image.",
                                                  port, tensor.height, tensor.width, tensor.channels, count));
    }
}

TensorValues in_tensor_order(const Model& model, TensorValues values) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(model.input.tensor)];
    return model.input.channels_first ? to_channels_last(tensor, std::span<const int8_t>(values)) : values;
}

}  // namespace

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

TensorValues quantize_input(const Model& model, std::span<const float> image) {
    const Tensor& tensor = model.tensors[static_cast<size_t>(model.input.tensor)];
    require_count(tensor, model.input.name, image.size());
    if (!model.input.is_float) {
        throw Error(ErrorKind::input,
                    fmt::format("Port {} takes stored bytes and got real numbers; give uint8 or int8.",
                                model.input.name));
    }
    TensorValues values;
    for (const float value : image) {
        if (std::isnan(value)) {
            throw Error(ErrorKind::input, fmt::format("Port {} got a value that is not a number; clean the image.",
                                                      model.input.name));
        }
        values.push_back(quantize(value, tensor.scale, tensor.zero_point));
    }
    return in_tensor_order(model, std::move(values));
}

TensorValues quantize_input(const Model& model, std::span<const uint8_t> image) {
    if (model.input.is_float) {
        return quantize_input(model, std::span<const float>(std::vector<float>(image.begin(), image.end())));
    }
    const Tensor& tensor = model.tensors[static_cast<size_t>(model.input.tensor)];
    require_count(tensor, model.input.name, image.size());
    TensorValues values;
    for (const uint8_t stored : image) {
        values.push_back(static_cast<int8_t>(static_cast<uint8_t>(stored + model.input.stored_offset)));
    }
    return in_tensor_order(model, std::move(values));
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
