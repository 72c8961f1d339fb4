// The two ends of a lowering: tensors put on their grids, and the model's output.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/golden/validate.hpp"
#include "sw/import/join_tables.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/place_parts.hpp"
#include "sw/import/selection.hpp"
#include "sw/import/split_products.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

Grid full_range(const Grid& grid) { return {grid.scale, grid.zero_point, grid.offset, -128, 127}; }

std::vector<Axis> order_of(const View& view, const Extents& extents) {
    return axis_order(without_units(view, extents));
}

// A tensor in place of the value that a refused node should have given, so that later nodes can be checked.
Value stand_in(Layers& layers, const std::string& name, const std::optional<Shape>& shape, const Grid& grid,
               Form form) {
    if (!shape || shape->size() < 2 || shape->size() > 4 || shape->front() != 1) {
        throw Follows{shape};
    }
    const Extents extents = extents_of(*shape, true);
    Activation activation = layers.add_tensor(name, extents, channels_first(extents, shape->size()), grid);
    activation.form = form;
    return activation;
}

}  // namespace

Expression identity_expression(const Node& node, const Layers& layers, const Activation& activation) {
    Expression expression;
    expression.name = node.name;
    expression.operation = node.operation;
    expression.input = activation;
    expression.window.pad_top = static_cast<int>(activation.padding.top);
    expression.window.pad_left = static_cast<int>(activation.padding.left);
    expression.window.pad_bottom = static_cast<int>(activation.padding.bottom);
    expression.window.pad_right = static_cast<int>(activation.padding.right);
    expression.extents = activation.extents;
    expression.view = activation.view;
    const size_t channels = static_cast<size_t>(activation.extents.channels);
    expression.groups = activation.extents.channels;
    expression.weight = std::make_shared<const std::vector<int8_t>>(channels, int8_t{1});
    for (size_t channel = 0; channel < channels; ++channel) {
        expression.step.push_back(layers.grid(activation.tensor).channel_scale(channel));
    }
    expression.bias_steps.assign(channels, 0);
    expression.bias.assign(channels, 0.0);
    return expression;
}

Value Lowering::quantize(const Node& node, const Value& value, const Grid& grid, Form form) {
    const std::string& name = node.outputs[0];
    if (const auto* unknown = std::get_if<Unknown>(&value)) {
        return stand_in(layers_, name, unknown->shape, grid, form);
    }
    if (const auto* expression = std::get_if<ExpressionPointer>(&value)) {
        Activation result = layers_.add_layer(**expression, grid, name);
        result.form = form;
        return result;
    }
    if (const auto* curve = std::get_if<CurvePointer>(&value)) {
        layers_.read((*curve)->input);
        Activation result = layers_.add_lookup(**curve, grid, node.name, name);
        result.form = form;
        return result;
    }
    if (const auto* selection = std::get_if<SelectionPointer>(&value)) {
        Activation result = layers_.add_layer(copy_expression(layers_, **selection), grid, name);
        result.form = form;
        return result;
    }
    if (const auto* joined = std::get_if<JoinedPointer>(&value)) {
        Activation result = join(layers_, node, **joined, grid, name);
        result.form = form;
        return result;
    }
    if (const auto* surrounded = std::get_if<SurroundedPointer>(&value)) {
        Activation result = surround(layers_, node, **surrounded, grid, name);
        result.form = form;
        return result;
    }
    if (const auto* host = std::get_if<HostPointer>(&value)) {
        Activation result = layers_.add_host(**host, grid, name);
        result.form = form;
        return result;
    }
    if (const auto* gathered = std::get_if<GatheredPointer>(&value)) {
        Activation result = layers_.add_gather(**gathered, grid, name);
        result.form = form;
        return result;
    }
    if (std::holds_alternative<Indices>(value)) {
        throw Refusal{fmt::format("its input {} is {}", name_text(node.inputs[0]), kind_text(value)),
                      "read it by Gather alone", {}};
    }
    Activation activation = std::get<Activation>(value);
    if (activation.form == Form::unquantized) {
        if (!grid.vector_scales.empty()) {
            throw Refusal{"it gives an input of the model a scale for each vector of channels",
                          "quantize it per tensor", {}};
        }
        if (!layers_.has_grid(activation.tensor)) {
            layers_.set_grid(activation.tensor, full_range(grid));
            layers_.set_input_offset(activation.tensor, grid.offset);
        }
        if (!(layers_.grid(activation.tensor) == full_range(grid))) {
            throw Refusal{"an input of the model is quantized in two different ways", "quantize it once", {}};
        }
    }
    activation.form = form;
    if (layers_.grid(activation.tensor) == grid) {
        return activation;
    }
    layers_.read(activation);
    Activation result = layers_.add_layer(identity_expression(node, layers_, activation), grid, name);
    result.form = form;
    return result;
}

