#include "sw/import/real/lowering.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "sw/base/error.hpp"
#include "sw/golden/real/validate.hpp"
#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx::real {

namespace {

struct Row {
    std::string_view domain, name;
    Operator function;
};

constexpr Row rows[] = {
    {"napier", "MXQuantize", quantize}, {"napier", "PamConv", pam_convolution},
    {"napier", "PamMatMul", pam_matrix_product},
    {"", "Conv", convolution}, {"", "Gemm", gemm}, {"", "MatMul", matrix_product},
    {"", "Relu", relu}, {"", "Clip", clip}, {"", "Add", add},
    {"", "Reshape", reshape}, {"", "Flatten", flatten}, {"", "Identity", identity}, {"", "Dropout", identity},
    {"", "Constant", constant},
};

constexpr const char* quantize_it = "put MXQuantize (domain napier) before it, or use PamConv or PamMatMul";

constexpr const char* used_twice = "the input of the model is used in two different ways";

const char* kind_text(const Value& value) {
    constexpr const char* texts[] = {"unknown", "a constant that is not in blocks", "a constant in blocks",
                                     "a tensor", "float32 and in no blocks"};
    return texts[value.index()];
}

}  // namespace

Operator find_operator(const Node& node) {
    const auto* found = std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) {
        return row.name == node.operation && row.domain == node.domain;
    });
    return found == std::end(rows) ? nullptr : found->function;
}

void Lowering::add_input(const ValueInfo& info) {
    Shape shape = info.dims;
    if (!shape.empty() && shape[0] == -1) {
        shape[0] = 1;
    }
    const auto refuse = [&](const std::string& reason, const char* hint) {
        problems_.push_back({info.name, "input", reason, hint});
        values_[info.name] = Unknown{};
    };
    if (!info.has_shape || shape.size() < 2 || shape.size() > 4 || shape[0] != 1 ||
        element_count(shape, greatest_activation_elements) < 1) {
        return refuse(fmt::format("its shape {} is not [1, channels], [1, channels, width] or [1, channels, height, "
                                  "width] with at most {} values",
                                  info.has_shape ? shape_text(info.dims) : "", greatest_activation_elements),
                      "export with a fixed shape and batch size 1 or a symbolic one");
    }
    if (info.type != type::float32) {
        return refuse(fmt::format("its element type is {}", type_name(info.type)), "use float32");
    }
    const Extents extents = onnx::extents_of(shape, true);
    model_.tensors.push_back({info.name, static_cast<int>(extents.height), static_cast<int>(extents.width),
                              static_cast<int>(extents.channels), "float32", "floor"});
    model_.input = {0, info.name, true};
    values_[info.name] = Stored{0, shape.size(), true};
}

void Lowering::run() {
    model_.notes = graph_.notes;
    for (const auto& [name, constant] : graph_.constants) {
        values_[name] = constant;
    }
    for (size_t i = 0; i < graph_.inputs.size(); ++i) {
        if (i > 0) {
            problems_.push_back({graph_.inputs[i].name, "input", "a model may have one input, and this is another",
                                 "split the model"});
            values_[graph_.inputs[i].name] = Unknown{};
            continue;
        }
        add_input(graph_.inputs[i]);
    }
    for (const Node& node : graph_.nodes) {
        visit(node);
    }
    set_output();
}

