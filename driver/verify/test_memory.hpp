#pragma once
// Bytes for random programs: stretches of different styles, extremes among them, so that sums reach the accumulator's
// edge and requantization meets its ties.

#include "driver/verify/random.hpp"
#include "driver/verify/test_program.hpp"

namespace napier::driver {

// The whole memory of a test but the program: activations and weights in runs of extremes, zeros, small and any values;
// columns' parameters from plain scaling to the ends of every field. Of real numbers: most values near 1.
std::vector<uint8_t> test_bytes(const TestAreas& areas, const spec::Machine& machine, Random random);

// A memory from fast and even to slow and disturbed.
sim::MemoryConfig test_timing(const TestAreas& areas, const spec::Machine& machine, Random random);

}  // namespace napier::driver
