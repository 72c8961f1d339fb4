// Functions of one quantized tensor: followed operator by operator for each of its 256 values, they become a table.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sw/golden/quantize.hpp"
#include "sw/import/layers.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/pointwise.hpp"

namespace napier::onnx {

namespace {

constexpr size_t value_count = spec::activation_table_entries;

int8_t value_of_index(size_t index) { return static_cast<int8_t>(static_cast<uint8_t>(index)); }

bool is_same(const Activation& a, const Activation& b) {
    return a.tensor == b.tensor && a.generation == b.generation && a.extents == b.extents && a.view == b.view;
}

// A single number that does not change a shape of that rank.
std::optional<float> scalar(const Value& value, size_t rank) {
    ConstantPointer constant;
    if (const auto* found = std::get_if<ConstantPointer>(&value)) {
        constant = *found;
    } else if (const auto* quantized = std::get_if<QuantizedPointer>(&value)) {
        constant = (*quantized)->reals();
    }
    if (!constant || constant->count() != 1 || constant->rank() > rank) {
        return std::nullopt;
    }
    return static_cast<float>(constant->real(0));
}

// The tensor's own values.
CurvePointer identity_curve(const Layers& layers, const Activation& activation) {
    const Grid& grid = layers.grid(activation.tensor);
    if (activation.form != Form::real || activation.padding != Padding{} || grid.one_bit ||
        !grid.vector_scales.empty()) {
        return nullptr;
    }
    Curve curve;
    curve.input = activation;
    for (size_t index = 0; index < value_count; ++index) {
        curve.values.push_back(golden::dequantize(value_of_index(index), grid.scale, grid.zero_point));
    }
    return std::make_shared<const Curve>(std::move(curve));
}

}  // namespace

CurvePointer Lowering::curve_input(const Node& node, size_t index) const {
    const auto followed = curves_.find(node.inputs[index]);
    if (followed != curves_.end()) {
        return followed->second;
    }
    const auto* activation = std::get_if<Activation>(&input(node, index));
    return activation ? identity_curve(layers_, *activation) : nullptr;
}

CurvePointer Lowering::follow(const Node& node) const {
    if (!is_pointwise(node)) {
        return nullptr;
    }
    std::vector<CurvePointer> curves(node.inputs.size());
    CurvePointer first;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!has_input(node, i) || values_.find(node.inputs[i]) == values_.end()) {
            continue;
        }
        curves[i] = curve_input(node, i);
        first = first ? first : curves[i];
    }
    if (!first) {
        return nullptr;
    }
    const size_t rank = first->input.view.dims.size();
    std::vector<std::optional<float>> scalars(node.inputs.size());
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!has_input(node, i)) {
            continue;
        }
        if (values_.find(node.inputs[i]) == values_.end()) {
            return nullptr;
        }
        if (!curves[i]) {
            scalars[i] = scalar(input(node, i), rank);
        }
        if (curves[i] ? !is_same(curves[i]->input, first->input) : !scalars[i]) {
            return nullptr;
        }
    }
    Curve result{first->input, {}, first->function + (first->function.empty() ? "" : ", ") + node.operation};
    for (size_t index = 0; index < value_count; ++index) {
        std::vector<const float*> operands;
        for (size_t i = 0; i < node.inputs.size(); ++i) {
            operands.push_back(curves[i] ? &curves[i]->values[index] : scalars[i] ? &*scalars[i] : nullptr);
        }
        result.values.push_back(pointwise(node, operands));
    }
    return std::make_shared<const Curve>(std::move(result));
}

Activation Layers::add_lookup(const Curve& curve, const Grid& grid, const std::string& node_name,
                              const std::string& tensor_name) {
    if (grid.one_bit || !grid.vector_scales.empty()) {
        throw Refusal{fmt::format("it quantizes {} {}", curve.function,
                                  grid.one_bit ? "to one bit" : "with a scale for each vector of channels"),
                      "quantize it per tensor, to 2 to 8 bits", {}};
    }
    const Grid& input = this->grid(curve.input.tensor);
    OutputTable table{curve.function, {}, input.zero_point};
    for (size_t index = 0; index < curve.values.size(); ++index) {
        const int8_t at = value_of_index(index);
        if (std::isnan(curve.values[index]) && at >= input.low && at <= input.high) {
            throw Refusal{fmt::format("{} is not a number at {}", curve.function,
                                      golden::dequantize(at, input.scale, input.zero_point)),
                          "keep its input where it is defined", {}};
        }
        const float real = std::isnan(curve.values[index]) ? 0.0f : curve.values[index];
        const int value = golden::quantize(real, grid.scale, grid.zero_point);
        table.entries.push_back(static_cast<int8_t>(std::clamp(value, grid.low, grid.high)));
    }
    return add_table_layer(curve.input, std::move(table), grid, node_name, tensor_name);
}

}  // namespace napier::onnx
