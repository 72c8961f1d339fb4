#pragma once
// How far float32 computations of the host's work can be from each other: docs/numerics.md.

#include "tests/oracle/float_error.hpp"

namespace napier::test {

// One output of a layer of the host (Softmax, RMSNormalization, RotaryEmbedding, Mul), from its definition in long
// double: its distance from the nearest tie, and the bound of what two float32 computations of it can differ, whatever
// the order of their sums; both in output steps. `output` is not set.
OutputValue evaluate_host(const Model& model, const Layer& layer, const std::vector<golden::TensorValues>& tensors,
                          size_t pixel, size_t channel);

}  // namespace napier::test
