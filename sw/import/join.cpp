// Activations side by side: each part is a layer that copies it to its channels of the result, or to its tokens,
// rounded once. Where such a copy changes nothing, the layer before it, or the user of the model, writes there
// (sw/import/place_parts.cpp). Source: ONNX operator Concat.
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

Activation checked_part(Lowering& lowering, const Node& node, size_t index) {
    const Activation part = lowering.quantized_input(node, index);
    const size_t rank = part.view.dims.size();
    const size_t axis = checked_axis(node, integer_attribute(node, "axis", 1), rank);
    if (axis != 1 || part.view != channels_first(part.extents, rank)) {
        throw Refusal{fmt::format("it joins {} of shape {} along axis {}, which is not that of the channels",
                                  name_text(node.inputs[index]), shape_text(shape_of(part.view, part.extents)), axis),
                      "join [1, channels, height, width] along axis 1, or [1, heads, tokens, channels] along axis 2",
                      {}};
    }
    if (part.padding != Padding{}) {
        throw Refusal{"one of its inputs is padded", "put Pad directly before a convolution", {}};
    }
    return part;
}

// Tokens of [1, tokens, channels] or, by heads, of [1, heads, tokens, channels], seen as that.
bool is_tokens(const Activation& part) {
    const size_t rank = part.view.dims.size();
    if (rank < 3 || part.extents.height != 1 || part.padding != Padding{}) {
        return false;
    }
    const Shape shape = shape_of(part.view, part.extents);
    return part.view == (rank == 3 ? channels_last(part.extents, rank) : heads_of(part.extents, shape[1]));
}

// Input `index` of a node that joins tokens; an input of the graph is laid out for it.
Activation tokens_input(Lowering& lowering, const Node& node, size_t index) {
    const auto* found = std::get_if<Activation>(&lowering.input(node, index));
    if (found && found->form == Form::real && found->view.dims.size() == 4 && lowering.layers().may_lay_out(*found)) {
        const Activation result = lowering.layers().lay_out_heads(*found);
        lowering.layers().read(result);
        return result;
    }
    return lowering.quantized_input(node, index);
}

// True if the node joins along the tokens, and an input that is computed has some.
bool joins_tokens(const Lowering& lowering, const Node& node) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const auto* found = std::get_if<Activation>(&lowering.input(node, i));
        if (found && is_tokens(*found)) {
            const size_t rank = found->view.dims.size();
            return checked_axis(node, integer_attribute(node, "axis", 1), rank) + 2 == rank &&
                   found->view != channels_first(found->extents, rank);
        }
    }
    return false;
}

Value join_tokens(Lowering& lowering, const Node& node) {
    Joined joined;
    joined.along_pixels = true;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const Activation part = tokens_input(lowering, node, i);
        const Activation& first = joined.parts.empty() ? part : joined.parts[0];
        if (!is_tokens(part) || part.extents.channels != first.extents.channels ||
            part.view.dims.size() != first.view.dims.size() || part.view.groups != first.view.groups) {
            throw Refusal{fmt::format("it joins the tokens of {} and {}, which differ in more than their number",
                                      shape_text(shape_of(first.view, first.extents)),
                                      shape_text(shape_of(part.view, part.extents))),
                          "join tokens of as many heads and channels", {}};
        }
        joined.extents = {1, (i == 0 ? 0 : joined.extents.width) + part.extents.width, part.extents.channels};
        joined.parts.push_back(part);
    }
    const View& view = joined.parts[0].view;
    joined.view = view.dims.size() == 3 ? channels_last(joined.extents, 3) : heads_of(joined.extents, view.groups);
    return std::make_shared<const Joined>(std::move(joined));
}

}  // namespace

Value join_activations(Lowering& lowering, const Node& node) {
    if (joins_tokens(lowering, node)) {
        return join_tokens(lowering, node);
    }
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
    if (!grid.vector_scales.empty() || grid.one_bit) {
        throw Refusal{grid.one_bit ? "it joins activations to -1 and +1 alone"
                                   : "its result has a scale for each vector of channels",
                      grid.one_bit ? "quantize it to 2 to 8 bits with Quant" : "quantize it per tensor", {}};
    }
    const Activation result = layers.add_tensor(tensor_name, joined.extents, joined.view, grid);
    int64_t first = 0;
    for (size_t i = 0; i < joined.parts.size(); ++i) {
        Expression expression = identity_expression(node, layers, joined.parts[i]);
        expression.operation = "Concat";
        const Activation part = layers.add_layer(expression, grid, fmt::format("{}/{}", tensor_name, i));
        Tensor& tensor = layers.model().tensors[static_cast<size_t>(part.tensor)];
        tensor.whole = result.tensor;
        (joined.along_pixels ? tensor.first_pixel : tensor.first_channel) = static_cast<int>(first);
        const Extents& extents = joined.parts[i].extents;
        first += joined.along_pixels ? extents.width : extents.channels;
    }
    return result;
}

}  // namespace napier::onnx