void Lowering::visit(const Node& node) {
    Value& result = values_[node.outputs[0]];
    try {
        const Operator function = real::find_operator(node);
        if (!function) {
            Refusal refusal = refusal_of_unknown(node);
            refusal.hint = "a model with MXQuantize or Pam nodes takes Conv, Gemm, MatMul, PamConv, PamMatMul, Relu, "
                           "Clip, Add of a bias, and Flatten of one pixel";
            throw refusal;
        }
        const Value value = function(*this, node);
        result = value;
    } catch (const Refusal& refusal) {
        problems_.push_back({node.name, node.operation, refusal.reason, refusal.hint});
        result = Unknown{};
    } catch (const Follows&) {
        result = Unknown{};
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
    if (std::holds_alternative<Unknown>(found->second)) {
        throw Follows{};
    }
    return found->second;
}

ConstantPointer Lowering::constant_input(const Node& node, size_t index) const {
    const Value& value = input(node, index);
    if (const auto* found = std::get_if<ConstantPointer>(&value)) {
        return *found;
    }
    throw Refusal{fmt::format("its input {} is {}, and must be a plain constant", name_text(node.inputs[index]),
                              kind_text(value)),
                  "export the model with it fixed", {}};
}

BlockedPointer Lowering::blocked_input(const Node& node, size_t index) const {
    const Value& value = input(node, index);
    if (const auto* found = std::get_if<BlockedPointer>(&value)) {
        return *found;
    }
    throw Refusal{fmt::format("its weight {} is {}", name_text(node.inputs[index]), kind_text(value)),
                  "put MXQuantize (domain napier) between the constant and this node", {}};
}

const Value& Lowering::known_activation(const Node& node, size_t index) const {
    const Value& value = input(node, index);
    if (!std::holds_alternative<Stored>(value) && !std::holds_alternative<PendingPointer>(value)) {
        throw Refusal{fmt::format("its input {} is {}, and must be an activation", name_text(node.inputs[index]),
                                  kind_text(value)),
                      "products of constants are not supported: compute them before the export", {}};
    }
    return value;
}

Stored Lowering::blocks_input(const Node& node, size_t index) {
    const auto* found = std::get_if<Stored>(&known_activation(node, index));
    if (!found || found->is_raw) {
        throw Refusal{fmt::format("its input {} is not in blocks", name_text(node.inputs[index])), quantize_it, {}};
    }
    return *found;
}

Stored Lowering::half_input(const Node& node, size_t index) {
    const Value& value = known_activation(node, index);
    if (const auto* pending = std::get_if<PendingPointer>(&value)) {
        return add_layer(node.inputs[index], **pending, "bfloat16", "floor");
    }
    const Stored stored = std::get<Stored>(value);
    if (stored.is_raw) {
        if (input_use_ == InputUse::in_blocks) {
            throw Refusal{used_twice, "quantize it once", {}};
        }
        input_use_ = InputUse::as_it_is;
    }
    return stored;
}

Stored Lowering::keep_blocks(const Node& node, const std::string& format, const std::string& rule) {
    const Value& value = known_activation(node, 0);
    if (const auto* pending = std::get_if<PendingPointer>(&value)) {
        return add_layer(node.inputs[0], **pending, format, rule);
    }
    const Stored stored = std::get<Stored>(value);
    if (!stored.is_raw) {
        throw Refusal{"its input is kept in a format already", "quantize each value once", {}};
    }
    RealTensor& target = model_.tensors[0];
    if (input_use_ == InputUse::as_it_is ||
        (input_use_ == InputUse::in_blocks && (target.format != format || target.scale_rule != rule))) {
        throw Refusal{used_twice, "quantize it once", {}};
    }
    input_use_ = InputUse::in_blocks;
    target.format = format;
    target.scale_rule = rule;
    return {0, stored.rank};
}

Stored Lowering::add_layer(const std::string& value_name, const Pending& pending, const std::string& format,
                           const std::string& rule) {
    const Extents& extents = pending.extents;
    model_.tensors.push_back({value_name, static_cast<int>(extents.height), static_cast<int>(extents.width),
                              static_cast<int>(extents.channels), format, rule});
    model_.layers.push_back(pending.layer);
    model_.layers.back().output = static_cast<int>(model_.tensors.size()) - 1;
    return {model_.layers.back().output, pending.rank};
}

Extents Lowering::extents_of(const Stored& stored) const {
    const RealTensor& at = tensor(stored.tensor);
    return {at.height, at.width, at.channels};
}

void Lowering::set_output() {
    for (size_t i = 1; i < graph_.outputs.size(); ++i) {
        problems_.push_back({graph_.outputs[i].name, "output", "a model may have one output, and this is another",
                             "remove it or split the model"});
    }
    const std::string& name = graph_.outputs[0].name;
    const Value value = values_[name];
    if (const auto* pending = std::get_if<PendingPointer>(&value)) {
        model_.output = {add_layer(name, **pending, "float32", "floor").tensor, name, true};
    } else if (const auto* stored = std::get_if<Stored>(&value); stored && stored->tensor != 0) {
        model_.output = {stored->tensor, name, true};
    } else if (problems_.empty()) {
        problems_.push_back({name, "output", "no layer computes it", "give the model a layer"});
    }
}

RealModel Lowering::finish() {
    golden::real::validate(model_);
    return std::move(model_);
}

}  // namespace napier::onnx::real
