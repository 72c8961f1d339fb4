#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/formats/formats.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/scaling.hpp"
#include "sw/golden/validate.hpp"
#include "sw/spec/machine.hpp"

namespace napier::golden {

namespace {

[[noreturn]] void fail(const Layer& layer, const std::string& reason) {
    throw Error(ErrorKind::input, fmt::format("Layer {} {}.", layer.name, reason));
}

void validate_window(const Layer& layer) {
    const Window& window = layer.window;
    for (const int step : {window.kernel_h, window.kernel_w, window.stride_y, window.stride_x, window.dilation_y,
                           window.dilation_x}) {
        if (step < 1 || step > greatest_extent) {
            fail(layer, fmt::format("has a kernel extent, stride or dilation of {}; give 1 to {}", step,
                                    greatest_extent));
        }
    }
    for (const int pad : {window.pad_top, window.pad_left, window.pad_bottom, window.pad_right}) {
        if (pad < 0 || pad > greatest_extent) {
            fail(layer, fmt::format("has a padding of {}; give 0 to {}", pad, greatest_extent));
        }
    }
}

void validate_shapes(const Model& model, const Layer& layer) {
    const Tensor& input = model.tensors[static_cast<size_t>(layer.input)];
    const Tensor& output = model.tensors[static_cast<size_t>(layer.output)];
    const Window& w = layer.window;
    if (layer.groups < 1 || input.channels % layer.groups != 0 || output.channels % layer.groups != 0) {
        fail(layer, fmt::format("has {} groups for {} input and {} output channels; give a divisor of both",
                                layer.groups, input.channels, output.channels));
    }
    const int height = output_extent(input.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, w.pad_bottom);
    const int width = output_extent(input.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, w.pad_right);
    if (height != output.height || width != output.width) {
        fail(layer, fmt::format("makes {}x{} pixels of tensor {} and writes {}x{} to {}; correct the window or the "
                                "output's shape",
                                height, width, input.name, output.height, output.width, output.name));
    }
    if (layer.residual < 0) {
        return;
    }
    const Tensor& residual = model.tensors[static_cast<size_t>(layer.residual)];
    if (residual.height != output.height || residual.width != output.width || residual.channels != output.channels) {
        fail(layer, fmt::format("adds tensor {} of another shape than its output {}; make them equal", residual.name,
                                output.name));
    }
}

void validate_weights(const Model& model, const Layer& layer) {
    const int64_t out_channels = model.tensors[static_cast<size_t>(layer.output)].channels;
    const int64_t in_per_group = model.tensors[static_cast<size_t>(layer.input)].channels / layer.groups;
    const Int128 wanted = Int128{out_channels} * in_per_group * layer.window.kernel_h * layer.window.kernel_w;
    if (wanted != Int128{layer.weight.size()}) {
        fail(layer, fmt::format("has {} weights instead of {}x{}x{}x{}; give [out][kernel_h][kernel_w][in / groups]",
                                layer.weight.size(), out_channels, layer.window.kernel_h, layer.window.kernel_w,
                                in_per_group));
    }
    const auto known = [&](const spec::Format& format) { return layer.format == format.name; };
    if (std::none_of(std::begin(spec::formats), std::end(spec::formats), known)) {
        fail(layer, fmt::format("has the number format '{}', which the description lacks; name one it has",
                                layer.format));
    }
    const bool one_bit = model.tensors[static_cast<size_t>(layer.input)].one_bit;
    if ((spec::find_format(layer.format).operation == spec::Operation::match) != one_bit) {
        fail(layer, fmt::format("of format {} reads a tensor of {}; give xnor, and nothing else, one-bit activations",
                                layer.format, one_bit ? "one-bit values" : "bytes"));
    }
    const std::vector<uint8_t>& scales = model.tensors[static_cast<size_t>(layer.input)].vector_scales;
    if (!layer.input_scales.empty() && layer.input_scales != scales) {
        fail(layer, "multiplies its terms by scales that are not those of its input's vectors; give it these or none");
    }
    if (!layer.input_scales.empty() && spec::find_format(layer.format).operation != spec::Operation::product) {
        fail(layer, fmt::format("of format {} has scales of its input's vectors; give them to products alone",
                                layer.format));
    }
    if (!formats::holds(spec::find_format(layer.format), layer.weight, static_cast<size_t>(in_per_group))) {
        fail(layer, fmt::format("has weights that the number format {} does not hold; choose another", layer.format));
    }
}

void validate_greatest(const Model& model, const Layer& layer) {
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &output = model.tensors[static_cast<size_t>(layer.output)];
    if (layer.groups != input.channels || layer.groups != output.channels || input.one_bit || output.one_bit) {
        fail(layer, "takes the greatest of a window and does not take it of each channel of bytes by itself; give it "
                    "as many groups as channels");
    }
    const auto is_one = [](int8_t weight) { return weight == 1; };
    if (!std::all_of(layer.weight.begin(), layer.weight.end(), is_one) || !layer.input_scales.empty() ||
        layer.residual >= 0 || layer.rectified) {
        fail(layer, "takes the greatest of a window and has weights, scales, a residual or a rectified sum; give it "
                    "weights of 1 alone");
    }
    const auto differs = [](const auto& values) {
        return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
    };
    if (differs(layer.significand) || differs(layer.shift)) {
        fail(layer, "takes the greatest of a window and scales its channels differently; give all the same");
    }
}

void validate_factor(const Model& model, const Layer& layer) {
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &output = model.tensors[static_cast<size_t>(layer.output)],
                 &factor = model.tensors[static_cast<size_t>(layer.factor)];
    if (factor.height != 1 || factor.width != 1 || factor.channels < output.channels || factor.one_bit) {
        fail(layer, fmt::format("multiplies {} channels by tensor {} of {}x{}x{}; give it one pixel of bytes with as "
                                "many channels",
                                output.channels, factor.name, factor.height, factor.width, factor.channels));
    }
    const auto is_one = [](int8_t weight) { return weight == 1; };
    const bool alone = layer.groups == input.channels && layer.groups == output.channels && !input.one_bit;
    if (!alone || layer.window != Window{} || layer.greatest || !layer.input_scales.empty() ||
        !std::all_of(layer.weight.begin(), layer.weight.end(), is_one)) {
        fail(layer, "multiplies by a tensor and has a window, weights or groups, too; give it weights of 1, one for "
                    "each channel");
    }
}

void validate_table(const Layer& layer);
void validate_scaling(const Model& model, const Layer& layer);

// Shapes of a product of two tensors.
void validate_product(const Model& model, const Layer& layer) {
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &output = model.tensors[static_cast<size_t>(layer.output)],
                 &operand = model.tensors[static_cast<size_t>(layer.operand.tensor)];
    const int groups = layer.operand.groups;
    if (groups < 1 || layer.groups % groups != 0 || operand.channels % groups != 0) {
        fail(layer, fmt::format("has {} groups and takes {} of the {} channels of tensor {}; give a divisor of both",
                                layer.groups, groups, operand.channels, operand.name));
    }
    const int64_t pixels = int64_t{operand.height} * operand.width, channels = operand.channels / groups;
    const int64_t in = input.channels / layer.groups, out = output.channels / layer.groups;
    const bool turned = layer.operand.outputs_are_pixels;
    if (pixels != (turned ? out : in) || channels != (turned ? in : out)) {
        fail(layer, fmt::format("multiplies {} channels of a group to {} and takes them from tensor {} with {} pixels "
                                "and {} channels of a group; give it as many",
                                in, out, operand.name, pixels, channels));
    }
}

void validate_operand(const Model& model, const Layer& layer) {
    const Tensor &input = model.tensors[static_cast<size_t>(layer.input)],
                 &operand = model.tensors[static_cast<size_t>(layer.operand.tensor)];
    validate_shapes(model, layer);
    validate_product(model, layer);
    const bool plain = !input.one_bit && !operand.one_bit && input.vector_scales.empty() &&
                       operand.vector_scales.empty() && layer.input_scales.empty();
    if (!plain) {
        fail(layer, "multiplies two tensors, and one has one-bit values or scales of vectors; give it bytes of one "
                    "scale");
    }
    const bool has_more = layer.window != Window{} || !layer.weight.empty() || layer.factor >= 0 || layer.greatest;
    if (has_more || layer.format != spec::formats[spec::format_int8].name) {
        fail(layer, "multiplies two tensors and has a window, weights, a factor or a format other than int8, too; "
                    "leave them out");
    }
    validate_scaling(model, layer);
    validate_table(layer);
}

void validate_scaling(const Model& model, const Layer& layer) {
    const size_t channels = static_cast<size_t>(model.tensors[static_cast<size_t>(layer.output)].channels);
    if (layer.residual >= 0 && model.tensors[static_cast<size_t>(layer.residual)].one_bit) {
        fail(layer, "has a residual of one-bit values; give it one of bytes");
    }
    if (layer.bias.size() != channels || layer.significand.size() != channels || layer.shift.size() != channels) {
        fail(layer, fmt::format("has {} biases, {} significands and {} shifts for {} output channels; give one each",
                                layer.bias.size(), layer.significand.size(), layer.shift.size(), channels));
    }
    const auto too_wide = [](uint32_t significand) { return significand >> significand_bits != 0; };
    if (too_wide(layer.residual_significand) ||
        std::any_of(layer.significand.begin(), layer.significand.end(), too_wide)) {
        fail(layer, fmt::format("has a significand of more than {} bits; choose a smaller shift", significand_bits));
    }
    for (const uint8_t shift : layer.shift) {
        if (shift > greatest_shift) {
            fail(layer, fmt::format("has a shift of {}; give 0 to {}", shift, greatest_shift));
        }
        if (layer.residual >= 0 && shift != layer.shift[0]) {
            fail(layer, "has a residual and columns of different shifts; give all the same");
        }
    }
    if (layer.clamp_low < -128 || layer.clamp_high > 127 || layer.clamp_low > layer.clamp_high) {
        fail(layer, fmt::format("clamps to [{}, {}]; give a range within [-128, 127]", layer.clamp_low,
                                layer.clamp_high));
    }
}

void validate_table(const Layer& layer) {
    const OutputTable& table = layer.table;
    if (!table.entries.empty() && table.entries.size() != spec::activation_table_entries) {
        fail(layer, fmt::format("has a table of {} entries; give it {}, one for each byte", table.entries.size(),
                                spec::activation_table_entries));
    }
    if (table.zero_point < -128 || table.zero_point > 127) {
        fail(layer, fmt::format("looks up outputs with the zero point {}; give one from -128 to 127",
                                table.zero_point));
    }
}

}  // namespace

void validate_layer(const Model& model, const Layer& layer) {
    if (!layer.host.function.empty()) {
        return validate_host(model, layer);
    }
    if (layer.operand.tensor >= 0) {
        return validate_operand(model, layer);
    }
    validate_window(layer);
    validate_shapes(model, layer);
    validate_weights(model, layer);
    validate_scaling(model, layer);
    validate_table(layer);
    if (layer.factor >= 0) {
        validate_factor(model, layer);
    }
    if (layer.greatest) {
        validate_greatest(model, layer);
    }
}

}  // namespace napier::golden
