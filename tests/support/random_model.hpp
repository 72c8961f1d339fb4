#pragma once
// Random valid models with every feature the machine has: strides, dilation, groups, padding, residuals, few channels,
// full reductions, pools, each number format; values that reach extremes and rounding ties.

#include <string>
#include <vector>

#include "sw/golden/layer.hpp"
#include "sw/model/model.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

struct RandomModelOptions {
    int layers = 4;
    int greatest_extent = 8;                              // height and width of the input
    int greatest_channels = 12;
    int greatest_kernel = 3;
    std::vector<std::string> formats = {"int8", "ternary"};  // to choose from
    int scale_channels = 6;                               // that share a scale in a format of vectors
    int accumulator_bits = 24;                            // biases are chosen to fit them
    bool groups = true, residuals = true, pools = true, reductions = true;
};

// A model that golden::validate accepts.
Model random_model(Random& random, const RandomModelOptions& options);

// Gives a layer int8 weights of another kind, with as many zeros: all of a range, -n, 0 and +p, or multiples of a power
// of three, whose lower planes are empty. format: the cheapest of the description.
void spread_weights(Random& random, Layer& layer);

// Gives most tensors between layers scales of their vectors of channels, up to `greatest`, and layers of products that
// read them the same, where accumulators of so many bits hold the sums in any number of planes.
void scale_inputs(Random& random, Model& model, int accumulator_bits, int greatest = 15);

// Gives some layers a table of random entries, looked up at a random zero point.
void add_tables(Random& random, Model& model);

// Makes some layers into two that each write a part of its channels; all values stay what they are.
void split_layers(Random& random, Model& model);

// Values for a tensor: random, all the same, or runs of extremes.
golden::TensorValues random_values(Random& random, const Tensor& tensor);
// Of all inputs, one behind the other.
golden::TensorValues random_inputs(Random& random, const Model& model);

// What tells a failing case apart: shapes, windows, formats, one layer a line.
std::string describe(const Model& model);

}  // namespace napier::test
