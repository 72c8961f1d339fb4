#pragma once
// Random models of real numbers that a machine runs, their inputs, and what the golden model says, as bytes of memory.

#include "sw/model/real_model.hpp"
#include "sw/spec/spec.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

// One to three layers of the machine's products: kernels, strides, dilations, padding, groups and clamps of any kind,
// biases, element formats of the machine's masks, each tensor with a scale rule of its own. Values are near 1; now and
// then a weight's scale is far away, or NaN.
RealModel random_real_model(Random& random, const spec::Machine& machine);

// For failures.
std::string describe(const RealModel& model);

}  // namespace napier::test
