#include "sw/import/value.hpp"

#include <utility>

namespace napier::onnx {

size_t QuantizedConstant::place(size_t index) const {
    if (scales.size() == 1) {
        return 0;
    }
    size_t inner = 1;
    for (size_t i = axis + 1; i < integers->rank(); ++i) {
        inner *= static_cast<size_t>(integers->dims()[i]);
    }
    return index / inner % scales.size();
}

ConstantPointer QuantizedConstant::reals() const {
    std::vector<double> values(integers->count());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = real(i);
    }
    return Constant::reals(integers->dims(), values);
}

Value value_of(Expression expression) { return std::make_shared<const Expression>(std::move(expression)); }

std::optional<Shape> shape_of(const Value& value) {
    if (const auto* unknown = std::get_if<Unknown>(&value)) {
        return unknown->shape;
    }
    if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
        return (*constant)->dims();
    }
    if (const auto* quantized = std::get_if<QuantizedPointer>(&value)) {
        return (*quantized)->integers->dims();
    }
    if (const auto* activation = std::get_if<Activation>(&value)) {
        return shape_of(activation->view, activation->extents);
    }
    if (const auto* joined = std::get_if<JoinedPointer>(&value)) {
        return shape_of((*joined)->view, (*joined)->extents);
    }
    if (const auto* curve = std::get_if<CurvePointer>(&value)) {
        return shape_of((*curve)->input.view, (*curve)->input.extents);
    }
    if (const auto* selection = std::get_if<SelectionPointer>(&value)) {
        return shape_of((*selection)->view, (*selection)->extents);
    }
    if (const auto* host = std::get_if<HostPointer>(&value)) {
        return shape_of((*host)->input.view, (*host)->input.extents);
    }
    if (const auto* surrounded = std::get_if<SurroundedPointer>(&value)) {
        return shape_of((*surrounded)->view, (*surrounded)->extents);
    }
    if (const auto* indices = std::get_if<Indices>(&value)) {
        return indices->shape;
    }
    if (const auto* gathered = std::get_if<GatheredPointer>(&value)) {
        return shape_of((*gathered)->view, (*gathered)->extents);
    }
    const Expression& expression = *std::get<ExpressionPointer>(value);
    return shape_of(expression.view, expression.extents);
}

const char* kind_text(const Value& value) {
    if (const auto* activation = std::get_if<Activation>(&value)) {
        switch (activation->form) {
            case Form::unquantized: return "float32 and was never quantized";
            case Form::stored: return "integers without a DequantizeLinear";
            default: return "computed while the network runs";
        }
    }
    if (std::holds_alternative<JoinedPointer>(value) || std::holds_alternative<SurroundedPointer>(value)) {
        return "several activations side by side and not quantized";
    }
    if (std::holds_alternative<CurvePointer>(value)) {
        return "float32 behind an activation function and not quantized";
    }
    if (std::holds_alternative<Indices>(value)) {
        return "integers of an input, which only Gather reads, in rows of a constant";
    }
    if (std::holds_alternative<HostPointer>(value) || std::holds_alternative<GatheredPointer>(value)) {
        return "float32 behind work of the host and not quantized";
    }
    if (std::holds_alternative<SelectionPointer>(value)) {
        return "computed while the network runs";
    }
    if (std::holds_alternative<ExpressionPointer>(value)) {
        return "float32 between two layers and not quantized";
    }
    return "constant";
}

}  // namespace napier::onnx
