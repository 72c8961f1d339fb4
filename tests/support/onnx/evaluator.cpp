#include "tests/support/onnx/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "tests/support/onnx/attention.hpp"
#include "tests/support/onnx/microscaling.hpp"
#include "tests/support/onnx/operations.hpp"

namespace napier::test {

using namespace onnx::wire;

namespace {

constexpr int uint8_type = 2, int8_type = 3;

template <typename Element>
std::vector<double> decoded(const std::string& bytes) {
    std::vector<double> values(bytes.size() / sizeof(Element));
    for (size_t i = 0; i < values.size(); ++i) {
        Element element;
        std::memcpy(&element, bytes.data() + i * sizeof element, sizeof element);
        values[i] = static_cast<double>(element);
    }
    return values;
}

Array decode(const TensorProto& tensor) {
    Array result{{tensor.dims().begin(), tensor.dims().end()}, {}};
    switch (tensor.data_type()) {
        case 1: result.values = decoded<float>(tensor.raw_data()); break;
        case uint8_type: result.values = decoded<uint8_t>(tensor.raw_data()); break;
        case int8_type: result.values = decoded<int8_t>(tensor.raw_data()); break;
        case 6: result.values = decoded<int32_t>(tensor.raw_data()); break;
        case 7: result.values = decoded<int64_t>(tensor.raw_data()); break;
        default: throw std::logic_error("the evaluator does not know this element type");
    }
    return result;
}

double half_even(double value) {
    const double below = std::floor(value), rest = value - below;
    return rest > 0.5 || (rest == 0.5 && std::fmod(below, 2.0) != 0.0) ? below + 1.0 : below;
}

Array quantize(const Call& call, double low, double high) {
    const int64_t axis = call.integer("axis", 1);
    const size_t rank = call.inputs[0].dims.size();
    Array result = combine(call.inputs[0], along(call.inputs[1], axis, rank),
                           [](double x, double scale) { return half_even(x / scale); });
    if (call.has(2)) {
        result = combine(result, along(call.inputs[2], axis, rank), std::plus<>());
    }
    for (double& value : result.values) {
        value = std::clamp(value, low, high);
    }
    return result;
}

Array dequantize(const Call& call) {
    const int64_t axis = call.integer("axis", 1);
    Array result = call.inputs[0];
    if (call.has(2)) {
        result = combine(result, along(call.inputs[2], axis, result.dims.size()), std::minus<>());
    }
    return combine(result, along(call.inputs[1], axis, result.dims.size()), std::multiplies<>());
}

// QONNX: inputs x, scale, zero point, bit width.
Array quant(const Call& call) {
    const double bits = call.inputs[3].values[0];
    const bool is_signed = call.integer("signed", 1) != 0, is_narrow = call.integer("narrow", 0) != 0;
    const double low = is_signed ? -std::exp2(bits - 1) + is_narrow : 0.0;
    const double high = is_signed ? std::exp2(bits - 1) - 1 : std::exp2(bits) - 1 - is_narrow;
    Array scaled = combine(call.inputs[0], call.inputs[1], std::divides<>());
    scaled = combine(scaled, call.inputs[2], [&](double x, double zero) {
        return std::clamp(half_even(x + zero), low, high) - zero;
    });
    return combine(scaled, call.inputs[1], std::multiplies<>());
}

Array normalize(const Call& call) {
    const size_t rank = call.inputs[0].dims.size();
    const double epsilon = call.number("epsilon", 1e-5);
    Array result = combine(call.inputs[0], along(call.inputs[3], 1, rank), std::minus<>());
    result = combine(result, along(call.inputs[4], 1, rank),
                     [&](double x, double variance) { return x / std::sqrt(variance + epsilon); });
    result = combine(result, along(call.inputs[1], 1, rank), std::multiplies<>());
    return combine(result, along(call.inputs[2], 1, rank), std::plus<>());
}

Array reshape(const Call& call) {
    Array result = call.inputs[0];
    const std::string& operation = call.node.op_type();
    if (operation == "Flatten") {
        result.dims = {1, count(result.dims)};
    } else if (operation == "Reshape") {
        std::vector<int64_t> dims(call.inputs[1].values.begin(), call.inputs[1].values.end());
        for (size_t i = 0; i < dims.size(); ++i) {
            dims[i] = dims[i] == 0 ? call.inputs[0].dims[i] : dims[i];
        }
        const auto free = std::find(dims.begin(), dims.end(), -1);
        if (free != dims.end()) {
            *free = count(result.dims) / -count(dims);
        }
        result.dims = dims;
    } else {
        std::vector<double> axes = call.inputs[1].values;  // rising
        if (operation == "Squeeze") {
            std::reverse(axes.begin(), axes.end());
        }
        for (const double axis : axes) {
            const auto at = result.dims.begin() + static_cast<ptrdiff_t>(axis);
            if (operation == "Squeeze") {
                result.dims.erase(at);
            } else {
                result.dims.insert(at, 1);
            }
        }
    }
    return result;
}

Array shape_of(const Array& a) {
    return {{static_cast<int64_t>(a.dims.size())}, {a.dims.begin(), a.dims.end()}};
}

Array join(const Call& call) {
    Array result{{0}, {}};
    for (const Array& input : call.inputs) {
        result.values.insert(result.values.end(), input.values.begin(), input.values.end());
    }
    result.dims[0] = static_cast<int64_t>(result.values.size());
    return result;
}

// Side by side along an axis.
Array join_axis(const Call& call) {
    const int64_t rank = static_cast<int64_t>(call.inputs[0].dims.size()), named = call.integer("axis", 1);
    const size_t axis = static_cast<size_t>(named < 0 ? named + rank : named);
    Array result{call.inputs[0].dims, {}};
    result.dims[axis] = 0;
    for (const Array& input : call.inputs) result.dims[axis] += input.dims[axis];
    const auto& dims = result.dims;
    const int64_t before = count({dims.begin(), dims.begin() + static_cast<ptrdiff_t>(axis)});
    for (int64_t row = 0; row < before; ++row) {
        for (const Array& input : call.inputs) {
            const auto size = static_cast<ptrdiff_t>(input.values.size()) / before;
            const auto from = input.values.begin() + row * size;
            result.values.insert(result.values.end(), from, from + size);
        }
    }
    return result;
}

// Along axis 0.
Array gather_rows(const Array& from, const Array& indices) {
    Array result{indices.dims, {}};
    result.dims.insert(result.dims.end(), from.dims.begin() + 1, from.dims.end());
    const auto size = static_cast<ptrdiff_t>(from.values.size()) / from.dims[0];
    for (const double index : indices.values) {
        const auto row = static_cast<ptrdiff_t>(index) + (index < 0.0 ? from.dims[0] : 0);
        result.values.insert(result.values.end(), from.values.begin() + row * size,
                             from.values.begin() + (row + 1) * size);
    }
    return result;
}

double bound(const Call& call, size_t index, const char* name, double otherwise) {
    return call.has(index) ? call.inputs[index].values[0] : call.number(name, otherwise);
}

Array map(const Array& a, const std::function<double(double)>& f) {
    Array result = a;
    std::transform(a.values.begin(), a.values.end(), result.values.begin(), f);
    return result;
}

Array run(const Call& call, bool is_unsigned) {
    const std::string& name = call.node.op_type();
    const std::vector<Array>& in = call.inputs;
    if (name == "QuantizeLinear") return is_unsigned ? quantize(call, 0, 255) : quantize(call, -128, 127);
    if (name == "DequantizeLinear") return dequantize(call);
    if (name == "Quant" || name == "IntQuant") return quant(call);
    if (name == "BipolarQuant") return combine(map(in[0], [](double x) { return x >= 0.0 ? 1.0 : -1.0; }), in[1],
                                               std::multiplies<>());
    if (name == "MXQuantize") return quantize_blocks(call);
    if (name == "PamConv") return convolve(call, piecewise_product);
    if (name == "PamMatMul") return multiply_matrix(call, piecewise_product);
    if (name == "AdderConv") return convolve(call, [](double w, double x) { return -std::abs(x - w); });
    if (name == "Conv") return convolve(call);
    if (name == "AveragePool") return average(call);
    if (name == "MaxPool") return greatest(call);
    if (name == "Gemm" || name == "MatMul") return multiply_matrix(call);
    if (name == "Add") return combine(in[0], in[1], std::plus<>());
    if (name == "Sub") return combine(in[0], in[1], std::minus<>());
    if (name == "Mul") return combine(in[0], in[1], std::multiplies<>());
    if (name == "Div") return combine(in[0], in[1], std::divides<>());
    if (name == "BatchNormalization") return normalize(call);
    if (name == "Relu") return map(in[0], [](double x) { return std::max(x, 0.0); });
    if (name == "Abs") return map(in[0], [](double x) { return std::abs(x); });
    if (name == "Clip") {
        const double low = bound(call, 1, "min", -INFINITY), high = bound(call, 2, "max", INFINITY);
        return map(in[0], [&](double x) { return std::min(std::max(x, low), high); });
    }
    if (name == "GlobalAveragePool") return mean(in[0], in[0].dims.size() == 4 ? std::vector<int64_t>{2, 3}
                                                                              : std::vector<int64_t>{2}, true);
    if (name == "ReduceMean") {
        const std::vector<int64_t> axes = call.has(1) ? std::vector<int64_t>(in[1].values.begin(), in[1].values.end())
                                                      : call.integers("axes", {});
        return mean(in[0], axes, call.integer("keepdims", 1) != 0);
    }
    if (name == "Transpose") return transpose(in[0], call.integers("perm", {1, 0}));
    if (name == "Pad") return pad(call);
    if (name == "Slice") return slice(call);
    if (name == "Softmax") return softmax(in[0]);
    if (name == "LayerNormalization" || name == "RMSNormalization") return normalize_pixels(call);
    if (name == "RotaryEmbedding") return rotate(call);
    if (name == "LinearRecurrence") return recur(call);
    if (name == "Identity" || name == "Dropout") return in[0];
    if (name == "Shape") return shape_of(in[0]);
    if (name == "Gather") return gather_rows(in[0], in[1]);
    if (name == "Cast") return in[0];
    if (name == "Concat") return in[0].dims.size() > 1 ? join_axis(call) : join(call);
    if (name == "Constant") return decode(call.attribute("value")->t());
    if (name == "Reshape" || name == "Flatten" || name == "Squeeze" || name == "Unsqueeze") return reshape(call);
    throw std::logic_error("the evaluator does not know " + name);
}

}  // namespace

const AttributeProto* Call::attribute(const std::string& name) const {
    const auto& all = node.attribute();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.name() == name; });
    return found == all.end() ? nullptr : &*found;
}

