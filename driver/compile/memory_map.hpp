#pragma once
// Where tensors stand in memory.

#include <cstdint>
#include <vector>

#include "driver/compile/program.hpp"

namespace napier::driver {

inline constexpr int64_t tensor_alignment = 64;  // bytes

// The tensors that each layer touches, by index, and those of the host.
struct TensorUses {
    struct Layer {
        int input, output, residual;  // residual: -1 if there is none
        int factor = -1, operand = -1, second = -1, initial = -1;  // likewise
    };
    std::vector<Layer> layers;
    int input, output;
    std::vector<int> constants = {};  // tensors that stand elsewhere
    std::vector<int> view_of = {};    // by tensor, in whose memory it stands; -1: its own; empty: all
    std::vector<int> more_inputs = {};
};

// Gives every tensor without a pitch its address, from `base` on; two tensors share memory only if the last layer that
// reads the one comes before the layer that writes the other. keep: none share. Returns the end. Kept are inputs,
// output, constants.
int64_t place_tensors(const TensorUses& uses, int64_t base, bool keep, std::vector<TensorPlace>& places);
// The same for a model whose tensors have no places yet; parts stand in their wholes.
int64_t place_tensors(const Model& model, int64_t base, bool keep, std::vector<TensorPlace>& places);

}  // namespace napier::driver
