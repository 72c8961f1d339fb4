#include "sw/import/layers.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sw/formats/formats.hpp"
#include "sw/golden/validate.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

bool fits(const Extents& extents) {
    for (const int64_t extent : {extents.height, extents.width, extents.channels}) {
        if (extent < 1 || extent > golden::greatest_extent) {
            return false;
        }
    }
    return element_count({extents.height, extents.width, extents.channels}, greatest_activation_elements) > 0;
}

// The greatest of the window in place of a layer's one tap.
void take_greatest(Layer& layer, const Window& window) {
    layer.greatest = true;
    layer.window = window;
    const size_t taps = static_cast<size_t>(window.kernel_h) * static_cast<size_t>(window.kernel_w);
    layer.weight.assign(layer.weight.size() * taps, 1);
}

}  // namespace

void Layers::set_extents(int tensor, const Extents& extents) {
    Tensor& target = model_.tensors[static_cast<size_t>(tensor)];
    if (!fits(extents)) {
        throw Refusal{fmt::format("tensor {} has {} x {} x {} values, and one may have {} at most, {} along each axis",
                                  name_text(target.name), extents.height, extents.width, extents.channels,
                                  greatest_activation_elements, golden::greatest_extent),
                      "use a smaller input", {}};
    }
    target.height = static_cast<int>(extents.height);
    target.width = static_cast<int>(extents.width);
    target.channels = static_cast<int>(extents.channels);
}

void Layers::set_grid(int tensor, const Grid& grid) {
    state(tensor).grid = grid;
    state(tensor).has_grid = true;
    model_.tensors[static_cast<size_t>(tensor)].scale = grid.scale;
    model_.tensors[static_cast<size_t>(tensor)].zero_point = grid.zero_point;
    model_.tensors[static_cast<size_t>(tensor)].one_bit = grid.one_bit;
    model_.tensors[static_cast<size_t>(tensor)].vector_scales = grid.vector_scales;
}

Activation Layers::add_tensor(const std::string& name, const Extents& extents, const View& view, const Grid& grid) {
    const int tensor = static_cast<int>(model_.tensors.size());
    model_.tensors.push_back({});
    model_.tensors.back().name = name;
    states_.push_back({});
    set_extents(tensor, extents);
    set_grid(tensor, grid);
    return {Form::real, tensor, 0, extents, view, {}};
}

Activation Layers::add_input(const std::string& name, const Shape& shape, bool first, Form form, int offset) {
    const Extents extents = extents_of(shape, first);
    const View view = first ? channels_first(extents, shape.size()) : channels_last(extents, shape.size());
    Activation activation = add_tensor(name, extents, view, {});
    activation.form = form;
    state(activation.tensor).has_grid = false;
    state(activation.tensor).is_in_file_order = true;
    state(activation.tensor).channels_first = first;
    add_port() = {activation.tensor, name, offset, first, form == Form::unquantized};
    return activation;
}

Port& Layers::port_of(int tensor) {
    if (model_.input.tensor == tensor) {
        return model_.input;
    }
    return *std::find_if(model_.more_inputs.begin(), model_.more_inputs.end(),
                         [&](const Port& port) { return port.tensor == tensor; });
}

int Layers::input_offset(int tensor) const {
    for (const Port& port : inputs_of(model_)) {
        if (port.tensor == tensor) {
            return port.stored_offset;
        }
    }
    return 0;
}

bool Layers::may_lay_out(const Activation& activation) const {
    const State& now = state(activation.tensor);
    if (!now.is_in_file_order || now.is_read || activation.generation != now.generation ||
        activation.padding != Padding{}) {
        return false;
    }
    const size_t rank = activation.view.dims.size();
    return activation.view == (now.channels_first ? channels_first(activation.extents, rank)
                                                  : channels_last(activation.extents, rank));
}