int64_t Call::integer(const std::string& name, int64_t otherwise) const {
    const AttributeProto* found = attribute(name);
    return found ? found->i() : otherwise;
}

double Call::number(const std::string& name, double otherwise) const {
    const AttributeProto* found = attribute(name);
    return found ? static_cast<double>(found->f()) : otherwise;
}

std::vector<int64_t> Call::integers(const std::string& name, std::vector<int64_t> otherwise) const {
    const AttributeProto* found = attribute(name);
    return found ? std::vector<int64_t>(found->ints().begin(), found->ints().end()) : otherwise;
}

std::map<std::string, Array> evaluate(const ModelProto& model, const Array& input) {
    return evaluate_inputs(model, {input});
}

std::map<std::string, Array> evaluate_inputs(const ModelProto& model, const std::vector<Array>& inputs) {
    std::map<std::string, Array> values{{"", {}}};
    std::map<std::string, bool> is_unsigned;
    for (const TensorProto& tensor : model.graph().initializer()) {
        values[tensor.name()] = decode(tensor);
        is_unsigned[tensor.name()] = tensor.data_type() == uint8_type;
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
        values[model.graph().input(static_cast<int>(i)).name()] = inputs[i];
    }
    for (const NodeProto& node : model.graph().node()) {
        Call call{node, {}};
        for (const std::string& name : node.input()) {
            call.inputs.push_back(values.at(name));
        }
        const bool has_zero = node.input_size() > 2 && node.op_type() == "QuantizeLinear";
        values[node.output(0)] = run(call, has_zero ? is_unsigned[node.input(2)] : true);
    }
    return values;
}

}  // namespace napier::test
