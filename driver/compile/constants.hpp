#pragma once
// The constant image: packed weights, parameters and tables of all layers, one behind the other.

#include <cstdint>
#include <vector>

#include "driver/compile/plan.hpp"

namespace napier::driver {

// The boxes of one column tile in a block.
struct TileBoxes {
    int column_tile;
    std::vector<PassBox> boxes;
};

// What one step executes: its weights stand in one piece in memory and in the weight buffer.
struct WeightBlock {
    Held held;                // by the activation buffer
    bool new_held = false;    // other than by the block before: the activations must be loaded
    bool start = false, finish = false;  // of the sums of its column tiles
    std::vector<TileBoxes> tiles;
    int64_t offset = 0;       // bytes from the layer's first weights in memory
    int64_t first_pass = 0;   // among the layer's
    int64_t passes = 0;
};

// A layer's part of the constant image.
struct LayerConstants {
    std::vector<std::vector<WeightBlock>> blocks;  // by column step
    int64_t passes = 0;
    int64_t weights = 0;     // bytes from the image's begin
    int64_t parameters = 0;
    int64_t group_parameters = 0;  // bytes of those of one of Geometry::repeats
    int64_t palette = 0;     // tables, or scales of all passes
    int64_t table = 0;       // of the outputs
};

// Appends a constant tensor's values; bytes from the image's begin to them.
int64_t append_tensor(const ConstantTensor& tensor, std::vector<uint8_t>& image);

// Appends a layer's weights, parameters and tables to the image; without values weights and scales are zeros.
LayerConstants append_constants(const Plan& plan, std::vector<uint8_t>& image, bool values = true);

}  // namespace napier::driver
