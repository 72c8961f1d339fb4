#include "sw/import/lowering.hpp"

#include <utility>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/pointwise.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

constexpr const char* quantize_first = "quantize the model first (QuantizeLinear and DequantizeLinear, or Quant nodes)";

// Operators whose values of rank 3 stand as [batch, channels, width].
bool has_channels_first(const Graph& graph) {
    for (const Node& node : graph.nodes) {
        for (const char* name : {"Conv", "AdderConv", "AveragePool", "GlobalAveragePool", "MaxPool",
                                 "BatchNormalization"}) {
            if (node.operation == name) {
                return true;
            }
        }
    }
    return false;
}

Shape input_shape(const ValueInfo& info) {
    if (!info.has_shape) {
        throw Error(ErrorKind::input, fmt::format("input {} has no shape; export the model with one",
                                                  name_text(info.name)));
    }
    Shape shape = info.dims;
    if (!shape.empty() && shape[0] == -1) {
        shape[0] = 1;
    }
    for (size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] < 1) {
            throw Error(ErrorKind::input, fmt::format("dimension {} of input {} with shape {} has no size; export the "
                                                      "model with a fixed one",
                                                      i, name_text(info.name), shape_text(info.dims)));
        }
    }
    return shape;
}

}  // namespace

void Lowering::refuse(const std::string& name, const std::string& operation, const std::string& reason,
                      const std::string& hint) {
    problems_.push_back({name, operation, reason, hint});
}

void Lowering::add_input(const ValueInfo& info) {
    const Shape shape = input_shape(info);
    values_[info.name] = Unknown{shape};
    const auto refuse_input = [&](const std::string& reason, const char* hint) {
        refuse(info.name, "input", reason, hint);
    };
    if (shape.size() < 2 || shape.size() > 4) {
        return refuse_input(fmt::format("its shape {} has {} dimensions, and 2 to 4 are supported", shape_text(shape),
                                        shape.size()),
                            "reshape it to [1, channels, height, width] or [1, channels]");
    }
    if (shape[0] != 1) {
        return refuse_input(fmt::format("its batch size is {}", shape[0]),
                            "export with batch size 1 or a symbolic one");
    }
    if (element_count(shape, greatest_activation_elements) < 0) {
        return refuse_input(fmt::format("its shape {} has more than {} values", shape_text(shape),
                                        greatest_activation_elements), "use a smaller input");
    }
    if ((info.type == type::int64 || info.type == type::int32) && shape.size() == 2) {
        values_[info.name] = layers_.add_indices(info.name, shape);
        return;
    }
    if (info.type != type::float32 && info.type != type::uint8 && info.type != type::int8) {
        return refuse_input(fmt::format("its element type is {}", type_name(info.type)),
                            "use float32, uint8 or int8 and convert outside the model, or for rows of a table int64 "
                            "of shape [1, count]");
    }
    const Form form = info.type == type::float32 ? Form::unquantized : Form::stored;
    try {
        values_[info.name] = layers_.add_input(info.name, shape, shape.size() != 3 || has_channels_first(graph_), form,
                                               info.type == type::uint8 ? -128 : 0);
    } catch (const Refusal& refusal) {
        refuse_input(refusal.reason, refusal.hint.c_str());
    }
}

void Lowering::run() {
    for (const std::string& sentence : graph_.notes) {
        layers_.note(sentence);
    }
    for (const auto& [name, constant] : graph_.constants) {
        values_[name] = constant;
    }
    for (const ValueInfo& input : graph_.inputs) {
        add_input(input);
    }
    for (const Node& node : graph_.nodes) {
        visit(node);
    }
    check_output();
    check_indices();
}

void Lowering::check_indices() {
    for (const Port& port : inputs_of(layers_.model())) {
        const auto found = values_.find(port.name);
        if (problems_.empty() && port.rows == 0 && found != values_.end() &&
            std::holds_alternative<Indices>(found->second)) {
            refuse(port.name, "input", "its integers are the indices of nothing", "remove it from the model");
        }
    }
}

// As a part of a layer if an operator can, else as a function of a quantized tensor.
Value Lowering::value_of_node(const Node& node) {
    copy_selections(node);
    const CurvePointer curve = follow(node);
    if (curve) {
        curves_[node.outputs[0]] = curve;
    }
    const Operator function = find_operator(node);
    if (!function && !curve) {
        Refusal refusal = is_pointwise(node) ? refusal_of_pointwise(*this, node) : refusal_of_unknown(node);
        const auto first = node.inputs.empty() ? values_.end() : values_.find(node.inputs[0]);
        if (keeps_shape(node) && first != values_.end()) {
            refusal.shape = shape_of(first->second);
        }
        throw refusal;
    }
    try {
        if (function) {
            return function(*this, node);
        }
    } catch (const Refusal&) {
        if (!curve) {
            throw;
        }
    }
    return curve;
}

