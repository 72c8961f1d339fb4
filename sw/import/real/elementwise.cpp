// What stands between layers of real numbers. Source: ONNX operators Relu, Clip, Add, Reshape, Flatten, Identity,
// Constant; MXQuantize is described in docs/import.md.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "sw/formats/element.hpp"
#include "sw/golden/mx/block.hpp"
#include "sw/golden/mx/output.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/real/lowering.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx::real {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

const spec::Element& element_of(const Node& node) {
    const std::string name = text_attribute(node, "element_format", "");
    std::string known;
    for (const spec::Element& element : spec::elements) {
        if (name == element.name) {
            return element;
        }
        known += fmt::format("{}{}", known.empty() ? "" : ", ", element.name);
    }
    throw Refusal{fmt::format("its element_format is {}", name_text(name)), fmt::format("use one of {}", known), {}};
}

golden::mx::ScaleRule rule_of(const Node& node) {
    using golden::mx::ScaleRule;
    const std::string name = text_attribute(node, "scale_rule", "floor");
    for (const ScaleRule rule : {ScaleRule::floor, ScaleRule::ceil, ScaleRule::even, ScaleRule::rceil}) {
        if (name == golden::mx::name_of(rule)) {
            return rule;
        }
    }
    throw Refusal{fmt::format("its scale_rule is {}", name_text(name)), "use floor, ceil, even or rceil", {}};
}

Value quantized_constant(const Node& node, const Constant& constant, const spec::Element& element,
                         golden::mx::ScaleRule rule) {
    std::vector<float> values(constant.count());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(constant.real(i));
        if (!std::isfinite(values[i])) {
            malformed(node, fmt::format("value {} of its input is not finite", i));
        }
    }
    if (values.empty() || constant.rank() == 0) {
        malformed(node, fmt::format("its input has the shape {}", shape_text(constant.dims())));
    }
    BlockedConstant blocked{constant.dims(), 0, {}};
    blocked.axis = checked_axis(node, integer_attribute(node, "axis", 1), constant.rank());
    const std::vector<size_t> shape(constant.dims().begin(), constant.dims().end());
    blocked.tensor = quantize::quantize_mx(values, shape, static_cast<int>(blocked.axis), element, rule);
    return std::make_shared<const BlockedConstant>(std::move(blocked));
}

Pending pending_input(Lowering& lowering, const Node& node, const char* hint) {
    if (const auto* pending = std::get_if<PendingPointer>(&lowering.input(node, 0))) {
        return **pending;
    }
    throw Refusal{"its input is not the result of a layer", hint, {}};
}

Value clamped(Pending pending, float low, float high) {
    RealLayer& layer = pending.layer;
    layer.clamp_low = golden::mx::clamp(layer.clamp_low, low, high);
    layer.clamp_high = golden::mx::clamp(layer.clamp_high, low, high);
    pending.is_clamped = true;
    return std::make_shared<const Pending>(std::move(pending));
}

float bound(const Lowering& lowering, const Node& node, size_t index, const char* attribute, float otherwise) {
    if (!lowering.has_input(node, index)) {
        return static_cast<float>(number_attribute(node, attribute, otherwise));
    }
    const ConstantPointer constant = lowering.constant_input(node, index);
    if (constant->count() != 1 || std::isnan(constant->real(0))) {
        malformed(node, fmt::format("its {} is not one number", attribute));
    }
    return static_cast<float>(constant->real(0));
}

// The same values as [1, channels]; only one pixel has the same order either way.
Value flattened(Lowering& lowering, const Node& node) {
    const auto require_pixel = [](const Extents& extents) {
        if (extents.height * extents.width != 1) {
            throw Refusal{fmt::format("it flattens {}x{} pixels", extents.height, extents.width),
                          "use a convolution over the whole image in place of the product behind it", {}};
        }
    };
    const Value& value = lowering.input(node, 0);
    if (const auto* stored = std::get_if<Stored>(&value)) {
        require_pixel(lowering.extents_of(*stored));
        return Stored{stored->tensor, 2, stored->is_raw};
    }
    Pending pending = pending_input(lowering, node, "compute constants before the export");
    require_pixel(pending.extents);
    pending.rank = 2;
    return std::make_shared<const Pending>(std::move(pending));
}

bool is_activation(const Value& value) {
    return std::holds_alternative<Stored>(value) || std::holds_alternative<PendingPointer>(value);
}

}  // namespace

