// What the host computes between two parts of a program. Source: ONNX operators Softmax, LayerNormalization,
// RMSNormalization, RotaryEmbedding, Mul. LinearRecurrence of the domain "napier": inputs f, c and perhaps h(-1), of
// [1, tokens, channels] and [1, 1, channels]; h(t) = f(t) h(t-1) + (1 - f(t)) c(t) along axis 1, h(-1) = 0 if it is not
// given. Source: Zhu et al., Scalable MatMul-free Language Modeling (arXiv 2406.02528), the MLGRU.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr const char* plain_hint = "quantize its input per tensor, without a padding";

HostExpression host_expression(const Node& node, const Activation& input, const char* function) {
    HostExpression result;
    result.name = node.name;
    result.operation = node.operation;
    result.work.function = function;
    result.input = input;
    return result;
}

Value value_of(HostExpression host) { return std::make_shared<const HostExpression>(std::move(host)); }

// A quantized tensor of bytes.
Activation host_input(Lowering& lowering, const Node& node, size_t index) {
    const Activation input = lowering.quantized_input(node, index);
    if (lowering.layers().grid(input.tensor).one_bit || input.padding != Padding{}) {
        throw Refusal{fmt::format("its input {} has one-bit values or a padding", name_text(node.inputs[index])),
                      plain_hint, {}};
    }
    return input;
}

// A tensor times a number, plus a number for each channel; nothing if the layer on its way is anything more.
std::optional<HostExpression> scaled_tensor(const Layers& layers, const Node& node, const Expression& from) {
    const auto is_one = [](int8_t weight) { return weight == 1; };
    const Extents& extents = from.input.extents;
    const bool is_copy = !from.operand && !from.factor && !from.residual && !from.greatest && !from.rectified &&
                         !from.is_clamped() && from.window == Window{} && from.groups == extents.channels &&
                         from.step.size() == static_cast<size_t>(extents.channels) && from.extents == extents &&
                         from.view == from.input.view &&
                         std::all_of(from.weight->begin(), from.weight->end(), is_one) &&
                         std::all_of(from.bias_steps.begin(), from.bias_steps.end(), [](int64_t b) { return b == 0; });
    if (!is_copy) {
        return std::nullopt;
    }
    HostExpression result = host_expression(node, from.input, "");
    const Grid& grid = layers.grid(from.input.tensor);
    result.work.factor = static_cast<float>(from.step[0] / grid.channel_scale(0));
    for (size_t channel = 0; channel < from.step.size(); ++channel) {
        if (static_cast<float>(from.step[channel] / grid.channel_scale(channel)) != result.work.factor) {
            return std::nullopt;
        }
    }
    if (std::any_of(from.bias.begin(), from.bias.end(), [](double bias) { return bias != 0.0; })) {
        for (int64_t pixel = 0; pixel < extents.height * extents.width; ++pixel) {
            result.work.mask.insert(result.work.mask.end(), from.bias.begin(), from.bias.end());
        }
    }
    return result;
}

// Input `index` as a tensor, perhaps times a number and plus constants.
HostExpression masked_input(Lowering& lowering, const Node& node, size_t index) {
    const Value& value = lowering.input(node, index);
    if (const auto* host = std::get_if<HostPointer>(&value); host && (*host)->work.function.empty()) {
        return **host;
    }
    const auto* expression = std::get_if<ExpressionPointer>(&value);
    if (const auto found = expression ? scaled_tensor(lowering.layers(), node, **expression) : std::nullopt) {
        lowering.layers().read(found->input);
        return *found;
    }
    return host_expression(node, host_input(lowering, node, index), "");
}

