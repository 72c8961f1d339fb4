// QuantizeLinear and DequantizeLinear. Source: ONNX operators, operator sets 10 to 25.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"
#include "sw/import/vector_scales.hpp"

namespace napier::onnx {

namespace {

// Scales and zero points of a node: one of each, or one for each index of axis.
struct Parameters {
    const ElementType* kind = nullptr;  // of the integers
    std::vector<double> scales;
    std::vector<int64_t> zero_points;
    size_t axis = 0;
};

const ElementType& integer_kind(const Node& node, int32_t type) {
    const ElementType* kind = find_type(type);
    if (!kind) {
        malformed(node, fmt::format("it names element type {}, which ONNX does not define", type));
    }
    if (!kind->is_integer || kind->bits > 32) {
        throw Refusal{fmt::format("it quantizes to {}", kind->name), "quantize to integers of 8 bits or less", {}};
    }
    return *kind;
}

void read_scales(const Lowering& lowering, const Node& node, Parameters& parameters) {
    const ConstantPointer scales = lowering.constant_input(node, 1);
    if (scales->rank() > 1 || integer_attribute(node, "block_size", 0) != 0) {
        throw Refusal{"it has a scale for each block", "quantize per tensor or per output channel", {}};
    }
    if (scales->is_integer() || scales->count() == 0) {
        malformed(node, "its scale is no real number");
    }
    for (size_t i = 0; i < scales->count(); ++i) {
        parameters.scales.push_back(scales->real(i));
        if (!std::isfinite(parameters.scales.back())) {
            malformed(node, fmt::format("its scale {} is not finite", i));
        }
    }
}

// value_type: of the integers if there is no zero point.
Parameters read_parameters(const Lowering& lowering, const Node& node, int32_t value_type) {
    Parameters parameters;
    read_scales(lowering, node, parameters);
    parameters.zero_points.assign(parameters.scales.size(), 0);
    if (!lowering.has_input(node, 2)) {
        parameters.kind = &integer_kind(node, value_type);
        return parameters;
    }
    const ConstantPointer zeros = lowering.constant_input(node, 2);
    parameters.kind = &integer_kind(node, zeros->type());
    if (zeros->count() != parameters.scales.size()) {
        malformed(node, fmt::format("it has {} scales and {} zero points", parameters.scales.size(), zeros->count()));
    }
    for (size_t i = 0; i < zeros->count(); ++i) {
        parameters.zero_points[i] = zeros->integer(i);
    }
    return parameters;
}

// Sets the axis of parameters that are more than one.
void set_axis(const Node& node, const Shape& shape, Parameters& parameters) {
    if (parameters.scales.size() == 1) {
        return;
    }
    parameters.axis = checked_axis(node, integer_attribute(node, "axis", 1), shape.size());
    if (shape[parameters.axis] != static_cast<int64_t>(parameters.scales.size())) {
        malformed(node, fmt::format("it has {} scales for {} values along axis {}", parameters.scales.size(),
                                    shape[parameters.axis], parameters.axis));
    }
}

template <typename List>
bool is_uniform(const List& list) {
    return std::all_of(list.begin(), list.end(), [&](const auto& entry) { return entry == list.front(); });
}

// The scales of parameters for each index of an axis of the value. One, if nothing is known of the value.
VectorScales scales_along_axis(const Node& node, Parameters& parameters, const Value& value) {
    View view;
    Extents extents;
    const auto take = [&](const auto& found) { view = found.view, extents = found.extents; };
    if (const auto* activation = std::get_if<Activation>(&value)) {
        take(*activation);
    } else if (const auto* expression = std::get_if<ExpressionPointer>(&value)) {
        take(**expression);
    } else if (const auto* joined = std::get_if<JoinedPointer>(&value)) {
        take(**joined);
    } else if (const auto* selection = std::get_if<SelectionPointer>(&value)) {
        take(**selection);
    } else {
        return {static_cast<float>(parameters.scales[0]), {}};
    }
    set_axis(node, shape_of(view, extents), parameters);
    return vector_scales(parameters.scales, parameters.axis, view, extents);
}

Grid activation_grid(const Node& node, Parameters& parameters, const Value& value) {
    if (!is_uniform(parameters.zero_points)) {
        throw Refusal{"it quantizes an activation with different zero points", "give all channels the same", {}};
    }
    if (parameters.kind->bits > 8) {
        throw Refusal{fmt::format("it quantizes an activation to {}", parameters.kind->name),
                      "quantize activations to 8 bits or less", {}};
    }
    VectorScales scales{static_cast<float>(parameters.scales[0]), {}};
    if (!is_uniform(parameters.scales)) {
        scales = scales_along_axis(node, parameters, value);
    }
    if (!(scales.scale > 0.0f)) {
        throw Refusal{fmt::format("its scale {} is not positive", scales.scale), "quantize with positive scales", {}};
    }
    Grid grid;
    grid.scale = scales.scale;
    grid.vector_scales = scales.integers;
    grid.offset = parameters.kind->bits == 8 && !parameters.kind->is_signed ? -128 : 0;
    grid.zero_point = static_cast<int>(parameters.zero_points[0]) + grid.offset;
    grid.low = static_cast<int>(parameters.kind->lowest()) + grid.offset;
    grid.high = static_cast<int>(parameters.kind->highest()) + grid.offset;
    return grid;
}

Value quantized_constant(const Node& node, const Constant& values, Parameters& parameters) {
    set_axis(node, values.dims(), parameters);
    const QuantizedConstant places{
        std::make_shared<const Constant>(values), parameters.scales, parameters.zero_points, parameters.axis};
    std::vector<int64_t> integers(values.count());
    const double low = static_cast<double>(parameters.kind->lowest());
    const double high = static_cast<double>(parameters.kind->highest());
    for (size_t i = 0; i < integers.size(); ++i) {
        const size_t place = places.place(i);
        const float quotient = static_cast<float>(values.real(i)) / static_cast<float>(parameters.scales[place]);
        if (std::isnan(quotient)) {
            malformed(node, fmt::format("value {} of its input is not a number or its scale is 0", i));
        }
        const double rounded = std::nearbyint(quotient) + static_cast<double>(parameters.zero_points[place]);
        integers[i] = static_cast<int64_t>(std::clamp(rounded, low, high));
    }
    return Constant::integers(parameters.kind->number, values.dims(), integers);
}

}  // namespace

Value quantize_linear(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    const int64_t named = integer_attribute(node, "output_dtype", 0);
    Parameters parameters = read_parameters(lowering, node, named == 0 ? type::uint8 : static_cast<int32_t>(named));
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        return quantized_constant(node, **constant, parameters);
    }
    if (const auto* constant = std::get_if<QuantizedPointer>(&value)) {
        return quantized_constant(node, *(*constant)->reals(), parameters);
    }
    if (const auto* activation = std::get_if<Activation>(&value); activation && activation->form == Form::stored) {
        malformed(node, "its input is integers already");
    }
    return lowering.quantize(node, value, activation_grid(node, parameters, value), Form::stored);
}

