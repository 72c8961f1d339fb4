#pragma once
// The checks a command passes before it runs; see docs/architecture.md, Legality, 2 to 4.

#include "sw/golden/interpreter/state.hpp"

namespace napier::golden {

// Throws Stop with the first failure.
void check_legality(const State& state, const spec::CommandWords& words);

}  // namespace napier::golden
