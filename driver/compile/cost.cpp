#include "driver/compile/cost.hpp"

#include <algorithm>
#include <cmath>

#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr double command_cycles = 10;  // a command's fetch and pipeline, not hidden by others
constexpr double row_cycles = 1;       // a row that is not aligned to beats
constexpr double idle_weight = 0.1;    // prefers less traffic among plans of equal time

// Totals of a plan, in cycles.
struct Estimate {
    double compute = 0, memory = 0;
    double exposed = 0;  // memory cycles that no computation hides
};

double beats(double bytes, const spec::Machine& machine) { return bytes / machine.beat_bytes; }

// Cycles to load one spatial tile with `groups` vectors a pixel: contiguous pixels join to rows, others cost extra.
double tile_load(const Plan& plan, int groups) {
    const Geometry& g = plan.geometry;
    const double rows = g.y.most_positions(plan.tile_h), columns = g.x.most_positions(plan.tile_w);
    const double bytes = std::min(groups * g.vector_bytes, g.pixel_bytes);
    const bool dense = !g.x.folded && groups == g.groups && g.pixel_bytes == groups * g.vector_bytes;
    const double pieces = g.y.folded ? g.y.kernel : 1;
    const double bursts = dense ? rows : rows * columns * pieces;
    return std::max(beats(rows * columns * bytes, *g.machine), bursts) + row_cycles * bursts;
}

int64_t tile_words(const Plan& plan, int groups) {
    const Geometry& g = plan.geometry;
    const int64_t positions = int64_t{g.y.most_positions(plan.tile_h)} * g.x.most_positions(plan.tile_w);
    return g.activation_words(positions, groups);
}

// Largest number of channel groups that a column step needs, and of passes.
struct StepNeed {
    int groups = 1;
    int64_t passes = 1, all_passes = 0;
};

StepNeed need_of(const Plan& plan, const PassTable& passes) {
    StepNeed need;
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

bool choose_chunk(Plan& plan, const StepNeed& need) {
    const int words = plan.geometry.machine->activation_words;
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

bool choose_weights(Plan& plan, const StepNeed& need, bool resident) {
    const spec::Machine& machine = *plan.geometry.machine;
    const int64_t capacity = machine.weight_words / machine.rows;
    const bool whole = plan.chunk_groups >= need.groups;
    plan.weights = Residency::step;
    if (resident) {
        plan.weights = Residency::layer;
        return need.all_passes <= capacity && whole;
    }
    if (plan.columns_outer && whole && need.passes <= capacity) plan.weights = Residency::outer;
    return capacity > 0 && (plan.columns == 1 || need.passes <= capacity);
}

bool fits_others(Plan& plan) {
    const spec::Machine& machine = *plan.geometry.machine;
    const int64_t pixels = int64_t{plan.tile_h} * plan.tile_w;
    const bool residual = plan.geometry.layer->residual >= 0;
    plan.parameters_resident = int64_t{plan.geometry.column_tiles} * parameter_words(machine) <= machine.parameter_words;
    return pixels <= machine.accumulator_depth && pixels * plan.columns <= machine.output_words &&
           (!residual || pixels * plan.columns <= machine.residual_words) &&
           int64_t{plan.columns} * parameter_words(machine) <= machine.parameter_words;
}

Estimate estimate(const Plan& plan, const StepNeed& need) {
    const Geometry& g = plan.geometry;
    const spec::Machine& machine = *g.machine;
    const double tiles = double(plan.tiles_y()) * plan.tiles_x(), steps = plan.column_steps();
    const double pixels = double(plan.tile_h) * plan.tile_w;
    const double outputs = double(g.y.output) * g.x.output * g.out_channels;
    const double weights = beats(double(need.all_passes) * machine.rows * spec::weight_word_bytes(machine), machine);
    const double chunks = std::ceil(double(need.groups) / plan.chunk_groups);
    Estimate result;
    result.compute = tiles * need.all_passes * std::max<double>(pixels, machine.rows) +
                     tiles * g.column_tiles * (command_cycles + (machine.accumulator_halves == 1 ? pixels : 0));
    const double loads = tiles * (plan.activations == Residency::outer ? 1 : steps * chunks);
    const double input = loads * (tile_load(plan, plan.chunk_groups) + command_cycles);
    const double weight_loads = plan.weights == Residency::step ? tiles : 1;
    const double transfers = outputs * (g.layer->residual >= 0 ? 2 : 1);
    const bool dense = machine.columns == spec::output_word_bytes(machine) && steps == 1;
    const double bursts = dense ? g.y.output : double(g.y.output) * g.x.output * steps;
    result.memory = input + weight_loads * weights + std::max(beats(transfers, machine), bursts) + row_cycles * bursts;
    if (2 * tile_words(plan, plan.chunk_groups) > machine.activation_words) result.exposed += input;
    if (plan.weights == Residency::step && 2 * need.passes * machine.rows > machine.weight_words) {
        result.exposed += weight_loads * weights;
    }
    if (2 * pixels * plan.columns > machine.output_words && tiles * steps > 1) result.exposed += outputs / tiles;
    result.exposed += input / loads + (plan.weights == Residency::layer ? weights : weights / steps);
    return result;
}

}  // namespace

int parameter_words(const spec::Machine& machine) { return machine.columns / machine.post_lanes; }

std::optional<Plan> complete(Plan plan, const PassTable& passes, bool weights_resident) {
    const StepNeed need = need_of(plan, passes);
    if (!fits_others(plan) || !choose_chunk(plan, need) || !choose_weights(plan, need, weights_resident)) return {};
    const Estimate cycles = estimate(plan, need);
    plan.cost = std::max(cycles.compute, cycles.memory) + cycles.exposed +
                idle_weight * (cycles.compute + cycles.memory);
    return plan;
}

}  // namespace napier::driver
