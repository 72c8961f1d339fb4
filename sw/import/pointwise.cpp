// Source: ONNX operators, operator sets 7 to 24; Gelu and QuickGelu also as contributed operators of ONNX Runtime.
#include "sw/import/pointwise.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"

namespace napier::onnx {

namespace {

constexpr double sqrt_half = 0.70710678118654752440, sqrt_two_over_pi = 0.79788456080286535588;

float rounded(double value) { return static_cast<float>(value); }

float attribute(const Node& node, const char* name, double otherwise) {
    return static_cast<float>(number_attribute(node, name, otherwise));
}

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

// max(x, 0) + log(1 + exp(-|x|)): log(1 + exp(x)) without an overflow.
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

float hard_sigmoid(float x, float alpha, float beta) { return std::max(0.0f, std::min(1.0f, alpha * x + beta)); }

float gelu(const Node& node, float x) {
    const double value = x;
    if (text_attribute(node, "approximate", "none") != "tanh") {
        return rounded(0.5 * value * (1.0 + std::erf(value * sqrt_half)));
    }
    return rounded(0.5 * value * (1.0 + std::tanh(sqrt_two_over_pi * (value + 0.044715 * value * value * value))));
}

float elu(const Node& node, float x) {
    return x >= 0.0f ? x : rounded(double{attribute(node, "alpha", 1.0)} * std::expm1(double{x}));
}

float celu(const Node& node, float x) {
    const double alpha = attribute(node, "alpha", 1.0);
    return x >= 0.0f ? x : rounded(alpha * std::expm1(x / alpha));
}

float selu(const Node& node, float x) {
    const double alpha = attribute(node, "alpha", 1.67326319217681884765625);
    const double gamma = attribute(node, "gamma", 1.05070102214813232421875);
    return rounded(gamma * (x > 0.0f ? double{x} : alpha * std::expm1(double{x})));
}

struct Unary {
    std::string_view name;
    float (*function)(const Node&, float);
};

constexpr Unary unary[] = {
    {"Identity", [](const Node&, float x) { return x; }},
    {"Relu", [](const Node&, float x) { return std::max(x, 0.0f); }},
    {"Abs", [](const Node&, float x) { return std::abs(x); }},
    {"Neg", [](const Node&, float x) { return -x; }},
    {"Reciprocal", [](const Node&, float x) { return 1.0f / x; }},
    {"Sqrt", [](const Node&, float x) { return std::sqrt(x); }},
    {"Exp", [](const Node&, float x) { return rounded(std::exp(double{x})); }},
    {"Log", [](const Node&, float x) { return rounded(std::log(double{x})); }},
    {"Erf", [](const Node&, float x) { return rounded(std::erf(double{x})); }},
    {"Tanh", [](const Node&, float x) { return rounded(std::tanh(double{x})); }},
    {"Sigmoid", [](const Node&, float x) { return rounded(logistic(x)); }},
    {"HardSigmoid", [](const Node& node, float x) {
         return hard_sigmoid(x, attribute(node, "alpha", double{0.2f}), attribute(node, "beta", 0.5)); }},
    {"HardSwish", [](const Node&, float x) { return x * hard_sigmoid(x, 1.0f / 6.0f, 0.5f); }},
    {"LeakyRelu", [](const Node& node, float x) {
         return x >= 0.0f ? x : attribute(node, "alpha", double{0.01f}) * x; }},
    {"ThresholdedRelu", [](const Node& node, float x) { return x > attribute(node, "alpha", 1.0) ? x : 0.0f; }},
    {"Elu", elu}, {"Celu", celu}, {"Selu", selu}, {"Gelu", gelu},
    {"Softplus", [](const Node&, float x) { return rounded(softplus(x)); }},
    {"Softsign", [](const Node&, float x) { return x / (1.0f + std::abs(x)); }},
    {"Mish", [](const Node&, float x) { return rounded(x * std::tanh(softplus(x))); }},
    {"Swish", [](const Node& node, float x) {
         return rounded(x * logistic(attribute(node, "alpha", 1.0) * double{x})); }},
    {"QuickGelu", [](const Node& node, float x) {
         return rounded(x * logistic(attribute(node, "alpha", double{1.702f}) * double{x})); }},
};

struct Binary {
    std::string_view name;
    float (*function)(float, float);
};

constexpr Binary binary[] = {
    {"Add", [](float a, float b) { return a + b; }}, {"Sub", [](float a, float b) { return a - b; }},
    {"Mul", [](float a, float b) { return a * b; }}, {"Div", [](float a, float b) { return a / b; }},
    {"Pow", [](float a, float b) { return rounded(std::pow(double{a}, double{b})); }},
    {"PRelu", [](float a, float slope) { return a >= 0.0f ? a : slope * a; }},
    {"Min", [](float a, float b) { return std::min(a, b); }}, {"Max", [](float a, float b) { return std::max(a, b); }},
};

constexpr std::string_view contributed[] = {"Gelu", "QuickGelu"};  // of ONNX Runtime's own domain

template <typename Table>
auto find(const Table& table, const Node& node) {
    const auto* row = std::find_if(std::begin(table), std::end(table),
                                   [&](const auto& entry) { return entry.name == node.operation; });
    return row == std::end(table) ? nullptr : row;
}

bool has_known_domain(const Node& node) {
    const bool is_contributed = std::find(std::begin(contributed), std::end(contributed), node.operation) !=
                                std::end(contributed);
    return node.domain.empty() || (node.domain == "com.microsoft" && is_contributed);
}

float operand(const Node& node, const std::vector<const float*>& inputs, size_t index) {
    if (index >= inputs.size() || !inputs[index]) {
        malformed(node, fmt::format("its input {} is missing", index));
    }
    return *inputs[index];
}

// Bounds are inputs, or before operator set 11 attributes.
float clip(const Node& node, const std::vector<const float*>& inputs) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto bound = [&](size_t index, const char* name, double otherwise) {
        return index < inputs.size() && inputs[index] ? *inputs[index] : attribute(node, name, otherwise);
    };
    return std::min(std::max(operand(node, inputs, 0), bound(1, "min", -infinity)), bound(2, "max", infinity));
}

}  // namespace

bool is_pointwise(const Node& node) {
    return has_known_domain(node) && (find(unary, node) || find(binary, node) || node.operation == "Clip");
}

float pointwise(const Node& node, const std::vector<const float*>& inputs) {
    if (node.operation == "Clip") {
        return clip(node, inputs);
    }
    if (const Unary* row = find(unary, node)) {
        return row->function(node, operand(node, inputs, 0));
    }
    const Binary& row = *find(binary, node);
    float result = operand(node, inputs, 0);
    const bool takes_any = node.operation == "Min" || node.operation == "Max";
    for (size_t i = 1; i < (takes_any ? inputs.size() : 2); ++i) {
        result = row.function(result, operand(node, inputs, i));
    }
    return result;
}

}  // namespace napier::onnx
