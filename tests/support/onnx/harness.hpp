#pragma once
// An ONNX graph through the importer and the golden model, against the evaluator.

#include <string>

#include "sw/model/model.hpp"
#include "tests/support/onnx/builder.hpp"

namespace napier::test {

Model import_graph(const OnnxBuilder& graph);

// Imports the graph and requires, for `images` random images, that the golden model's output equals the evaluator's in
// every value. The scales must be powers of two. Returns the imported model.
Model require_equal_outputs(const OnnxBuilder& graph, uint64_t seed = 1, int images = 4);

// The sentence the importer ends in; "" if it imports.
std::string import_sentence(const OnnxBuilder& graph);

// Sentences of check_onnx, one a line.
std::string check_text(const OnnxBuilder& graph);

}  // namespace napier::test
