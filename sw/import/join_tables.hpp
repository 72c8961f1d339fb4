#pragma once
// Tables of layers that only look up, joined to the layers before them.

#include "sw/model/model.hpp"

namespace napier::onnx {

// Where nobody but a layer that copies a tensor through a table reads that tensor, the layer that makes it gets the
// table and the copy goes. Every other value stays as it is.
void join_tables(Model& model);

}  // namespace napier::onnx
