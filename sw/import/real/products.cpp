// Layers of real numbers. Source: ONNX operators Conv, Gemm, MatMul; PamConv and PamMatMul are the same with
// piecewise-affine products.
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "sw/formats/bfloat16.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/real/lowering.hpp"
#include "sw/import/text.hpp"
#include "sw/import/window.hpp"

namespace napier::onnx::real {

namespace {

// Weights of a node: their shape, and the axis of the input channels, along which blocks must run.
struct Weights {
    Shape dims;
    size_t axis;
    size_t outputs, inputs, taps;
};

Weights weights_of(const Node& node, const Shape& dims, size_t axis, size_t least_rank, size_t most_rank) {
    if (dims.size() < least_rank || dims.size() > most_rank) {
        throw Refusal{fmt::format("its weight has the shape {}, of {} dimensions", shape_text(dims), dims.size()),
                      "use convolutions over one or two space axes, and matrices", {}};
    }
    if (element_count(dims, INT64_MAX) < 1) {
        malformed(node, fmt::format("its weight has the shape {}", shape_text(dims)));
    }
    const auto dim = [&](size_t index) { return static_cast<size_t>(dims[index]); };
    size_t taps = 1;
    for (size_t i = 2; i < dims.size(); ++i) {
        taps *= dim(i);
    }
    return {dims, axis, dim(1 - axis), dim(axis), taps};
}

// Blocks in the order of the model: [out][tap][block].
std::vector<formats::Block> arranged_blocks(const BlockedConstant& constant, const Weights& weights) {
    if (constant.axis != weights.axis) {
        throw Refusal{fmt::format("its weight's blocks run along axis {}", constant.axis),
                      fmt::format("quantize it along axis {}, the input channels", weights.axis), {}};
    }
    const quantize::BlockedTensor& tensor = constant.tensor;
    std::vector<formats::Block> result;
    for (size_t o = 0; o < weights.outputs; ++o) {
        for (size_t tap = 0; tap < weights.taps; ++tap) {
            for (size_t b = 0; b < tensor.blocks(); ++b) {
                // Before the axis stand the output channels, after it the taps; or, of a matrix, the output channels.
                const size_t outer = weights.axis == 0 ? 0 : o, inner = weights.axis == 0 ? o : tap;
                result.push_back(tensor.block[(outer * tensor.blocks() + b) * tensor.inner_count + inner]);
            }
        }
    }
    return result;
}

// [out][tap][in].
std::vector<uint16_t> arranged_halves(const Constant& constant, const Weights& weights) {
    std::vector<uint16_t> result;
    for (size_t o = 0; o < weights.outputs; ++o) {
        for (size_t tap = 0; tap < weights.taps; ++tap) {
            for (size_t i = 0; i < weights.inputs; ++i) {
                const size_t place = weights.axis == 0 ? i * weights.outputs + o
                                                       : (o * weights.inputs + i) * weights.taps + tap;
                result.push_back(formats::to_bfloat16(static_cast<float>(constant.real(place))));
            }
        }
    }
    return result;
}

void require_finite(const Node& node, const Constant& constant, const char* what) {
    for (size_t i = 0; i < constant.count(); ++i) {
        if (!std::isfinite(static_cast<float>(constant.real(i)))) {
            malformed(node, fmt::format("value {} of its {} is not finite", i, what));
        }
    }
}

// A layer over the input with its weights, bias +0.
Pending pending_layer(Lowering& lowering, const Node& node, const Weights& weights, bool is_pam) {
    Pending pending;
    RealLayer& layer = pending.layer;
    layer.name = node.name;
    layer.operation = node.operation;
    layer.bias.assign(weights.outputs, 0.0f);
    if (is_pam) {
        layer.product = RealProduct::piecewise_affine;
        const ConstantPointer constant = lowering.constant_input(node, 1);
        require_finite(node, *constant, "weight");
        layer.weight_half = arranged_halves(*constant, weights);
    } else {
        const BlockedPointer constant = lowering.blocked_input(node, 1);
        layer.weight_format = constant->tensor.element->name;
        layer.weight_block = arranged_blocks(*constant, weights);
    }
    return pending;
}

Shape weight_dims(Lowering& lowering, const Node& node, bool is_pam) {
    return is_pam ? lowering.constant_input(node, 1)->dims() : lowering.blocked_input(node, 1)->dims;
}

Stored activation_input(Lowering& lowering, const Node& node, bool is_pam) {
    return is_pam ? lowering.half_input(node, 0) : lowering.blocks_input(node, 0);
}

void set_bias(Lowering& lowering, const Node& node, Pending& pending) {
    if (!lowering.has_input(node, 2)) {
        return;
    }
    const ConstantPointer bias = lowering.constant_input(node, 2);
    require_finite(node, *bias, "bias");
    std::vector<float>& values = pending.layer.bias;
    const bool is_row = bias->rank() == 0 || bias->dims().back() == static_cast<int64_t>(bias->count());
    if (!is_row || (bias->count() != values.size() && bias->count() != 1)) {
        malformed(node, fmt::format("its bias has the shape {} for {} outputs", shape_text(bias->dims()),
                                    values.size()));
    }
    for (size_t o = 0; o < values.size(); ++o) {
        values[o] = static_cast<float>(bias->real(bias->count() == 1 ? 0 : o));
    }
    pending.has_bias = true;
}

Value convolve(Lowering& lowering, const Node& node, bool is_pam) {
    const Weights weights = weights_of(node, weight_dims(lowering, node, is_pam), 1, 3, 4);
    const int64_t groups = integer_attribute(node, "group", 1);
    if (groups < 1 || weights.dims[0] % groups != 0) {
        malformed(node, fmt::format("its {} output channels cannot form {} groups", weights.dims[0], groups));
    }
    const Stored input = activation_input(lowering, node, is_pam);
    Activation activation;
    activation.extents = lowering.extents_of(input);
    activation.view = channels_first(activation.extents, input.rank);
    require_channels_first(node, activation, weights.dims.size() - 2);
    if (activation.extents.channels != groups * weights.dims[1]) {
        malformed(node, fmt::format("its input has {} channels and its weights take {} groups of {}",
                                    activation.extents.channels, groups, weights.dims[1]));
    }
    if (!is_pam && groups > 1 && weights.dims[1] % spec::block_elements != 0) {
        throw Refusal{fmt::format("its groups of {} channels cut blocks of {}", weights.dims[1],
                                  spec::block_elements),
                      "use one group, groups of whole blocks, or PamConv", {}};
    }
    const std::vector<int64_t> kernel(weights.dims.begin() + 2, weights.dims.end());
    if (has_attribute(node, "kernel_shape") && integers_attribute(node, "kernel_shape", {}) != kernel) {
        malformed(node, "its kernel_shape differs from its weights");
    }
    const Placed placed = place_window(node, kernel, activation);
    Pending pending = pending_layer(lowering, node, weights, is_pam);
    pending.layer.input = input.tensor;
    pending.layer.window = placed.window;
    pending.layer.groups = static_cast<int>(groups);
    pending.extents = {placed.output.height, placed.output.width, weights.dims[0]};
    pending.rank = input.rank;
    if (element_count(shape_of(channels_first(pending.extents, pending.rank), pending.extents),
                      greatest_activation_elements) < 1) {
        throw Refusal{fmt::format("its output has more than {} values", greatest_activation_elements),
                      "use a smaller image", {}};
    }
    set_bias(lowering, node, pending);
    return std::make_shared<const Pending>(std::move(pending));
}

// axis: of the input channels in the weights.
Value multiply(Lowering& lowering, const Node& node, size_t axis, bool is_pam) {
    const Weights weights = weights_of(node, weight_dims(lowering, node, is_pam), axis, 2, 2);
    const Stored input = activation_input(lowering, node, is_pam);
    if (input.rank != 2) {
        throw Refusal{"its input is not [1, channels]", "flatten one pixel, or use a convolution over the image", {}};
    }
    const Extents extents = lowering.extents_of(input);
    if (extents.channels != static_cast<int64_t>(weights.inputs)) {
        malformed(node, fmt::format("its input has {} values and its weights take {}", extents.channels,
                                    weights.inputs));
    }
    Pending pending = pending_layer(lowering, node, weights, is_pam);
    pending.layer.input = input.tensor;
    pending.extents = {1, 1, static_cast<int64_t>(weights.outputs)};
    pending.rank = 2;
    return std::make_shared<const Pending>(std::move(pending));
}

}  // namespace

Value convolution(Lowering& lowering, const Node& node) {
    return convolve(lowering, node, false);
}

Value pam_convolution(Lowering& lowering, const Node& node) {
    return convolve(lowering, node, true);
}

Value gemm(Lowering& lowering, const Node& node) {
    const bool has_bias = lowering.has_input(node, 2);
    if (integer_attribute(node, "transA", 0) != 0 || number_attribute(node, "alpha", 1.0) != 1.0 ||
        (has_bias && number_attribute(node, "beta", 1.0) != 1.0)) {
        throw Refusal{"its alpha or beta is not 1, or its input is transposed", "export with alpha and beta 1", {}};
    }
    const size_t axis = integer_attribute(node, "transB", 0) == 0 ? 0 : 1;
    Pending pending = *std::get<PendingPointer>(multiply(lowering, node, axis, false));
    set_bias(lowering, node, pending);
    return std::make_shared<const Pending>(std::move(pending));
}

Value matrix_product(Lowering& lowering, const Node& node) {
    return multiply(lowering, node, 0, false);
}

Value pam_matrix_product(Lowering& lowering, const Node& node) {
    return multiply(lowering, node, 0, true);
}

}  // namespace napier::onnx::real
