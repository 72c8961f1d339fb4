#pragma once
// Reduced networks of the zoo whose tensors an oracle recorded, in sw/models/zoo: NAME.onnx, NAME_tensors.txt (which
// tensors) and NAME_tensors.npy (their values, by sw/train/zoo_oracle.py).

#include <string>

#include "sw/model/model.hpp"

namespace napier::test {

// The file of a network; end: what stands behind its name.
std::string path_of(const char* entry, const char* end);

// The network of its file.
Model model_of(const char* entry);

// The network as the zoo builds it, written to a file. Error (input): no entry of that name.
void write_recorded(const char* entry, const std::string& file);

bool is_constant(const Model& model, size_t tensor);

// The tensors whose values are recorded, a line each: name, extents, scale, zero point.
std::string list_of(const Model& model);

}  // namespace napier::test
