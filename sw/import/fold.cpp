// Operators that only constants pass through, and those that ask for a shape. Source: ONNX operators Constant, Shape,
// Gather, Concat, Slice, Cast.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/lowering.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr const char* shapes_only = "use a network without this node: only constant lists of integers are computed";

ConstantPointer list(const std::vector<int64_t>& values) {
    return Constant::integers(type::int64, {static_cast<int64_t>(values.size())}, values);
}

// An input that must be a short list of integers; others are refused by name of the operator.
std::vector<int64_t> list_input(const Lowering& lowering, const Node& node, size_t index) {
    const Value& value = lowering.input(node, index);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    const auto* constant = std::get_if<ConstantPointer>(&value);
    if (!constant || !(*constant)->is_integer() || (*constant)->rank() > 1 ||
        (*constant)->count() > 2 * greatest_rank) {
        throw Refusal{fmt::format("its input {} is {}", name_text(node.inputs[index]), kind_text(value)), shapes_only,
                      {}};
    }
    return lowering.integers_input(node, index);
}

bool has_constant(const Lowering& lowering, const Node& node) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const Value& value = lowering.input(node, i);
        if (std::holds_alternative<ConstantPointer>(value) || std::holds_alternative<QuantizedPointer>(value)) {
            return true;
        }
    }
    return false;
}

// Slices of a constant along an axis, in the order of the indices. Both have values.
Value gathered(const Node& node, const Constant& from, const Constant& indices) {
    const size_t axis = checked_axis(node, integer_attribute(node, "axis", 0), from.rank());
    Shape dims(from.dims().begin(), from.dims().begin() + static_cast<std::ptrdiff_t>(axis));
    const int64_t outer = element_count(dims, INT64_MAX), size = from.dims()[axis];
    dims.insert(dims.end(), indices.dims().begin(), indices.dims().end());
    dims.insert(dims.end(), from.dims().begin() + static_cast<std::ptrdiff_t>(axis) + 1, from.dims().end());
    const int64_t inner = static_cast<int64_t>(from.count()) / (outer * size);
    if (dims.size() > greatest_rank || element_count(dims, greatest_folded_elements) < 1) {
        throw Refusal{fmt::format("its result has the shape {}", shape_text(dims)), "use a smaller table", {}};
    }
    std::vector<double> values;
    for (int64_t i = 0; i < outer; ++i) {
        for (size_t k = 0; k < indices.count(); ++k) {
            const size_t at = checked_axis(node, indices.integer(k), static_cast<size_t>(size));
            for (int64_t j = 0; j < inner; ++j) {
                values.push_back(from.real(static_cast<size_t>((i * size + static_cast<int64_t>(at)) * inner + j)));
            }
        }
    }
    return Constant::reals(std::move(dims), values);
}

// Toward zero; what no int64 holds saturates.
int64_t truncated(double value) {
    return std::isnan(value) ? 0 : static_cast<int64_t>(std::clamp(std::trunc(value), -9.2e18, 9.2e18));
}

}  // namespace

Value constant(Lowering&, const Node& node) {
    if (const auto found = node.attributes.find("value"); found != node.attributes.end()) {
        if (!found->second.tensor) {
            malformed(node, "its value is no tensor");
        }
        return found->second.tensor;
    }
    if (has_attribute(node, "value_float")) {
        return Constant::reals({}, {number_attribute(node, "value_float", 0.0)});
    }
    if (has_attribute(node, "value_int")) {
        return Constant::integers(type::int64, {}, {integer_attribute(node, "value_int", 0)});
    }
    if (has_attribute(node, "value_ints")) {
        return list(integers_attribute(node, "value_ints", {}));
    }
    const auto found = node.attributes.find("value_floats");
    if (found == node.attributes.end() || found->second.kind != AttributeKind::numbers) {
        throw Refusal{"its value is neither a tensor nor numbers", "export it as a tensor", {}};
    }
    const std::vector<float>& numbers = found->second.numbers;
    return Constant::reals({static_cast<int64_t>(numbers.size())}, {numbers.begin(), numbers.end()});
}

Value shape(Lowering& lowering, const Node& node) {
    const std::optional<Shape> found = shape_of(lowering.input(node, 0));
    if (!found) {
        throw Follows{};
    }
    const int64_t rank = static_cast<int64_t>(found->size());
    const auto place = [&](const char* name, int64_t otherwise) {
        const int64_t value = integer_attribute(node, name, otherwise);
        return std::clamp<int64_t>(value < 0 ? value + rank : value, 0, rank);
    };
    const int64_t start = place("start", 0), end = std::max(start, place("end", rank));
    return list({found->begin() + start, found->begin() + end});
}

