#pragma once
// Who makes and reads the tensors of a model, for what changes its layers once they are all known.

#include "sw/model/model.hpp"

namespace napier::onnx {

// The layer that makes the tensor, if one layer reads it alone, and the user of the model does not, so that the maker
// may write something else in its place; it is no one-bit tensor. Else null.
Layer* maker_of(Model& model, int tensor);

// True if one layer reads the tensor, and the user of the model does not.
bool is_read_once(const Model& model, int tensor);

// True if an input of the model fills the tensor.
bool is_input(const Model& model, int tensor);

// Drops the tensors that no layer and no port has.
void drop_tensors(Model& model);

}  // namespace napier::onnx
