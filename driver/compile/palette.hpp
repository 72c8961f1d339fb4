#pragma once
// Tables of weights: in a format whose codes are indices, each column tile of a layer has one of its own.

#include <cstdint>
#include <vector>

#include "driver/compile/geometry.hpp"

namespace napier::driver {

// True if the format holds the weights of each of the layer's column tiles; of a format with scales: each weight alone.
bool holds_tiles(const spec::Format& format, const Layer& layer, const spec::Machine& machine);

// True if each column tile has, beside its weights, one that makes every term 0.
bool annuls_tiles(const FormatChoice& format, const Layer& layer, const spec::Machine& machine);

// The entries of a column tile's table, ascending; 0 among them if the geometry annuls. Empty if codes are no indices.
std::vector<int8_t> table_of(const Geometry& geometry, int column_tile);

// Appends the palette word of a column tile: its entries, then zeros.
void pack_table(const Geometry& geometry, int column_tile, std::vector<uint8_t>& bytes);

// Palette words of the layer: one a column tile, or none.
int palette_words(const Geometry& geometry);

}  // namespace napier::driver
