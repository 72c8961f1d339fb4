#pragma once
// Scales of vectors: in a format that has them, each pass has an integer for each column, by which its sum is
// multiplied. The weights of a pass and column, each times the scale of its input's vector, are that scale times
// numbers of the format.

#include <cstdint>
#include <vector>

#include "driver/compile/geometry.hpp"
#include "driver/compile/passes.hpp"

namespace napier::driver {

// True if each pass has a scale for each column.
bool has_scales(const Geometry& geometry);

// The scales of a column tile's columns in a pass, at least 1; 1 of a format without scales.
std::vector<int> column_scales(const Geometry& geometry, int column_tile, const PassBox& pass);

// Appends the palette words of a box: for each pass the scales of the columns, a byte each.
void pack_scales(const Geometry& geometry, int column_tile, const PassBox& box, std::vector<uint8_t>& bytes);

// Most passes that weight buffer and, of a format with scales, palette buffer hold.
int64_t most_passes(const Geometry& geometry);

}  // namespace napier::driver
