#include "driver/compile/cost.hpp"

#include <algorithm>

#include "driver/compile/palette.hpp"
#include "driver/compile/vector_scale.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

PlanNeed need_of(const Plan& plan, const PassTable& passes) {
    PlanNeed need;
    for (int step = 0; step < plan.column_steps(); ++step) {
        const Span span = plan.column_span(step);
        int64_t count = 0;
        for (int tile = span.begin; tile < span.end; ++tile) count += std::max<int64_t>(1, passes.passes(tile));
        need.passes = std::max(need.passes, count);
        need.all_passes += count;
        need.groups = std::max(need.groups, passes.groups_of(span).count());
    }
    if (plan.activations != Residency::step) need.groups = plan.geometry.groups;
    return need;
}

// Cycles of one pass over every tile.
int64_t vectors_of_tiles(const Plan& plan) {
    const Axis &y = plan.geometry.y, &x = plan.geometry.x;
    int64_t sum = 0;
    for (int top = 0; top < y.output; top += plan.tile_h) {
        for (int left = 0; left < x.output; left += plan.tile_w) {
            const int64_t pixels = int64_t{std::min(plan.tile_h, y.output - top)} *
                                   std::min(plan.tile_w, x.output - left);
            sum += plan.geometry.pass_cycles(pixels);
        }
    }
    return sum;
}

// The most kernel rows, or columns, up to `most`, in multiples of `unit` or all, whose input fits half of the buffer,
// or, if none does, all of it. Nothing fits: 0.
int choose_taps(Plan plan, int Plan::*taps, int unit, int most) {
    const int words = plan.geometry.machine->activation_words;
    int fitting = 0;
    for (int first = 0; first < most; first += unit) {
        plan.*taps = std::min(first + unit, most);
        if (tile_words(plan, 1) <= words / 2 || (tile_words(plan, 1) <= words && fitting == 0)) fitting = plan.*taps;
    }
    return fitting;
}

// The input of a part of the kernel, of one channel group, that fits: rows, or columns of a single one.
bool choose_part(Plan& plan, int most_rows) {
    const Geometry& g = plan.geometry;
    if (g.windowed && (g.layer->greatest || g.factor.rows > 0)) return false;
    if (plan.columns > 1 || plan.activations != Residency::step) return false;
    plan.chunk_groups = 1;
    const int all = g.y.taps(), unit = g.windowed ? g.part_rows : 1;
    const int most = most_rows > 0 ? std::clamp(most_rows, unit, all) / unit * unit : all;
    plan.chunk_rows = choose_taps(plan, &Plan::chunk_rows, unit, most);
    if (plan.chunk_rows > 0) return true;
    plan.chunk_rows = unit;
    plan.chunk_columns = choose_taps(plan, &Plan::chunk_columns, g.windowed ? g.part_columns : 1, g.x.taps());
    return plan.chunk_columns > 0;
}

bool choose_chunk(Plan& plan, const PlanNeed& need, int most_rows) {
    const int words = plan.geometry.machine->activation_words;
    plan.chunk_rows = plan.geometry.y.taps();
    plan.chunk_columns = plan.geometry.x.taps();
    if (plan.parts_kernel) return choose_part(plan, most_rows);
    plan.chunk_groups = need.groups;
    if (tile_words(plan, need.groups) <= words) return true;
    if (plan.columns > 1 || plan.activations != Residency::step) return false;
    int fitting = 0;
    for (int groups = 1; groups < need.groups && tile_words(plan, groups) <= words; ++groups) {
        if (tile_words(plan, groups) <= words / 2 || fitting == 0) fitting = groups;
    }
    plan.chunk_groups = fitting;
    return fitting > 0;
}

bool choose_weights(Plan& plan, const PlanNeed& need, WeightWish wish) {
    const int64_t capacity = most_passes(plan.geometry);
    const bool whole = plan.chunk_groups >= need.groups && !plan.parts_kernel;
    plan.weights = Residency::step;
    plan.chunk_passes = capacity;
    if (wish.resident) {
        plan.weights = Residency::layer;
        return need.all_passes <= capacity && whole;
    }
    if (wish.parts > 1) {  // parts of equal size
        const int64_t most = capacity / wish.parts;
        if (most == 0 || need.passes <= most || plan.columns > 1) return false;
        const int64_t count = (need.passes + most - 1) / most;
        plan.chunk_passes = (need.passes + count - 1) / count;
        return true;
    }
    if (plan.columns_outer && whole && need.passes <= capacity) plan.weights = Residency::outer;
    return capacity > 0 && (plan.columns == 1 || need.passes <= capacity);
}

bool fits_others(Plan& plan) {
    const spec::Machine& machine = *plan.geometry.machine;
    const int64_t words = int64_t{plan.tile_h} * plan.tile_w * plan.geometry.accumulators();
    const bool residual = plan.geometry.layer->residual >= 0;
    const int64_t all_parameters = int64_t{plan.geometry.column_tiles} * parameter_words(plan.geometry);
    plan.parameters_resident = all_parameters <= machine.parameter_words;
    const bool tables = palette_words(plan.geometry) > 0;
    plan.palette_resident = tables && palette_words(plan.geometry) <= machine.palette_words;
    return words <= machine.accumulator_depth && words * plan.columns <= machine.output_words &&
           (!residual || words * plan.columns <= machine.residual_words) &&
           int64_t{plan.columns} * parameter_words(plan.geometry) <= machine.parameter_words &&
           (!tables || plan.columns <= machine.palette_words);
}

}  // namespace

int parameter_words(const Geometry& geometry) { return geometry.tile_channels() / geometry.machine->post_lanes; }

int64_t tile_words(const Plan& plan, int groups) {
    const Geometry& g = plan.geometry;
    const int64_t positions = int64_t{g.y.most_positions(plan.tile_h, plan.chunk_rows)} *
                              g.x.most_positions(plan.tile_w, plan.chunk_columns);
    return g.activation_words(positions, groups);
}

std::optional<Plan> complete(Plan plan, WeightWish wish, const Tuning& tuning) {
    const PassTable& passes = *plan.passes;
    PlanNeed need = need_of(plan, passes);
    need.memory = tuning.memory;
    if (!fits_others(plan) || !choose_chunk(plan, need, tuning.most_rows)) return {};
    if (!choose_weights(plan, need, wish)) return {};
    plan.cost = plan.geometry.repeats * estimate_cycles(plan, passes, need);
    plan.least_cycles = plan.geometry.repeats * need.all_passes * vectors_of_tiles(plan);
    return plan;
}

}  // namespace napier::driver
