#include "sw/import/fold_arithmetic.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sw/import/attributes.hpp"
#include "sw/import/limits.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/text.hpp"

namespace napier::onnx {

namespace {

Shape broadcast(const Node& node, const Shape& a, const Shape& b) {
    Shape result(std::max(a.size(), b.size()));
    for (size_t i = 0; i < result.size(); ++i) {
        const size_t from_end = result.size() - i;
        const int64_t x = from_end > a.size() ? 1 : a[a.size() - from_end];
        const int64_t y = from_end > b.size() ? 1 : b[b.size() - from_end];
        if (x != y && x != 1 && y != 1) {
            malformed(node, fmt::format("the shapes {} and {} of its inputs do not fit", shape_text(a), shape_text(b)));
        }
        result[i] = x == 1 ? y : x;
    }
    if (element_count(result, greatest_folded_elements) < 0) {
        throw Refusal{fmt::format("its constant result of shape {} is too large", shape_text(result)),
                      "compute it before the export", {}};
    }
    return result;
}

// Index into a constant of `dims` for element `index` of the broadcast `shape`.
size_t source_index(size_t index, const Shape& shape, const Shape& dims) {
    size_t result = 0, stride = 1;
    for (size_t from_end = 1; from_end <= dims.size(); ++from_end) {
        const size_t extent = static_cast<size_t>(shape[shape.size() - from_end]);
        const size_t own = static_cast<size_t>(dims[dims.size() - from_end]);
        result += (own == 1 ? 0 : index % extent) * stride;
        stride *= own;
        index /= extent;
    }
    return result;
}

double apply(char operation, double x, double y) {
    switch (operation) {
        case 'A': return x + y;
        case 'S': return x - y;
        case 'M': return x * y;
        default: return x / y;
    }
}

int64_t apply(const Node& node, char operation, int64_t x, int64_t y) {
    const uint64_t a = static_cast<uint64_t>(x), b = static_cast<uint64_t>(y);
    switch (operation) {
        case 'A': return static_cast<int64_t>(a + b);
        case 'S': return static_cast<int64_t>(a - b);
        case 'M': return static_cast<int64_t>(a * b);
        default: break;
    }
    if (y == 0) {
        malformed(node, "it divides an integer by zero");
    }
    return y == -1 ? static_cast<int64_t>(0 - a) : x / y;
}

}  // namespace

ConstantPointer fold_arithmetic(const Node& node, const Constant& a, const Constant& b) {
    const Shape shape = broadcast(node, a.dims(), b.dims());
    const size_t count = static_cast<size_t>(element_count(shape, greatest_folded_elements));
    const char operation = node.operation[0];
    if (a.is_integer() && b.is_integer()) {
        std::vector<int64_t> values(count);
        for (size_t i = 0; i < count; ++i) {
            values[i] = apply(node, operation, a.integer(source_index(i, shape, a.dims())),
                              b.integer(source_index(i, shape, b.dims())));
        }
        return Constant::integers(a.type(), shape, values);
    }
    std::vector<double> values(count);
    for (size_t i = 0; i < count; ++i) {
        values[i] = apply(operation, a.real(source_index(i, shape, a.dims())),
                          b.real(source_index(i, shape, b.dims())));
    }
    return Constant::reals(shape, values);
}

}  // namespace napier::onnx
