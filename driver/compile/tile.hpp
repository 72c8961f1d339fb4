#pragma once
// The loads and stores of one spatial tile.

#include "driver/compile/plan.hpp"
#include "driver/compile/transfer.hpp"

namespace napier::driver {

// A spatial tile: output pixels, and the positions that the activation buffer holds for it.
struct Tile {
    int index = 0;
    Span out_y, out_x;
    Span y, x;  // positions
    int pixels() const { return out_y.count() * out_x.count(); }
    int64_t positions() const { return int64_t{y.count()} * x.count(); }
};
std::vector<Tile> tiles_of(const Plan& plan);
// Number `index` of them.
Tile tile_of(const Plan& plan, int index);

// The tile with the positions alone that these kernel rows and columns read.
Tile held_tile(const Plan& plan, Tile tile, const Held& held);

// Loads channel groups `groups` of the tile's input (at byte `memory`) to the activation buffer from word `word`.
void load_activations(const Plan& plan, const Tile& tile, Span groups, int padding, int64_t memory, int word,
                      const CommandNote& note, std::vector<Draft>& drafts);

// Copies the column tiles `columns` of the tile between the tensor at byte `memory` and words of pixels from `word` on,
// columns.count() * Geometry::accumulators() words a pixel. space: residual (a LOAD) or output (a STORE).
void copy_outputs(const Plan& plan, const Tile& tile, Span columns, Space space, int64_t memory, int word,
                  const CommandNote& note, std::vector<Draft>& drafts);

}  // namespace napier::driver