Activation Layers::lay_out(const Activation& activation, const Shape& shape) {
    State& now = state(activation.tensor);
    Activation result = activation;
    result.extents = extents_of(shape, now.channels_first);
    result.view = now.channels_first ? channels_first(result.extents, shape.size())
                                     : channels_last(result.extents, shape.size());
    result.generation = ++now.generation;
    set_extents(activation.tensor, result.extents);
    return result;
}

Activation Layers::lay_out_channels_last(const Activation& activation) {
    const Shape shape = shape_of(activation.view, activation.extents);
    State& now = state(activation.tensor);
    Activation result = activation;
    result.extents = extents_of(shape, false);
    result.view = channels_first(result.extents, shape.size());
    result.generation = ++now.generation;
    now.is_in_file_order = false;
    set_extents(activation.tensor, result.extents);
    port_of(activation.tensor).channels_first = false;
    return result;
}

Activation Layers::lay_out_heads(const Activation& activation) {
    const Shape shape = shape_of(activation.view, activation.extents);
    State& now = state(activation.tensor);
    Activation result = activation;
    result.extents = {1, shape[2], shape[1] * shape[3]};
    result.view = heads_of(result.extents, shape[1]);
    result.generation = ++now.generation;
    now.is_in_file_order = false;
    set_extents(activation.tensor, result.extents);
    Port& port = port_of(activation.tensor);
    port.channels_first = false;
    port.groups = static_cast<int>(shape[1]);
    return result;
}

void Layers::read(const Activation& activation) {
    State& now = state(activation.tensor);
    if (activation.generation != now.generation) {
        throw Refusal{fmt::format("the input {} is read in two different shapes",
                                  name_text(model_.tensors[static_cast<size_t>(activation.tensor)].name)),
                      "reshape it before it is quantized, or outside the model", {}};
    }
    now.is_read = true;
}

void Layers::check_one_bit(const Expression& expression) const {
    const auto is_one_bit = [&](const Activation& activation) { return grid(activation.tensor).one_bit; };
    const auto refuse = [&](const std::string& reason, const char* hint) {
        throw Refusal{fmt::format("layer {} {}", name_text(expression.name), reason), hint, {}};
    };
    const bool has_match = expression.terms == spec::Operation::match;
    const bool reads_one_bit = (expression.residual && is_one_bit(*expression.residual)) ||
                               (expression.factor && is_one_bit(*expression.factor)) ||
                               (expression.operand &&
                                (is_one_bit(expression.input) || is_one_bit(*expression.operand)));
    if ((is_one_bit(expression.input) && !has_match) || reads_one_bit) {
        refuse("reads activations of -1 and +1, and only a Conv, Gemm or MatMul does",
               "quantize to 2 to 8 bits with Quant before it");
    }
    if (!has_match) {
        return;
    }
    for (const int8_t weight : *expression.weight) {
        if (weight != 1 && weight != -1) {
            refuse(fmt::format("reads activations of -1 and +1 and has a weight {}", weight),
                   "quantize its weights with BipolarQuant, too");
        }
    }
    const Window& window = expression.window;
    if (window.pad_top > 0 || window.pad_left > 0 || window.pad_bottom > 0 || window.pad_right > 0) {
        refuse("pads activations of -1 and +1 with 0, which is neither", "train it without padding");
    }
}

void Layers::check_residual(const Expression& expression, const Grid& grid) const {
    if (!expression.residual) {
        return;
    }
    const Grid& residual = this->grid(expression.residual->tensor);
    for (size_t channel = 0; channel < expression.step.size(); ++channel) {
        if (residual.vector_scale(channel) * grid.vector_scale(0) !=
            residual.vector_scale(0) * grid.vector_scale(channel)) {
            throw Refusal{fmt::format("layer {}: the activation it adds has other scales of its vectors of channels "
                                      "than its output, and a machine adds it with one factor",
                                      name_text(expression.name)),
                          "quantize both per tensor, or with the same integers for the vectors", {}};
        }
    }
}

