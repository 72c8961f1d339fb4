#include "tests/support/onnx/attention.hpp"

#include <algorithm>
#include <cmath>

namespace napier::test {

namespace {

// f of each run of values along the last axis, and its number.
template <typename Function>
Array map_rows(const Array& a, Function f) {
    Array result = a;
    const size_t count = static_cast<size_t>(a.dims.back());
    for (size_t row = 0; row * count < a.values.size(); ++row) f(result.values.data() + row * count, count, row);
    return result;
}

}  // namespace

Array softmax(const Array& a) {
    return map_rows(a, [](double* values, size_t count, size_t) {
        const double greatest = *std::max_element(values, values + count);
        double sum = 0.0;
        for (size_t i = 0; i < count; ++i) sum += values[i] = std::exp(values[i] - greatest);
        for (size_t i = 0; i < count; ++i) values[i] /= sum;
    });
}

Array normalize_pixels(const Call& call) {
    const bool is_centered = call.node.op_type() == "LayerNormalization";
    return map_rows(call.inputs[0], [&](double* values, size_t count, size_t) {
        double mean = 0.0, square = call.number("epsilon", 1e-5);
        for (size_t i = 0; is_centered && i < count; ++i) mean += values[i] / static_cast<double>(count);
        for (size_t i = 0; i < count; ++i) square += std::pow(values[i] - mean, 2.0) / static_cast<double>(count);
        for (size_t i = 0; i < count; ++i) {
            values[i] = (values[i] - mean) / std::sqrt(square) * call.inputs[1].values[i] +
                        (call.has(2) ? call.inputs[2].values[i] : 0.0);
        }
    });
}

Array rotate(const Call& call) {
    const std::vector<double>&cosines = call.inputs[1].values, &sines = call.inputs[2].values;
    const size_t tokens = static_cast<size_t>(call.inputs[0].dims[2]);
    return map_rows(call.inputs[0], [&](double* values, size_t count, size_t row) {
        const size_t half = count / 2;
        for (size_t i = 0; i < half; ++i) {
            const size_t angle = row % tokens * half + i;
            const double first = values[i], second = values[half + i];
            values[i] = cosines[angle] * first - sines[angle] * second;
            values[half + i] = sines[angle] * first + cosines[angle] * second;
        }
    });
}

Array recur(const Call& call) {
    Array result = call.inputs[0];
    const size_t channels = static_cast<size_t>(result.dims[2]);
    for (size_t i = 0; i < result.values.size(); ++i) {
        const double first = call.has(2) ? call.inputs[2].values[i % channels] : 0.0;
        const double before = i < channels ? first : result.values[i - channels], kept = call.inputs[0].values[i];
        result.values[i] = kept * before + (1.0 - kept) * call.inputs[1].values[i];
    }
    return result;
}

}  // namespace napier::test
