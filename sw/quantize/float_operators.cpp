#include "sw/quantize/float_operators.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"

namespace napier::quantize {

namespace {

using onnx::malformed;
using onnx::Node;
using Numbers = std::vector<int64_t>;

int64_t dim_from_end(const FloatTensor& tensor, size_t from_end) {
    return from_end < tensor.dims.size() ? tensor.dims[tensor.dims.size() - 1 - from_end] : 1;
}

// Place in a broadcast operand of the element at `index` of the result.
size_t broadcast_place(const FloatTensor& operand, const Numbers& dims, size_t index) {
    size_t place = 0, step = 1;
    for (size_t from_end = 0; from_end < dims.size(); ++from_end) {
        const size_t dim = static_cast<size_t>(dims[dims.size() - 1 - from_end]);
        const int64_t own = dim_from_end(operand, from_end);
        place += own == 1 ? 0 : index % dim * step;
        step *= static_cast<size_t>(own);
        index /= dim;
    }
    return place;
}

}  // namespace

FloatTensor tensor_of(const onnx::Constant& constant) {
    FloatTensor tensor{constant.dims(), {}};
    tensor.values.reserve(constant.count());
    for (size_t i = 0; i < constant.count(); ++i) {
        tensor.values.push_back(static_cast<float>(constant.real(i)));
    }
    return tensor;
}

onnx::ConstantPointer constant_of(const FloatTensor& tensor) {
    return onnx::Constant::reals(tensor.dims, {tensor.values.begin(), tensor.values.end()});
}

int64_t checked_count(const Node& node, const Numbers& dims) {
    const int64_t count = onnx::element_count(dims, onnx::greatest_activation_elements);
    if (count < 1) {
        malformed(node, "its output has no elements or too many");
    }
    return count;
}

FloatTensor multiply_matrix(const Node& node, const Inputs& inputs) {
    const FloatTensor &input = *inputs[0], &matrix = *inputs[1];
    const bool outputs_first = onnx::integer_attribute(node, "transB", 0) != 0;
    if (matrix.dims.size() != 2 || input.dims.empty() || onnx::integer_attribute(node, "transA", 0) != 0) {
        malformed(node, "it does not multiply by one matrix on the right");
    }
    const int64_t outputs = matrix.dims[outputs_first ? 0 : 1], depth = matrix.dims[outputs_first ? 1 : 0];
    const FloatTensor* bias = inputs.size() > 2 ? inputs[2] : nullptr;
    const size_t bias_count = bias ? bias->values.size() : 1;
    if (input.dims.back() != depth || (bias_count != 1 && bias_count != static_cast<size_t>(outputs))) {
        malformed(node, "its matrix or bias does not fit its input");
    }
    const double alpha = onnx::number_attribute(node, "alpha", 1.0), beta = onnx::number_attribute(node, "beta", 1.0);
    FloatTensor output{input.dims, {}};
    output.dims.back() = outputs;
    checked_count(node, output.dims);
    for (size_t row = 0; row < input.values.size(); row += static_cast<size_t>(depth)) {
        for (int64_t o = 0; o < outputs; ++o) {
            double sum = 0.0;
            for (int64_t k = 0; k < depth; ++k) {
                const int64_t place = outputs_first ? o * depth + k : k * outputs + o;
                sum += static_cast<double>(input.values[row + static_cast<size_t>(k)]) *
                       static_cast<double>(matrix.values[static_cast<size_t>(place)]);
            }
            const double offset = bias ? bias->values[bias_count == 1 ? 0 : static_cast<size_t>(o)] : 0.0;
            output.values.push_back(static_cast<float>(alpha * sum + beta * offset));
        }
    }
    return output;
}

FloatTensor normalize(const Node& node, const Inputs& inputs) {
    FloatTensor output = *inputs[0];
    const size_t channels = output.dims.size() < 2 ? 0 : static_cast<size_t>(output.dims[1]);
    for (size_t i = 1; i < 5; ++i) {
        if (channels == 0 || i >= inputs.size() || !inputs[i] || inputs[i]->values.size() != channels) {
            malformed(node, "its constants are not one for each channel");
        }
    }
    const double epsilon = onnx::number_attribute(node, "epsilon", 1e-5);
    const size_t count = output.values.size() / channels / static_cast<size_t>(output.dims[0]);
    for (size_t i = 0; i < output.values.size(); ++i) {
        const size_t c = i / count % channels;
        const double factor = inputs[1]->values[c] / std::sqrt(inputs[4]->values[c] + epsilon);
        output.values[i] = static_cast<float>((output.values[i] - double{inputs[3]->values[c]}) * factor +
                                              double{inputs[2]->values[c]});
    }
    return output;
}

FloatTensor add(const Node& node, const Inputs& inputs) {
    const FloatTensor &a = *inputs[0], &b = *inputs[1];
    FloatTensor output;
    for (size_t from_end = std::max(a.dims.size(), b.dims.size()); from_end-- > 0;) {
        const int64_t first = dim_from_end(a, from_end), second = dim_from_end(b, from_end);
        if (first != second && first != 1 && second != 1) {
            malformed(node, "the shapes of its inputs do not fit each other");
        }
        output.dims.push_back(first == 1 ? second : first);
    }
    output.values.resize(static_cast<size_t>(checked_count(node, output.dims)));
    for (size_t i = 0; i < output.values.size(); ++i) {
        output.values[i] = a.values[broadcast_place(a, output.dims, i)] + b.values[broadcast_place(b, output.dims, i)];
    }
    return output;
}

FloatTensor clamp(const Node& node, const Inputs& inputs) {
    const auto bound = [&](size_t index, const char* name, double otherwise) {
        if (index < inputs.size() && inputs[index] && !inputs[index]->values.empty()) {
            return inputs[index]->values[0];
        }
        return static_cast<float>(onnx::number_attribute(node, name, otherwise));
    };
    const float infinity = std::numeric_limits<float>::infinity();
    const bool is_relu = node.operation == "Relu";
    const float low = is_relu ? 0.0f : bound(1, "min", -infinity);
    const float high = is_relu ? infinity : bound(2, "max", infinity);
    FloatTensor output = *inputs[0];
    for (float& value : output.values) {
        value = std::min(std::max(value, low), high);
    }
    return output;
}

FloatTensor identity(const Node&, const Inputs& inputs) { return *inputs[0]; }

}  // namespace napier::quantize