Value quantize(Lowering& lowering, const Node& node) {
    const spec::Element& element = element_of(node);
    const golden::mx::ScaleRule rule = rule_of(node);
    const Value& value = lowering.input(node, 0);
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        return quantized_constant(node, **constant, element, rule);
    }
    if (std::holds_alternative<BlockedPointer>(value)) {
        throw Refusal{"its input is in blocks already", "quantize each value once", {}};
    }
    const auto* stored = std::get_if<Stored>(&value);
    const size_t rank = stored ? stored->rank : std::get<PendingPointer>(value)->rank;
    if (checked_axis(node, integer_attribute(node, "axis", 1), rank) != 1) {
        throw Refusal{"its blocks do not run along the channels", "quantize activations along axis 1", {}};
    }
    return lowering.keep_blocks(node, element.name, golden::mx::name_of(rule));
}

Value relu(Lowering& lowering, const Node& node) {
    return clamped(pending_input(lowering, node, "put it right behind a layer, before the quantization"), 0.0f,
                   infinity);
}

Value clip(Lowering& lowering, const Node& node) {
    const float low = bound(lowering, node, 1, "min", -infinity), high = bound(lowering, node, 2, "max", infinity);
    return clamped(pending_input(lowering, node, "put it right behind a layer, before the quantization"), low,
                   std::max(low, high));
}

Value add(Lowering& lowering, const Node& node) {
    if (is_activation(lowering.input(node, 0)) && is_activation(lowering.input(node, 1))) {
        throw Refusal{"it adds two activations, and layers of real numbers have no residual",
                      "leave the addition out, or quantize the network to integers (napier quantize --to int8)", {}};
    }
    const size_t constant_place = std::holds_alternative<ConstantPointer>(lowering.input(node, 0)) ? 0 : 1;
    const auto* found = std::get_if<PendingPointer>(&lowering.input(node, 1 - constant_place));
    if (!found || (*found)->has_bias || (*found)->is_clamped ||
        !std::holds_alternative<ConstantPointer>(lowering.input(node, constant_place))) {
        throw Refusal{"it is not the addition of the first bias to a layer",
                      "add one constant, right behind a layer without bias", {}};
    }
    Pending pending = **found;
    const ConstantPointer constant = lowering.constant_input(node, constant_place);
    const std::optional<std::vector<double>> bias =
        per_channel(*constant, channels_first(pending.extents, pending.rank), pending.extents);
    if (!bias) {
        throw Refusal{"its constant differs along other axes than the channels", "add one number a channel", {}};
    }
    for (size_t o = 0; o < pending.layer.bias.size(); ++o) {
        const float value = static_cast<float>((*bias)[bias->size() == 1 ? 0 : o]);
        if (!std::isfinite(value)) {
            malformed(node, "its constant is not finite");
        }
        pending.layer.bias[o] = value;
    }
    pending.has_bias = true;
    return std::make_shared<const Pending>(std::move(pending));
}

Value flatten(Lowering& lowering, const Node& node) {
    if (integer_attribute(node, "axis", 1) != 1) {
        throw Refusal{"its axis is not 1", "flatten to [1, channels]", {}};
    }
    return flattened(lowering, node);
}

Value reshape(Lowering& lowering, const Node& node) {
    const ConstantPointer shape = lowering.constant_input(node, 1);
    const bool is_flat = shape->is_integer() && shape->count() == 2 && std::abs(shape->integer(0)) <= 1;
    if (!is_flat) {
        throw Refusal{"it reshapes to something other than [1, channels]", "reshape only to flatten one pixel", {}};
    }
    const Value value = flattened(lowering, node);
    const auto* stored = std::get_if<Stored>(&value);
    const int64_t channels = stored ? lowering.extents_of(*stored).channels
                                    : std::get<PendingPointer>(value)->extents.channels;
    const int64_t asked = shape->integer(1);
    if (asked != channels && asked != -1 && asked != 0) {
        malformed(node, fmt::format("it reshapes {} values to {}", channels, asked));
    }
    return value;
}

Value identity(Lowering& lowering, const Node& node) {
    return lowering.input(node, 0);
}

Value constant(Lowering&, const Node& node) {
    const auto found = node.attributes.find("value");
    if (found == node.attributes.end() || found->second.kind != AttributeKind::tensor) {
        throw Refusal{"it has no tensor as its value", "export constants as tensors", {}};
    }
    return found->second.tensor;
}

}  // namespace napier::onnx::real
