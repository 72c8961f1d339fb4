// Activations side by side: each part is a layer that copies its channels to their place, and adds what the parts
// before it left there. Every value is rounded once: where a part has no channels its sum is zero, and the sum so far
// is on the result's grid. Source: ONNX operator Concat.
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

// Copies the part's channels to those from `first` on.
Expression copy(const Node& node, const Layers& layers, const Joined& joined, const Activation& part, int64_t first) {
    Expression expression = identity_expression(node, layers, part);
    const size_t inputs = static_cast<size_t>(part.extents.channels);
    const size_t outputs = static_cast<size_t>(joined.extents.channels);
    std::vector<int8_t> weight(outputs * inputs, 0);
    for (size_t channel = 0; channel < inputs; ++channel) {
        weight[(static_cast<size_t>(first) + channel) * inputs + channel] = 1;
    }
    expression.operation = "Concat";
    expression.groups = 1;
    expression.weight = std::make_shared<const std::vector<int8_t>>(std::move(weight));
    const Grid& grid = layers.grid(part.tensor);
    expression.step.assign(outputs, grid.scale);
    for (size_t channel = 0; channel < inputs; ++channel) {
        expression.step[static_cast<size_t>(first) + channel] = grid.channel_scale(channel);
    }
    expression.bias_steps.assign(outputs, 0);
    expression.bias.assign(outputs, 0.0);
    expression.extents = joined.extents;
    expression.view = joined.view;
    return expression;
}

Activation checked_part(Lowering& lowering, const Node& node, size_t index) {
    const Activation part = lowering.quantized_input(node, index);
    const size_t rank = part.view.dims.size();
    const size_t axis = checked_axis(node, integer_attribute(node, "axis", 1), rank);
    if (axis != 1 || part.view != channels_first(part.extents, rank)) {
        throw Refusal{fmt::format("it joins {} of shape {} along axis {}, which is not that of the channels",
                                  name_text(node.inputs[index]), shape_text(shape_of(part.view, part.extents)), axis),
                      "join [1, channels, height, width] along axis 1", {}};
    }
    if (part.padding != Padding{}) {
        throw Refusal{"one of its inputs is padded", "put Pad directly before a convolution", {}};
    }
    return part;
}

}  // namespace

Value join_activations(Lowering& lowering, const Node& node) {
    Joined joined;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const Activation part = checked_part(lowering, node, i);
        Extents extents = part.extents;
        if (joined.parts.empty()) {
            joined.extents = extents;
        } else {
            extents.channels += joined.extents.channels;
            if (extents.height != joined.extents.height || extents.width != joined.extents.width ||
                part.view.dims.size() != joined.parts[0].view.dims.size()) {
                throw Refusal{"its inputs differ in more than their channels", "join images of the same size", {}};
            }
            joined.extents = extents;
        }
        joined.parts.push_back(part);
    }
    if (joined.extents.channels > greatest_generated_weights / joined.extents.channels) {
        throw Refusal{fmt::format("its result has {} channels", joined.extents.channels), "join fewer", {}};
    }
    joined.view = channels_first(joined.extents, joined.parts[0].view.dims.size());
    return std::make_shared<const Joined>(std::move(joined));
}

Activation join(Layers& layers, const Node& node, const Joined& joined, const Grid& grid,
                const std::string& tensor_name) {
    Activation result;
    int64_t first = 0;
    for (size_t i = 0; i < joined.parts.size(); ++i) {
        Expression expression = copy(node, layers, joined, joined.parts[i], first);
        if (i > 0) {
            expression.residual = result;
            expression.residual_step = grid.scale;
        }
        first += joined.parts[i].extents.channels;
        const bool is_last = i + 1 == joined.parts.size();
        result = layers.add_layer(expression, grid, is_last ? tensor_name : fmt::format("{}/{}", tensor_name, i));
    }
    return result;
}

}  // namespace napier::onnx
