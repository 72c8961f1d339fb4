#pragma once
// How a layer is cut into steps: tile sizes, loop order and what stays in which buffer for how long.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "driver/compile/geometry.hpp"
#include "driver/compile/options.hpp"
#include "driver/compile/passes.hpp"

namespace napier::driver {

// For how long loaded data serves.
enum class Residency : uint8_t {
    layer,    // all of it at once, for the whole layer
    outer,    // one iteration of the outer loop
    step,     // one step
};

// One step computes `columns` column tiles of one spatial tile. Loops, outermost first: spatial tiles, column steps, or
// the other way round with columns_outer; inside, chunks of channel groups, of the kernel and of weights if one step
// does not fit.
struct Plan {
    Geometry geometry;
    std::shared_ptr<const PassTable> passes;  // of the geometry, or of one that differs in its layer's values alone
    int tile_h = 1, tile_w = 1;     // output pixels of a spatial tile
    int columns = 1;                // column tiles of a step
    int chunk_groups = 1;           // channel groups in the activation buffer at a time
    int chunk_rows = 0;             // kernel rows and columns, as the address generator has them, whose input the
    int chunk_columns = 0;          // activation buffer holds at a time; all of them unless parts_kernel
    bool parts_kernel = false;
    int64_t chunk_passes = 1;       // weight sets in the weight buffer at a time, of a step of one column tile
    bool columns_outer = false;
    Residency activations = Residency::step;  // outer: loaded once for all column steps of a spatial tile
    Residency weights = Residency::step;
    bool parameters_resident = false;
    bool palette_resident = false;  // the tables of all column tiles
    double cost = 0;                // estimated cycles
    int64_t least_cycles = 0;       // that the array takes alone; no run takes fewer

    int tiles_y() const { return (geometry.y.output + tile_h - 1) / tile_h; }
    int tiles_x() const { return (geometry.x.output + tile_w - 1) / tile_w; }
    int column_steps() const { return (geometry.column_tiles + columns - 1) / columns; }
    Span column_span(int step) const {
        return {step * columns, std::min(geometry.column_tiles, (step + 1) * columns)};
    }
};

// The ways to see a layer that give its sums exactly: formats and foldings, with the passes that each needs.
struct LayerForm {
    Geometry geometry;
    std::shared_ptr<const PassTable> passes;
};
std::vector<LayerForm> forms_of(const Model& model, const Layer& layer, const spec::Machine& machine,
                                const std::vector<FormatChoice>& formats, const Tuning& tuning);

// Equal for layers of one machine whose plans are the same and take the same time: all but names, values and addresses.
std::string key_of(const Layer& layer, const std::vector<LayerForm>& forms);

// The plans that fit the machine, at most `most`, the cheapest by estimate first. Error (capacity): none fits; names
// the layer, the buffer, need and have.
std::vector<Plan> make_plans(const std::vector<LayerForm>& forms, const Tuning& tuning, size_t most);
std::vector<Plan> make_plans(const Model& model, const Layer& layer, const spec::Machine& machine,
                             const FormatChoice& format, const Tuning& tuning, size_t most);

// For people: "8x8 pixels x 16 channels a step, ...".
std::string describe(const Plan& plan);

}  // namespace napier::driver
