#pragma once
// How a layer of real numbers is cut into steps on a machine of blocks or of piecewise-affine products.
//
// A float32 sum depends on its order, so every tile takes taps and channels in the order of the definition (ky, kx,
// input channel): the input of a tile is in the activation buffer at once or comes tap by tap.

#include <string>
#include <vector>

#include "driver/compile/geometry.hpp"
#include "driver/compile/passes.hpp"
#include "sw/model/real_model.hpp"

namespace napier::driver {

// Output channels that the columns compute at a time; of one group.
struct RealColumns {
    int group = 0, first = 0, count = 0;
};

struct RealPlan {
    const RealLayer* layer = nullptr;
    const spec::Machine* machine = nullptr;
    const RealTensor* input = nullptr;
    Axis y, x;
    int in_slots = 1;       // slots of an input pixel
    int group_slots = 1;    // that an output channel takes, of its own group
    std::vector<RealColumns> columns;
    int tile_h = 1, tile_w = 1;   // output pixels
    bool whole_input = true;      // a tile's input is loaded at once
    int chunk_slots = 1;          // else slots of a pixel loaded at a time, for one tap
    bool weights_resident = false, parameters_resident = false;  // loaded once for the layer
    int element_a = 0, element_b = 0, output = 0, scale_rule = 0;  // fields of the command
    int float_low = 0, float_high = 0;
    double cost = 0;              // estimated cycles

    int64_t passes() const { return int64_t{y.kernel} * x.kernel * group_slots; }  // of a column tile
    int64_t capacity() const;  // passes whose weights the buffer holds
    int parameter_words() const { return machine->columns / machine->post_lanes; }
    int tiles() const { return (y.output + tile_h - 1) / tile_h * ((x.output + tile_w - 1) / tile_w); }
    // The passes of a column tile in their order, in lists whose weights and input are loaded together.
    std::vector<std::vector<PassBox>> boxes() const;
};

// The part of an axis that belongs to taps [first, first + count).
Axis part_of(const Axis& axis, int first, int count);

// The format in which a tensor of the model stands in memory on that machine.
std::string memory_format(const RealModel& model, int tensor, const spec::Machine& machine);

// Error (unsupported): the machine has not the layer's products, element formats, outputs or clamps. Error (capacity):
// a buffer does not hold what a single output needs.
RealPlan make_real_plan(const RealModel& model, const RealLayer& layer, const spec::Machine& machine);

// For people.
std::string describe(const RealPlan& plan);

}  // namespace napier::driver
