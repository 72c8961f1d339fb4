// Operators that rearrange or average over axes. Source: ONNX operators Flatten, Reshape, Squeeze, Unsqueeze,
// Transpose, ReduceMean.
#include <algorithm>
#include <numeric>

#include "sw/import/attributes.hpp"
#include "sw/quantize/float_operators.hpp"

namespace napier::quantize {

namespace {

using onnx::malformed;
using onnx::Node;
using Numbers = std::vector<int64_t>;

// Integers of an input, or else of an attribute.
Numbers numbers_of(const Node& node, const Inputs& inputs, const char* attribute) {
    if (inputs.size() > 1 && inputs[1]) {
        return {inputs[1]->values.begin(), inputs[1]->values.end()};
    }
    return onnx::integers_attribute(node, attribute, {});
}

Numbers reshaped(const Node& node, const FloatTensor& input, Numbers dims) {
    const int64_t count = static_cast<int64_t>(input.values.size());
    int64_t product = 1;
    auto free = dims.end();
    for (size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 0 && i < input.dims.size()) {
            dims[i] = input.dims[i];
        }
        if (dims[i] == -1 && free == dims.end()) {
            free = dims.begin() + static_cast<std::ptrdiff_t>(i);
        } else if (dims[i] < 1 || product > count) {
            malformed(node, "its shape does not fit its input");
        } else {
            product *= dims[i];
        }
    }
    if (free != dims.end()) {
        *free = count / product;
        product *= *free;
    }
    if (product != count) {
        malformed(node, "its shape has another number of elements than its input");
    }
    return dims;
}

Numbers squeezed(const Node& node, const Inputs& inputs) {
    const Numbers& dims = inputs[0]->dims;
    const Numbers given = numbers_of(node, inputs, "axes");
    const std::vector<size_t> axes = onnx::checked_axes(node, given, dims.size());
    Numbers result;
    for (size_t i = 0; i < dims.size(); ++i) {
        const bool is_named = std::count(axes.begin(), axes.end(), i) > 0;
        if (is_named && dims[i] != 1) {
            malformed(node, "it drops a dimension that is not 1");
        }
        if (!is_named && !(given.empty() && dims[i] == 1)) {
            result.push_back(dims[i]);
        }
    }
    return result;
}

Numbers unsqueezed(const Node& node, const Inputs& inputs) {
    const Numbers given = numbers_of(node, inputs, "axes");
    Numbers result = inputs[0]->dims;
    std::vector<size_t> axes = onnx::checked_axes(node, given, result.size() + given.size());
    std::sort(axes.begin(), axes.end());
    for (const size_t axis : axes) {
        result.insert(result.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    }
    return result;
}

Numbers flattened(const Node& node, const FloatTensor& input) {
    const int64_t axis = onnx::integer_attribute(node, "axis", 1);
    const int64_t rank = static_cast<int64_t>(input.dims.size());
    if (axis < -rank || axis > rank) {
        malformed(node, "its axis is outside its input");
    }
    const auto middle = input.dims.begin() + (axis < 0 ? axis + rank : axis);
    return {std::accumulate(input.dims.begin(), middle, int64_t{1}, std::multiplies<>()),
            std::accumulate(middle, input.dims.end(), int64_t{1}, std::multiplies<>())};
}

}  // namespace

bool is_view(const Node& node) {
    static const std::vector<std::string> names = {"Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose",
                                                   "Identity", "Dropout"};
    return std::find(names.begin(), names.end(), node.operation) != names.end();
}

FloatTensor view(const Node& node, const Inputs& inputs) {
    FloatTensor output{{}, inputs[0]->values};
    if (node.operation == "Flatten") {
        output.dims = flattened(node, *inputs[0]);
    } else if (node.operation == "Reshape") {
        output.dims = reshaped(node, *inputs[0], numbers_of(node, inputs, "shape"));
    } else if (node.operation == "Squeeze") {
        output.dims = squeezed(node, inputs);
    } else {
        output.dims = unsqueezed(node, inputs);
    }
    return output;
}

FloatTensor transpose(const Node& node, const Inputs& inputs) {
    const size_t rank = inputs[0]->dims.size();
    Numbers reversed(rank);
    std::iota(reversed.rbegin(), reversed.rend(), int64_t{0});
    const std::vector<size_t> order =
        onnx::checked_axes(node, onnx::integers_attribute(node, "perm", reversed), rank);
    if (order.size() != rank) {
        malformed(node, "its perm does not name every dimension");
    }
    return tensor_of(*constant_of(*inputs[0])->transposed(order));
}

FloatTensor reduce_mean(const Node& node, const Inputs& inputs) {
    const FloatTensor& input = *inputs[0];
    Numbers given = numbers_of(node, inputs, "axes");
    if (given.empty()) {
        given.resize(input.dims.size());
        std::iota(given.begin(), given.end(), int64_t{0});
    }
    const std::vector<size_t> axes = onnx::checked_axes(node, given, input.dims.size());
    const auto is_mean = [&](size_t axis) { return std::count(axes.begin(), axes.end(), axis) > 0; };
    std::vector<size_t> order, last;
    FloatTensor output;
    for (size_t i = 0; i < input.dims.size(); ++i) {
        (is_mean(i) ? last : order).push_back(i);
        if (!is_mean(i) || onnx::integer_attribute(node, "keepdims", 1) != 0) {
            output.dims.push_back(is_mean(i) ? 1 : input.dims[i]);
        }
    }
    order.insert(order.end(), last.begin(), last.end());
    const FloatTensor moved = tensor_of(*constant_of(input)->transposed(order));
    const size_t outputs = static_cast<size_t>(checked_count(node, output.dims));
    const size_t count = moved.values.size() / outputs;
    for (size_t first = 0; first < moved.values.size(); first += count) {
        double sum = 0.0;
        for (size_t i = 0; i < count; ++i) {
            sum += moved.values[first + i];
        }
        output.values.push_back(static_cast<float>(sum / static_cast<double>(count)));
    }
    return output;
}

}  // namespace napier::quantize
