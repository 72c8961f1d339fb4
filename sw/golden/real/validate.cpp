#include "sw/golden/real/validate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/element.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/mx/block.hpp"
#include "sw/golden/real/layer.hpp"
#include "sw/golden/requantize.hpp"
#include "sw/golden/validate.hpp"

namespace napier::golden::real {

namespace {

constexpr int64_t greatest_elements = std::numeric_limits<int32_t>::max();

[[noreturn]] void fail(const std::string& sentence) {
    throw Error(ErrorKind::input, sentence);
}

[[noreturn]] void fail(const RealLayer& layer, const std::string& reason) {
    fail(fmt::format("Layer {} {}.", layer.name, reason));
}

bool is_microscaling(const std::string& format) {
    return format != "float32" && format != "bfloat16";
}

void validate_tensor(const RealTensor& tensor) {
    for (const int extent : {tensor.height, tensor.width, tensor.channels}) {
        if (extent < 1 || extent > greatest_extent) {
            fail(fmt::format("Tensor {} has the shape {}x{}x{}; give it 1 to {} elements each way.", tensor.name,
                             tensor.height, tensor.width, tensor.channels, greatest_extent));
        }
    }
    if (int64_t{tensor.height} * tensor.width > greatest_elements / tensor.channels) {
        fail(fmt::format("Tensor {} of {}x{}x{} has 2^31 elements or more; use smaller images.", tensor.name,
                         tensor.height, tensor.width, tensor.channels));
    }
    if (is_microscaling(tensor.format)) {
        formats::find_element(tensor.format);
        mx::find_scale_rule(tensor.scale_rule);
    }
}

void require_tensor(const RealModel& model, int index, const std::string& user) {
    if (index < 0 || static_cast<size_t>(index) >= model.tensors.size()) {
        fail(fmt::format("{} names tensor {} of {}; give an index of RealModel::tensors.", user, index,
                         model.tensors.size()));
    }
}

void validate_window(const RealLayer& layer, const RealTensor& input, const RealTensor& output) {
    const Window& w = layer.window;
    for (const int step : {w.kernel_h, w.kernel_w, w.stride_y, w.stride_x, w.dilation_y, w.dilation_x}) {
        if (step < 1 || step > greatest_extent) {
            fail(layer, fmt::format("has a kernel extent, stride or dilation of {}; give 1 to {}", step,
                                    greatest_extent));
        }
    }
    for (const int pad : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
        if (pad < 0 || pad > greatest_extent) {
            fail(layer, fmt::format("has a padding of {}; give 0 to {}", pad, greatest_extent));
        }
    }
    const int height = output_extent(input.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, w.pad_bottom);
    const int width = output_extent(input.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, w.pad_right);
    if (height != output.height || width != output.width) {
        fail(layer, fmt::format("makes {}x{} pixels and writes {}x{}; correct the window or the output's shape",
                                height, width, output.height, output.width));
    }
}

void validate_blocks(const RealLayer& layer, const RealTensor& input) {
    if (!is_microscaling(input.format)) {
        fail(layer, fmt::format("takes blocks from tensor {}, which is kept as {}; keep it in a microscaling format",
                                input.name, input.format));
    }
    if (layer.groups > 1 && input.channels / layer.groups % spec::block_elements != 0) {
        fail(layer, fmt::format("has groups of {} channels, which cut blocks of {}; use one group or whole blocks",
                                input.channels / layer.groups, spec::block_elements));
    }
    const spec::Element& element = formats::find_element(layer.weight_format);
    for (const formats::Block& block : layer.weight_block) {
        for (const uint8_t code : block.element) {
            if (code >= formats::code_count(element)) {
                fail(layer, fmt::format("has the weight code {}, which {} does not have; convert the weights again",
                                        code, element.name));
            }
        }
    }
}

void validate_weights(const RealLayer& layer, const RealTensor& input, const RealTensor& output) {
    const bool blocks = layer.product == RealProduct::blocks;
    const int in_per_group = input.channels / layer.groups;
    const Int128 wanted = Int128{output.channels} * layer.window.kernel_h * layer.window.kernel_w *
                          (blocks ? block_count(in_per_group) : in_per_group);
    const size_t given = blocks ? layer.weight_block.size() : layer.weight_half.size();
    if (wanted != Int128{given} || (blocks ? layer.weight_half.size() : layer.weight_block.size()) != 0) {
        fail(layer, fmt::format("has {} weights or blocks of weights of its kind instead of "
                                "[out channels][kernel_h][kernel_w][channels of a group], or some of the other kind; "
                                "give each once", given));
    }
    const auto channels = static_cast<size_t>(output.channels);
    if (layer.bias.size() != channels) {
        fail(layer, fmt::format("has {} biases for {} output channels; give one each", layer.bias.size(), channels));
    }
}

void validate_layer(const RealModel& model, const RealLayer& layer) {
    const RealTensor& input = model.tensors[static_cast<size_t>(layer.input)];
    const RealTensor& output = model.tensors[static_cast<size_t>(layer.output)];
    if (layer.groups < 1 || input.channels % layer.groups != 0 || output.channels % layer.groups != 0) {
        fail(layer, fmt::format("has {} groups for {} input and {} output channels; give a divisor of both",
                                layer.groups, input.channels, output.channels));
    }
    validate_window(layer, input, output);
    validate_weights(layer, input, output);
    if (layer.product == RealProduct::blocks) {
        validate_blocks(layer, input);
    }
    if (!(layer.clamp_low <= layer.clamp_high)) {
        fail(layer, fmt::format("clamps to [{}, {}]; give numbers in order", layer.clamp_low, layer.clamp_high));
    }
}

}  // namespace

void validate(const RealModel& model) {
    std::for_each(model.tensors.begin(), model.tensors.end(), validate_tensor);
    require_tensor(model, model.input.tensor, "The model's input port");
    require_tensor(model, model.output.tensor, "The model's output port");
    std::vector<bool> written(model.tensors.size());
    written[static_cast<size_t>(model.input.tensor)] = true;
    for (const RealLayer& layer : model.layers) {
        require_tensor(model, layer.input, "Layer " + layer.name);
        require_tensor(model, layer.output, "Layer " + layer.name);
        validate_layer(model, layer);
        if (!written[static_cast<size_t>(layer.input)] || written[static_cast<size_t>(layer.output)]) {
            fail(layer, "reads a tensor before it is written, or writes one twice; order the layers by execution");
        }
        written[static_cast<size_t>(layer.output)] = true;
    }
    for (size_t i = 0; i < written.size(); ++i) {
        if (!written[i]) {
            fail(fmt::format("Tensor {} is written by no layer; remove it or add its layer.", model.tensors[i].name));
        }
    }
}

}  // namespace napier::golden::real