Value gather(Lowering& lowering, const Node& node) {
    if (const auto* indices = std::get_if<Indices>(&lowering.input(node, 1))) {
        return gather_rows(lowering, node, *indices);
    }
    const auto* from = std::get_if<ConstantPointer>(&lowering.input(node, 0));
    const auto* places = std::get_if<ConstantPointer>(&lowering.input(node, 1));
    if (from && places && !(*from)->is_integer() && (*places)->is_integer() && (*from)->count() > 0 &&
        (*places)->count() > 0) {
        return gathered(node, **from, **places);
    }
    const std::vector<int64_t> values = list_input(lowering, node, 0);
    const std::vector<int64_t> indices = list_input(lowering, node, 1);
    std::vector<int64_t> result;
    for (const int64_t index : indices) {
        result.push_back(values[checked_axis(node, index, values.size())]);
    }
    const ConstantPointer of = lowering.constant_input(node, 1);
    return Constant::integers(type::int64, of->dims(), result);
}

Value concat(Lowering& lowering, const Node& node) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const Value& value = lowering.input(node, i);
        const bool is_computed = std::holds_alternative<Activation>(value) ||
                                 std::holds_alternative<ExpressionPointer>(value);
        if (is_computed) {
            return has_constant(lowering, node) ? surround(lowering, node, i) : join_activations(lowering, node);
        }
    }
    std::vector<int64_t> result;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const std::vector<int64_t> values = list_input(lowering, node, i);
        result.insert(result.end(), values.begin(), values.end());
        if (result.size() > 2 * greatest_rank) {
            throw Refusal{"its result is too long", shapes_only, {}};
        }
    }
    return list(result);
}

Value slice(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    if (!std::holds_alternative<Unknown>(value) && !std::holds_alternative<ConstantPointer>(value) &&
        !std::holds_alternative<QuantizedPointer>(value)) {
        return slice_activation(lowering, node);
    }
    const std::vector<int64_t> values = list_input(lowering, node, 0);
    const auto one = [&](size_t index, const char* name, int64_t otherwise) {
        const bool is_input = lowering.has_input(node, index);
        const std::vector<int64_t> found = is_input ? list_input(lowering, node, index)
                                                    : integers_attribute(node, name, {otherwise});
        if (found.size() != 1) {
            malformed(node, fmt::format("its {} are not one number for a list", name));
        }
        return found[0];
    };
    if (one(4, "steps", 1) != 1 || one(3, "axes", 0) > 0) {
        throw Refusal{"it takes every other value, or another axis", shapes_only, {}};
    }
    const int64_t size = static_cast<int64_t>(values.size());
    const auto place = [&](int64_t value) { return std::clamp<int64_t>(value < 0 ? value + size : value, 0, size); };
    const int64_t start = place(one(1, "starts", 0)), end = std::max(start, place(one(2, "ends", size)));
    return list({values.begin() + start, values.begin() + end});
}

Value cast(Lowering& lowering, const Node& node) {
    const Value& value = lowering.input(node, 0);
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{shape_of(value)};
    }
    const ElementType* kind = find_type(static_cast<int32_t>(integer_attribute(node, "to", 0)));
    if (!kind || !kind->is_readable) {
        throw Refusal{"it converts to a type that cannot be used", "quantize with QuantizeLinear", shape_of(value)};
    }
    const auto* constant = std::get_if<ConstantPointer>(&value);
    const auto* activation = std::get_if<Activation>(&value);
    const bool is_float = !kind->is_integer && kind->number != type::boolean;
    const bool is_index = std::holds_alternative<Indices>(value);
    if (is_index && kind->is_integer && kind->bits >= 32 && kind->is_signed) {
        return value;
    }
    if (!constant) {
        const bool is_real = !is_index && (!activation || activation->form != Form::stored);
        if (is_real && is_float) {
            return value;
        }
        throw Refusal{"it converts between integers and real numbers",
                      "use QuantizeLinear and DequantizeLinear in its place", shape_of(value)};
    }
    if (is_float) {
        std::vector<double> values((*constant)->count());
        for (size_t i = 0; i < values.size(); ++i) {
            values[i] = (*constant)->real(i);
        }
        return Constant::reals((*constant)->dims(), values);
    }
    std::vector<int64_t> values((*constant)->count());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = (*constant)->is_integer() ? (*constant)->integer(i)
                                              : truncated((*constant)->real(i));
    }
    return Constant::integers(kind->number, (*constant)->dims(), values);
}

}  // namespace napier::onnx