Activation Layers::add_layer(const Expression& expression, const Grid& grid, const std::string& tensor_name) {
    check_one_bit(expression);
    check_residual(expression, grid);
    Layer layer;
    layer.name = expression.name;
    layer.operation = expression.operation;
    layer.input = expression.input.tensor;
    layer.rectified = expression.rectified;
    layer.residual = expression.residual ? expression.residual->tensor : -1;
    layer.factor = expression.factor ? expression.factor->tensor : -1;
    if (expression.operand) {
        layer.operand = {expression.operand->tensor, static_cast<int>(expression.operand_groups),
                         expression.outputs_are_pixels};
    }
    layer.input_scales = expression.input_scales;
    layer.groups = static_cast<int>(expression.groups);
    if (!expression.greatest) {
        layer.window = expression.window;
    }
    set_scaling(layer, expression, grid);
    if (expression.greatest) {
        take_greatest(layer, expression.window);
    }
    const auto is_one = [](int8_t weight) { return weight == 1; };
    if (expression.factor && !std::all_of(layer.weight.begin(), layer.weight.end(), is_one)) {
        throw Refusal{fmt::format("layer {}: its product of two activations is scaled by a number that is not positive",
                                  name_text(layer.name)),
                      "quantize the product before it", {}};
    }
    const Activation output = add_tensor(tensor_name, expression.extents, expression.view, grid);
    layer.output = output.tensor;
    model_.layers.push_back(std::move(layer));
    return output;
}

Activation Layers::add_host(const HostExpression& host, const Grid& grid, const std::string& tensor_name) {
    if (host.work.function.empty()) {
        throw Refusal{"it quantizes a sum with a float32 constant that is not one value or one for each channel",
                      "quantize the constant, too (DequantizeLinear of int8 values with one scale)", {}};
    }
    if (grid.one_bit || !grid.vector_scales.empty()) {
        throw Refusal{fmt::format("it quantizes {} to one bit, or with a scale for each vector of channels",
                                  host.work.function),
                      "quantize it per tensor, to 2 to 8 bits", {}};
    }
    Layer layer;
    layer.name = host.name;
    layer.operation = host.operation;
    layer.input = host.input.tensor;
    layer.host = host.work;
    layer.host.second = host.second ? host.second->tensor : -1;
    layer.host.initial = host.initial ? host.initial->tensor : -1;
    layer.clamp_low = grid.low;
    layer.clamp_high = grid.high;
    const Activation output = add_tensor(tensor_name, host.input.extents, host.input.view, grid);
    layer.output = output.tensor;
    note(fmt::format("layer {}: {} is work of the host", name_text(layer.name), layer.host.function));
    model_.layers.push_back(std::move(layer));
    return output;
}

Activation Layers::add_constant(const std::string& name, const Extents& extents, const View& view, const Grid& grid,
                                std::vector<int8_t> values) {
    const Activation result = add_tensor(name, extents, view, grid);
    model_.constants.push_back({result.tensor, std::move(values)});
    return result;
}

Activation Layers::add_table_layer(const Activation& input, OutputTable table, const Grid& grid,
                                   const std::string& node_name, const std::string& tensor_name) {
    const size_t channels = static_cast<size_t>(input.extents.channels);
    Layer layer;
    layer.name = node_name;
    layer.operation = table.function;
    layer.input = input.tensor;
    layer.groups = static_cast<int>(channels);
    layer.weight.assign(channels, 1);
    layer.bias.assign(channels, -this->grid(input.tensor).zero_point);
    layer.significand.assign(channels, 1);
    layer.shift.assign(channels, 0);
    layer.format = formats::cheapest(layer.weight, spec::Operation::product, 1).name;
    layer.table = std::move(table);
    const Activation output = add_tensor(tensor_name, input.extents, input.view, grid);
    layer.output = output.tensor;
    model_.layers.push_back(std::move(layer));
    return output;
}

}  // namespace napier::onnx
