#pragma once
// Weights and biases of a layer of real numbers as the machine reads them.

#include <cstdint>
#include <vector>

#include "driver/compile/real/plan.hpp"

namespace napier::driver {

// Appends the weight words of a column tile: its passes in order (ky, kx, slot), each pass_words words.
void pack_weights(const RealPlan& plan, const RealColumns& columns, std::vector<uint8_t>& bytes);

// Appends the parameter words of a column tile.
void pack_biases(const RealPlan& plan, const RealColumns& columns, std::vector<uint8_t>& bytes);

}  // namespace napier::driver