void Lowering::check_output() {
    for (size_t i = 1; i < graph_.outputs.size(); ++i) {
        refuse(graph_.outputs[i].name, "output", "a model may have one output, and this is another",
               "remove it or split the model");
    }
    const std::string& name = graph_.outputs[0].name;
    const auto found = values_.find(name);
    if (found != values_.end() && std::holds_alternative<SelectionPointer>(found->second)) {
        try {
            copy_selection(name);
        } catch (const Refusal& refusal) {
            return refuse(name, "output", refusal.reason, refusal.hint);
        }
    }
    const auto refuse_output = [&](const std::string& reason, const char* hint) {
        if (problems_.empty()) {
            refuse(name, "output", reason, hint);
        }
    };
    const auto* activation = found == values_.end() ? nullptr : std::get_if<Activation>(&found->second);
    if (!activation) {
        const bool is_real = found != values_.end() && (std::holds_alternative<ExpressionPointer>(found->second) ||
                                                        std::holds_alternative<JoinedPointer>(found->second) ||
                                                        std::holds_alternative<SurroundedPointer>(found->second) ||
                                                        std::holds_alternative<HostPointer>(found->second) ||
                                                        std::holds_alternative<GatheredPointer>(found->second) ||
                                                        std::holds_alternative<CurvePointer>(found->second));
        const auto* host = is_real ? std::get_if<HostPointer>(&found->second) : nullptr;
        return refuse_output(is_real ? "it is float32 and not quantized" : "it is not computed by a layer",
                             host && (*host)->work.function == "Softmax"
                                 ? "put QuantizeLinear (and DequantizeLinear) behind the last node, or end the model "
                                   "before a Softmax: the order of the scores stays the same"
                                 : "put QuantizeLinear (and DequantizeLinear) behind the last node");
    }
    if (!layers_.grid(activation->tensor).vector_scales.empty()) {
        return refuse_output("it has a scale for each vector of channels", "quantize it per tensor");
    }
    if (layers_.grid(activation->tensor).one_bit) {
        return refuse_output("it is -1 and +1 alone", "quantize it to 2 to 8 bits with Quant");
    }
    if (layers_.model().layers.empty() || activation->form == Form::unquantized || activation->padding != Padding{}) {
        return refuse_output("no layer computes it", "give the model a layer, quantized");
    }
    const View first = channels_first(activation->extents, 4);
    const View last = channels_last(activation->extents, 4);
    const std::vector<Axis> order = order_of(activation->view, activation->extents);
    if (order != axis_order(first) && order != axis_order(last)) {
        return refuse_output("its axes are neither in channels-first nor in channels-last order",
                             "remove the last Transpose");
    }
    layers_.model().output = {activation->tensor, name, layers_.grid(activation->tensor).offset,
                              order == axis_order(first), activation->form == Form::real};
}

Model Lowering::finish() {
    Model model = std::move(layers_.model());
    split_products(model, layers_.parts());
    join_tables(model);
    place_parts(model);
    golden::validate(model);
    return model;
}

}  // namespace napier::onnx
