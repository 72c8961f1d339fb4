#pragma once
// ONNX graphs computed node by node in double, from the operators' definitions and nothing of the importer: exact while
// every scale and factor is a power of two. Knows what the import tests use, for one image, channels first.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sw/import/onnx.pb.h"

namespace napier::test {

struct Array {
    std::vector<int64_t> dims;
    std::vector<double> values;
};

// Every value of the graph by name. input: of the graph's first input.
std::map<std::string, Array> evaluate(const onnx::wire::ModelProto& model, const Array& input);
// inputs: of all the graph's, in order.
std::map<std::string, Array> evaluate_inputs(const onnx::wire::ModelProto& model, const std::vector<Array>& inputs);

}  // namespace napier::test
