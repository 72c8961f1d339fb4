#pragma once
// Images and labels from .npy files, as the input tensors of a model.

#include <string>
#include <vector>

#include "sw/golden/quantize.hpp"
#include "sw/model/model.hpp"

namespace napier::driver {

// The input tensors of an image, one behind the other, at most `limit`; a file for each input, in the model's order.
// Shapes: [N] and the input's own shape, sides of 1 left out or not. Types: float32, uint8, int8, int32, int64. Error
// (input): a file is damaged or its shape or type does not fit, or there are more or fewer files than inputs.
std::vector<golden::TensorValues> read_images(const Model& model, const std::vector<std::string>& paths, size_t limit);

// Images as real numbers, `elements` each whatever their shape, at most `limit`. Error (input): the file is damaged or
// its images have another number of elements.
std::vector<std::vector<float>> read_real_images(const std::string& path, size_t elements, size_t limit);

// One number an image. Error (input): the file is damaged, its type no integer, or it holds fewer than `count`.
std::vector<int64_t> read_labels(const std::string& path, size_t count);

}  // namespace napier::driver
