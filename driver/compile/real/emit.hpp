#pragma once
// The steps of a layer of real numbers.

#include <vector>

#include "driver/compile/emit.hpp"
#include "driver/compile/real/plan.hpp"

namespace napier::driver {

// Appends the steps of layer number `layer`. input_pixel, output_pixel: bytes of a pixel in memory. Weights: the column
// tiles behind each other; parameters, too.
void emit_real_layer(int layer, const RealPlan& plan, int input_pixel, int output_pixel,
                     const LayerAddresses& addresses, Buffers& buffers, std::vector<Step>& steps);

}  // namespace napier::driver
