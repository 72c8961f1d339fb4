#pragma once
// The operators of the evaluator: windows, products, elementwise and shapes.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/onnx/evaluator.hpp"

namespace napier::test {

// A node with its inputs; an input left out has no dims and no values.
struct Call {
    const onnx::wire::NodeProto& node;
    std::vector<Array> inputs;

    const onnx::wire::AttributeProto* attribute(const std::string& name) const;
    int64_t integer(const std::string& name, int64_t otherwise) const;
    double number(const std::string& name, double otherwise) const;
    std::vector<int64_t> integers(const std::string& name, std::vector<int64_t> otherwise) const;
    bool has(size_t index) const { return index < inputs.size() && !inputs[index].values.empty(); }
};

int64_t count(const std::vector<int64_t>& dims);

// One product of a weight and an activation.
using Term = std::function<double(double, double)>;

Array convolve(const Call& call, const Term& term = std::multiplies<>());         // Conv and its relatives
Array average(const Call& call);                                                  // AveragePool, padding counted
Array greatest(const Call& call);                                                 // MaxPool
Array multiply_matrix(const Call& call, const Term& term = std::multiplies<>());  // Gemm, MatMul
// f of two inputs, broadcast.
Array combine(const Array& a, const Array& b, const std::function<double(double, double)>& f);
Array transpose(const Array& a, const std::vector<int64_t>& order);
Array pad(const Call& call);
// Of one or more axes, with positive steps.
Array slice(const Call& call);
// Means over axes; keep: as dimensions of 1.
Array mean(const Array& a, const std::vector<int64_t>& axes, bool keep);
// A vector made to broadcast along `axis` of `rank` dimensions.
Array along(const Array& vector, int64_t axis, size_t rank);

}  // namespace napier::test
