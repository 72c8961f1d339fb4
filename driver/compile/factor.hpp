#pragma once
// Layers that multiply each channel by a value of a tensor, on the window engine: the tensor's bytes are the weights.
// What the zero points add, (a - za) * (f - zf) = a*f - zf*a - za*f + za*zf, are further taps of a pixel: some read the
// same activations again and have a constant weight, some read padding in their place and have the factors again.

#include <cstdint>
#include <vector>

#include "sw/model/model.hpp"
#include "sw/spec/spec.hpp"

namespace napier::driver {

struct Geometry;

// Two rows of taps, or one without a zero point of the input: the first reads the activations, the second padding.
struct FactorTaps {
    int rows = 0, columns = 0;  // 0: no such layer
    int zeros = 0;              // taps whose weights are 0, the first of the first row
    int constants = 0;          // then those whose weights are `constant`
    int constant = 0;
    int copies = 1;             // then those with the factors; those behind have the weight 0
    int padding = 0;            // the activation of the second row
    int bias = 0;               // the product of both zero points
    int taps() const { return rows * columns; }
    int before() const { return zeros + constants; }
    int after() const { return taps() - before() - copies; }
};
FactorTaps factor_taps(int input_zero, int factor_zero);

// True if the machine has a window engine of int8 whose weight words are a byte a column, as the tensor's bytes are.
bool multiplies_channels(const spec::Machine& machine);

// Appends the weight words of a column tile's taps before and behind those with factors.
void pack_factor_taps(const Geometry& geometry, std::vector<uint8_t>& bytes);

// The model with factors of as many channels as whole column tiles of the window engine have: a LOAD takes all of them.
Model with_wide_factors(const Model& model, const spec::Machine& machine);

}  // namespace napier::driver