// One mask for all groups of channels, if they have the same.
void share_mask(size_t groups, size_t channels, std::vector<float>& mask) {
    const size_t count = channels / groups;
    std::vector<float> shared;
    for (size_t first = 0; first < mask.size(); first += channels) {
        for (size_t i = 0; i < channels; ++i) {
            if (mask[first + i] != mask[first + i % count]) {
                return;
            }
        }
        const auto begin = mask.begin() + static_cast<std::ptrdiff_t>(first);
        shared.insert(shared.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    mask = std::move(shared);
}

void require_last(const Node& node, const Activation& input, int64_t otherwise, bool whole) {
    const size_t rank = input.view.dims.size();
    const size_t axis = rank == 0 ? 0 : checked_axis(node, integer_attribute(node, "axis", otherwise), rank);
    if (rank == 0 || axis + 1 != rank || input.view.dims.back() != std::vector{Axis::channel} ||
        (whole && input.view.has_pieces())) {
        throw Refusal{fmt::format("it goes along axis {} of {}, and the host works along the channels of a pixel", axis,
                                  shape_text(shape_of(input.view, input.extents))),
                      "apply it to the last axis of [1, tokens, channels] or [1, heads, tokens, channels]",
                      shape_of(input.view, input.extents)};
    }
}

std::vector<float> numbers(const Lowering& lowering, const Node& node, size_t index, int64_t count) {
    const ConstantPointer constant = lowering.constant_input(node, index);
    if (constant->count() != static_cast<size_t>(count)) {
        malformed(node, fmt::format("its input {} has {} values instead of {}", name_text(node.inputs[index]),
                                    constant->count(), count));
    }
    std::vector<float> result;
    for (size_t i = 0; i < constant->count(); ++i) {
        result.push_back(static_cast<float>(constant->real(i)));
    }
    return result;
}

Value normalization(Lowering& lowering, const Node& node, const char* function) {
    const Activation input = host_input(lowering, node, 0);
    require_last(node, input, -1, true);
    HostExpression host = host_expression(node, input, function);
    host.work.epsilon = static_cast<float>(number_attribute(node, "epsilon", double{1e-5f}));
    host.work.gain = numbers(lowering, node, 1, input.extents.channels);
    if (lowering.has_input(node, 2)) {
        host.work.offset = numbers(lowering, node, 2, input.extents.channels);
    }
    return value_of(std::move(host));
}

}  // namespace

Value softmax(Lowering& lowering, const Node& node) {
    constexpr int64_t first_with_last_axis = 13;
    HostExpression host = masked_input(lowering, node, 0);
    require_last(node, host.input, lowering.opset() < first_with_last_axis ? 1 : -1, false);
    host.name = node.name;
    host.operation = node.operation;
    host.work.function = "Softmax";
    const int64_t groups = host.input.view.clusters * host.input.view.groups;
    host.work.groups = static_cast<int>(groups);
    if (!host.work.mask.empty()) {
        share_mask(static_cast<size_t>(groups), static_cast<size_t>(host.input.extents.channels), host.work.mask);
    }
    return value_of(std::move(host));
}

Value layer_normalization(Lowering& lowering, const Node& node) {
    return normalization(lowering, node, "LayerNormalization");
}

Value rms_normalization(Lowering& lowering, const Node& node) {
    return normalization(lowering, node, "RMSNormalization");
}

Value rotary_embedding(Lowering& lowering, const Node& node) {
    const Activation input = host_input(lowering, node, 0);
    require_last(node, input, -1, false);
    const int64_t groups = input.view.clusters * input.view.groups, count = input.extents.channels / groups;
    if (lowering.has_input(node, 3) || integer_attribute(node, "interleaved", 0) != 0 ||
        input.view.dims.size() != 4 || count % 2 != 0 ||
        integer_attribute(node, "rotary_embedding_dim", 0) % count != 0) {
        throw Refusal{"it rotates neighbouring or some of the channels, takes positions, or its input is not "
                      "[1, heads, tokens, channels]",
                      "rotate halves of all channels (interleaved 0) by cosines and sines of each token",
                      shape_of(input.view, input.extents)};
    }
    const int64_t angles = input.extents.height * input.extents.width * count / 2;
    HostExpression host = host_expression(node, input, "RotaryEmbedding");
    host.work.groups = static_cast<int>(groups);
    host.work.cosines = numbers(lowering, node, 1, angles);
    host.work.sines = numbers(lowering, node, 2, angles);
    return value_of(std::move(host));
}

Value host_product(Lowering& lowering, const Node& node) {
    const Activation first = host_input(lowering, node, 0), second = host_input(lowering, node, 1);
    if (first.tensor == second.tensor || first.extents != second.extents || first.view != second.view) {
        throw Refusal{"it multiplies two activations, neither of which has one value for each channel of the other",
                      "multiply by constants, by [1, channels, 1, 1], or two activations of the same shape",
                      shape_of(first.view, first.extents)};
    }
    HostExpression host = host_expression(node, first, "Mul");
    host.second = second;
    return value_of(std::move(host));
}

Value linear_recurrence(Lowering& lowering, const Node& node) {
    const Activation forget = host_input(lowering, node, 0), fresh = host_input(lowering, node, 1);
    HostExpression host = host_expression(node, forget, "LinearRecurrence");
    host.second = fresh;
    const auto is_row = [](const Activation& activation) {
        return activation.extents.height == 1 && activation.view == channels_last(activation.extents, 3);
    };
    bool fits = is_row(forget) && is_row(fresh) && forget.extents == fresh.extents;
    if (lowering.has_input(node, 2)) {
        host.initial = host_input(lowering, node, 2);
        fits = fits && is_row(*host.initial) && host.initial->extents == Extents{1, 1, forget.extents.channels};
    }
    if (!fits) {
        throw Refusal{fmt::format("its inputs have the shapes {} and {}, or its state is no token of theirs",
                                  shape_text(shape_of(forget.view, forget.extents)),
                                  shape_text(shape_of(fresh.view, fresh.extents))),
                      "give it [1, tokens, channels] twice, and a state of [1, 1, channels] or none",
                      shape_of(forget.view, forget.extents)};
    }
    return value_of(std::move(host));
}

bool is_scaled_tensor(Lowering& lowering, const Node& node, size_t index) {
    const auto* expression = std::get_if<ExpressionPointer>(&lowering.input(node, index));
    return expression && scaled_tensor(lowering.layers(), node, **expression).has_value();
}

Value masked(Lowering& lowering, const Node& node, size_t activation) {
    HostExpression host = masked_input(lowering, node, activation);
    const ConstantPointer constant = lowering.constant_input(node, 1 - activation);
    const std::vector<float> values = spread_over(*constant, host.input.view, host.input.extents);
    if (values.empty() || !host.work.mask.empty()) {
        throw Refusal{fmt::format("its constant {} of shape {} does not spread over {}, or is the second one",
                                  name_text(node.inputs[1 - activation]), shape_text(constant->dims()),
                                  shape_text(shape_of(host.input.view, host.input.extents))),
                      "combine activations with one constant of their shape", {}};
    }
    host.work.mask = values;
    return value_of(std::move(host));
}

}  // namespace napier::onnx
