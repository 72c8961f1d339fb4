#pragma once
// How many images a network gets right, as real numbers and as the golden model.

#include <cstdint>
#include <span>
#include <vector>

#include "sw/import/graph.hpp"
#include "sw/model/model.hpp"
#include "sw/model/real_model.hpp"

namespace napier::quantize {

// Number of images whose largest output (the first of equal ones, in the file's order) stands at the label.
// images: each in row-major order of the model's input; labels: one an image.
// Error (input): fewer labels than images; an image that does not fit.
size_t count_correct(const onnx::Graph& graph, std::span<const std::vector<float>> images,
                     std::span<const int64_t> labels);
size_t count_correct(const Model& model, std::span<const std::vector<float>> images, std::span<const int64_t> labels);
size_t count_correct(const RealModel& model, std::span<const std::vector<float>> images,
                     std::span<const int64_t> labels);

}  // namespace napier::quantize