Value dequantize_linear(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        integer_kind(node, (*constant)->type());
        if (integer_attribute(node, "block_size", 0) != 0) {
            return dequantize_blocks(lowering, node, **constant);
        }
        Parameters parameters = read_parameters(lowering, node, (*constant)->type());
        set_axis(node, (*constant)->dims(), parameters);
        return std::make_shared<const QuantizedConstant>(
            QuantizedConstant{*constant, parameters.scales, parameters.zero_points, parameters.axis});
    }
    const auto* activation = std::get_if<Activation>(&value);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{shape_of(value)};
    }
    if (!activation || activation->form != Form::stored) {
        malformed(node, "its input is no integers");
    }
    const bool is_known = lowering.layers().has_grid(activation->tensor);
    const int offset = is_known ? lowering.layers().grid(activation->tensor).offset
                                : lowering.layers().input_offset(activation->tensor);
    Parameters parameters = read_parameters(lowering, node, offset != 0 ? type::uint8 : type::int8);
    const Grid grid = activation_grid(node, parameters, value);
    Activation result = *activation;
    result.form = Form::real;
    if (!is_known && !grid.vector_scales.empty()) {
        throw Refusal{"it gives an input of the model a scale for each vector of channels", "quantize it per tensor",
                      {}};
    }
    if (!is_known) {
        lowering.layers().set_grid(activation->tensor, grid);
    }
    const Grid& found = lowering.layers().grid(activation->tensor);
    if (found.scale != grid.scale || found.vector_scales != grid.vector_scales ||
        found.zero_point != grid.zero_point || found.offset != grid.offset) {
        throw Refusal{fmt::format("its scale or zero point differs from those {} was quantized with",
                                  name_text(node.inputs[0])),
                      "give both nodes of a pair the same scale and zero point", {}};
    }
    return result;
}

}  // namespace napier::onnx