void Lowering::visit(const Node& node) {
    std::optional<Shape> shape;
    try {
        const Value& value = values_[node.outputs[0]] = value_of_node(node);
        compare_with_declared(node, value);
        return;
    } catch (const Refusal& refusal) {
        refuse(node.name, node.operation, refusal.reason, refusal.hint);
        shape = refusal.shape;
    } catch (const Follows& follows) {
        shape = follows.shape;
    }
    const auto declared = graph_.declared.find(node.outputs[0]);
    if (!shape && declared != graph_.declared.end() && declared->second.has_shape) {
        shape = declared->second.dims;
        if (!shape->empty() && shape->front() == -1) {
            shape->front() = 1;
        }
        if (element_count(*shape, greatest_activation_elements) < 1) {
            shape.reset();
        }
    }
    values_[node.outputs[0]] = Unknown{shape};
}

void Lowering::compare_with_declared(const Node& node, const Value& value) {
    const auto declared = graph_.declared.find(node.outputs[0]);
    const std::optional<Shape> shape = shape_of(value);
    if (declared == graph_.declared.end() || !declared->second.has_shape || !shape) {
        return;
    }
    const Shape& dims = declared->second.dims;
    bool agrees = dims.size() == shape->size();
    for (size_t i = 1; agrees && i < dims.size(); ++i) {
        agrees = dims[i] == -1 || dims[i] == (*shape)[i];
    }
    if (!agrees) {
        layers_.note(fmt::format("value {}: declared with shape {}, computed {}", name_text(node.outputs[0]),
                                 shape_text(dims), shape_text(*shape)));
    }
}

bool Lowering::has_input(const Node& node, size_t index) const {
    return index < node.inputs.size() && !node.inputs[index].empty();
}

const Value& Lowering::input(const Node& node, size_t index) const {
    if (!has_input(node, index)) {
        malformed(node, fmt::format("its input {} is missing", index));
    }
    const auto found = values_.find(node.inputs[index]);
    if (found == values_.end()) {
        throw Refusal{fmt::format("its input {} is a further output of a node, and only first ones are computed",
                                  name_text(node.inputs[index])),
                      "remove it from the model", {}};
    }
    return found->second;
}

ConstantPointer Lowering::constant_input(const Node& node, size_t index) const {
    const Value& value = input(node, index);
    if (const auto* found = std::get_if<ConstantPointer>(&value)) {
        return *found;
    }
    if (const auto* found = std::get_if<QuantizedPointer>(&value)) {
        return (*found)->reals();
    }
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    throw Refusal{fmt::format("its input {} is {}, and must be constant", name_text(node.inputs[index]),
                              kind_text(value)),
                  "export the model with it fixed", {}};
}

std::vector<int64_t> Lowering::integers_input(const Node& node, size_t index) const {
    const ConstantPointer found = constant_input(node, index);
    if (!found->is_integer() || found->rank() > 1 || found->count() > 2 * greatest_rank) {
        malformed(node, fmt::format("its input {} is no short list of integers", name_text(node.inputs[index])));
    }
    std::vector<int64_t> values(found->count());
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = found->integer(i);
    }
    return values;
}

QuantizedPointer Lowering::weight_input(const Node& node, size_t index) const {
    const Value& value = input(node, index);
    if (const auto* found = std::get_if<QuantizedPointer>(&value)) {
        return *found;
    }
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    const std::string name = name_text(node.inputs[index]);
    if (const auto* found = std::get_if<ConstantPointer>(&value)) {
        if (!(*found)->is_integer()) {
            throw Refusal{fmt::format("its weight {} is {} and was never quantized", name, type_name((*found)->type())),
                          quantize_first, {}};
        }
        throw Refusal{fmt::format("its weight {} is integers without a DequantizeLinear", name), quantize_first, {}};
    }
    throw Refusal{fmt::format("its weight {} is {}, and must be constant", name, kind_text(value)),
                  "use constant weights, or for a MatMul of two activations quantize both", {}};
}

Activation Lowering::quantized_input(const Node& node, size_t index) {
    const Value& value = input(node, index);
    if (const auto* found = std::get_if<Activation>(&value); found && found->form == Form::real) {
        layers_.read(*found);
        return *found;
    }
    if (std::holds_alternative<Unknown>(value)) {
        throw Follows{};
    }
    const char* hint = std::holds_alternative<ExpressionPointer>(value) ||
                               std::holds_alternative<JoinedPointer>(value) ||
                               std::holds_alternative<CurvePointer>(value)
                           ? "put QuantizeLinear and DequantizeLinear behind the node that gives it"
                           : quantize_first;
    throw Refusal{fmt::format("its input {} is {}", name_text(node.inputs[index]), kind_text(value)), hint, {}};
}

Expression Lowering::expression_input(const Node& node, size_t index) {
    if (const auto* found = std::get_if<ExpressionPointer>(&input(node, index))) {
        return **found;
    }
    return identity_expression(node, layers_, quantized_input(node, index));
}

}  // namespace napier::onnx
