#pragma once
// The EXEC commands of one step.

#include "driver/compile/constants.hpp"
#include "driver/compile/tile.hpp"

namespace napier::driver {

// First words of the regions that a step uses.
struct StepRegions {
    int activation = 0;
    int weight = 0;     // of the block's first pass
    int parameter = 0;  // of the step's first column tile
    int palette = 0;    // of the step's first column tile
    int table = 0;      // its number
    int residual = 0;
    int output = 0;
    Access activations{Space::activation, false, 0, 0};  // all that the step may read
};

// Appends the commands of a block for a spatial tile with the positions that are held; `columns` are the column tiles
// of the step.
void emit_execs(const Model& model, const Plan& plan, const Tile& tile, const WeightBlock& block, Span columns,
                const StepRegions& regions, const CommandNote& note, std::vector<Draft>& drafts);

}  // namespace napier::driver
