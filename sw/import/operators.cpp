#include "sw/import/operators.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "sw/import/lowering.hpp"
#include "sw/import/pointwise.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

struct Row {
    std::string_view name;
    Operator function;
};

constexpr Row onnx_operators[] = {
    {"QuantizeLinear", quantize_linear}, {"DequantizeLinear", dequantize_linear},
    {"Conv", convolution}, {"Gemm", gemm}, {"MatMul", matrix_product},
    {"GlobalAveragePool", global_average_pool}, {"AveragePool", average_pool}, {"ReduceMean", reduce_mean},
    {"MaxPool", max_pool}, {"Pad", pad},
    {"Add", add}, {"Sub", subtract}, {"Mul", multiply}, {"Div", divide},
    {"BatchNormalization", batch_normalization}, {"Relu", relu}, {"Clip", clip},
    {"Reshape", reshape}, {"Flatten", flatten}, {"Squeeze", squeeze}, {"Unsqueeze", unsqueeze},
    {"Transpose", transpose}, {"Identity", identity}, {"Dropout", identity},
    {"Constant", constant}, {"Shape", shape}, {"Gather", gather}, {"Concat", concat}, {"Slice", slice},
    {"Cast", cast},
    {"Softmax", softmax}, {"LayerNormalization", layer_normalization},
    {"RMSNormalization", rms_normalization}, {"RotaryEmbedding", rotary_embedding},
};

constexpr Row quantizer_operators[] = {{"Quant", quant}, {"IntQuant", quant}, {"BipolarQuant", bipolar_quant}};

constexpr const char* own_domain = "napier";
constexpr Row own_operators[] = {{"AdderConv", adder_convolution}, {"LinearRecurrence", linear_recurrence}};

constexpr std::string_view quantizer_domains[] = {"qonnx.custom_op.general", "onnx.brevitas",
                                                  "finn.custom_op.general"};

struct Advice {
    std::string_view name;
    bool keeps_shape;
    const char* hint;
};

constexpr const char* quantize_around = "put QuantizeLinear and DequantizeLinear before and behind it, for a table";
constexpr const char* leave_out = "end the model before it: the order of the scores stays the same";
constexpr const char* order_by_host = "end the model before it; 'napier run --top' has the host order the scores";
constexpr const char* use_qdq = "export with QuantizeLinear and DequantizeLinear nodes instead (QDQ form)";

constexpr Advice advices[] = {
    {"LogSoftmax", true, leave_out}, {"ArgMax", false, order_by_host},
    {"TopK", false, order_by_host},
    {"QLinearConv", false, use_qdq}, {"QLinearMatMul", false, use_qdq}, {"QLinearAdd", true, use_qdq},
    {"ConvInteger", false, use_qdq}, {"MatMulInteger", false, use_qdq}, {"QGemm", false, use_qdq},
    {"QLinearGlobalAveragePool", false, use_qdq}, {"DynamicQuantizeLinear", true, "quantize with fixed scales"},
    {"MultiThreshold", true, "export before the thresholds are made, with Quant nodes"},
    {"Trunc", true, "replace it by a Quant node with a scale and zero point of its own"},
    {"FloatQuant", true, "quantize to integers of 8 bits or less"},
    {"ConvTranspose", false, "replace it by a resize outside the model and a Conv"},
    {"InstanceNormalization", true, "train with BatchNormalization, which folds into the layer before it"},
    {"If", false, "export with the condition fixed"}, {"Loop", false, "export with the loop unrolled"},
    {"LSTM", false, "use a network without recurrence"}, {"GRU", false, "use a network without recurrence"},
};

bool has_quantizer_domain(const Node& node) {
    return std::find(std::begin(quantizer_domains), std::end(quantizer_domains), node.domain) !=
           std::end(quantizer_domains);
}

const Advice* find_advice(const Node& node) {
    const auto* found = std::find_if(std::begin(advices), std::end(advices),
                                     [&](const Advice& row) { return row.name == node.operation; });
    return found == std::end(advices) ? nullptr : found;
}

}  // namespace

Operator find_operator(const Node& node) {
    const bool is_contributed_quantizer = node.domain == "com.microsoft" && (node.operation == "QuantizeLinear" ||
                                                                             node.operation == "DequantizeLinear");
    const auto find = [&](const auto& table) -> Operator {
        const auto* row = std::find_if(std::begin(table), std::end(table),
                                       [&](const Row& entry) { return entry.name == node.operation; });
        return row == std::end(table) ? nullptr : row->function;
    };
    if (node.domain.empty() || is_contributed_quantizer) {
        return find(onnx_operators);
    }
    if (node.domain == own_domain) {
        return find(own_operators);
    }
    return has_quantizer_domain(node) ? find(quantizer_operators) : nullptr;
}

Refusal refusal_of_unknown(const Node& node) {
    const Advice* advice = find_advice(node);
    std::string reason = "the operator is not supported";
    if (!node.domain.empty() && !has_quantizer_domain(node)) {
        reason = fmt::format("operators of the domain {} are not supported", name_text(node.domain));
    }
    return {reason, advice ? advice->hint : "replace it by supported operators (docs/import.md), or run it on the host",
            {}};
}

Refusal refusal_of_pointwise(const Lowering& lowering, const Node& node) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!lowering.has_input(node, i)) {
            continue;
        }
        const Value& value = lowering.input(node, i);
        const auto* activation = std::get_if<Activation>(&value);
        if (std::holds_alternative<Unknown>(value)) {
            throw Follows{shape_of(value)};
        }
        if (!std::holds_alternative<ConstantPointer>(value) && (!activation || activation->form != Form::real)) {
            const std::string name = name_text(node.inputs[i]);
            return {fmt::format("its input {} is {}", name, kind_text(value)), quantize_around, {}};
        }
    }
    return {"it is no function of the values of one quantized tensor, number by number", quantize_around, {}};
}

bool keeps_shape(const Node& node) {
    const Advice* advice = find_advice(node);
    return is_pointwise(node) || (advice && advice->keeps_shape);
}

}  // namespace napier::onnx
