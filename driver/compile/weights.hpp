#pragma once
// A layer's weight by output channel, tap and byte of the pixel, and its packing for the weight buffer.

#include <cstdint>
#include <vector>

#include "driver/compile/geometry.hpp"
#include "driver/compile/passes.hpp"

namespace napier::driver {

// Where a weight of the model stands among the passes.
struct WeightPlace {
    int ky, kx;  // taps of the address generator
    int byte;    // of the pixel
};
WeightPlace place_of(const Geometry& geometry, int ky, int kx, int channel);

// The weight that output channel `out` applies to byte `byte` of the pixel at tap (ky, kx); 0 outside its group
// and behind the kernel.
int weight_at(const Geometry& geometry, int out, int ky, int kx, int byte);

// The scale of the input's vector in which byte `byte` of the pixel stands.
int scale_at(const Geometry& geometry, int byte);

// What a plane holds of a weight: its trit, or all of it if there is one plane.
int plane_weight(const Geometry& geometry, int weight, int plane);

// Appends the passes of a box for a column tile: for each, `rows` weight words of [column][lane]; of the window engine
// all taps.
void pack_box(const Geometry& geometry, int column_tile, const PassBox& box, std::vector<uint8_t>& bytes);

// True if the layer's weights stand in memory as trits, five in a byte.
bool packs_trits(const Geometry& geometry);
// Beats of the weight buffer that are packed, of as many beats that one transfer loads: no number of packed beats makes
// just 4, 9, 14 ... of them, so that the last one of those stays as it is.
int64_t packed_beats(int64_t beats);
// Appends weight words as they stand in memory.
void append_weight_words(const Geometry& geometry, const std::vector<uint8_t>& words, std::vector<uint8_t>& image);

// Appends the parameter words of a column tile of the geometry, whose channel 0 is `first_channel` of the layer;
// columns past the last channel are zero.
void pack_parameters(const Geometry& geometry, int first_channel, int column_tile,
                     std::vector<uint8_t>& bytes);

}  // namespace napier::driver
