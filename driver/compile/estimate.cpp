// Estimate of a layer's cycles: memory, array, post-processor and fetch each work at their own rate; the slowest
// counts, with what comes before its first and after its last step.

#include <algorithm>
#include <cmath>

#include "driver/compile/cost.hpp"
#include "driver/compile/operand.hpp"
#include "driver/compile/palette.hpp"
#include "driver/compile/tile.hpp"
#include "driver/compile/vector_scale.hpp"
#include "driver/compile/weights.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr double read_cycles = 6;     // from a burst's request to its first byte in a buffer, beside memory's latency
constexpr double write_latency = 16;  // from the last byte to the end of the STORE
constexpr double write_turn = 38;     // from the request of a write burst to the one that takes its place
constexpr double post_start = 12;     // of an EXEC's post-processing, beside its outputs
constexpr double start_cycles = 6;    // from the end of one command to the start of one that waits for it
constexpr double tie_weight = 0.05;   // prefers less work of all units among plans of equal time

// What commands cost the memory, their own engine and the fetch.
struct Traffic {
    double commands = 0;
    double beats = 0;   // cycles of the bus
    double cycles = 0;  // of the engine: short bursts wait for the answers to those before them
    void add(const Traffic& other, double times = 1) {
        commands += times * other.commands;
        beats += times * other.beats;
        cycles += times * other.cycles;
    }
};

Traffic traffic_of(const std::vector<Draft>& drafts, const spec::Machine& machine, double read_latency) {
    namespace load = spec::load;  // the fields used here stand at the same place in STORE
    Traffic sum;
    const double beat = machine.beat_bytes;
    for (const Draft& draft : drafts) {
        const auto field = [&](const spec::Field& which) { return spec::get(draft.words, which); };
        const double rows = double(field(load::count_x)) * double(field(load::count_y));
        const double length = double(field(load::length));
        const bool aligned = field(load::length) % machine.beat_bytes == 0 &&
                             field(load::memory_stride_x) % machine.beat_bytes == 0;
        sum.commands += 1;
        const double beats = aligned ? length / beat : (length + beat - 1) / beat;
        const double bursts = std::ceil(beats / machine.burst_beats);
        const double turn = draft.queue == Queue::load ? read_latency / machine.outstanding_reads
                                                       : write_turn / machine.outstanding_writes;
        const bool fill = draft.queue == Queue::load && field(load::fill) != 0;
        const double wait = fill ? read_latency : 0;  // for an idle loader
        sum.beats += rows * beats + wait;
        sum.cycles += rows * (fill ? beats : std::max(beats, bursts * turn)) + wait;
    }
    return sum;
}

Traffic row(double bytes, const spec::Machine& machine) {
    return {1, bytes / machine.beat_bytes, bytes / machine.beat_bytes};
}

// How often a step's activations are loaded: in chunks of groups and of the kernel, and then again for each plane.
double chunk_count(const Plan& plan, const PlanNeed& need) {
    const double chunks = std::ceil(double(need.groups) / plan.chunk_groups) *
                          std::ceil(double(plan.geometry.y.taps()) / plan.chunk_rows) *
                          std::ceil(double(plan.geometry.x.taps()) / plan.chunk_columns);
    return chunks > 1 ? chunks * plan.geometry.planes : 1;
}

// How many loads a step's weights come in: one for each chunk of activations, or more where parts are smaller.
double block_count(const Plan& plan, const PlanNeed& need) {
    const double chunks = chunk_count(plan, need);
    if (plan.weights != Residency::step || plan.columns > 1) return chunks;
    return std::max(chunks, std::ceil(double(need.passes) / double(plan.chunk_passes)));
}

// The part of a range in its middle, when that is cut into parts of `size`.
Span middle(int range, int size) {
    const int first = range / size / 2 * size;
    return {first, std::min(range, first + size)};
}

class Estimator {
public:
    Estimator(const Plan& plan, const PassTable& passes, const PlanNeed& need)
        : plan_(plan), g_(plan.geometry), machine_(*g_.machine), need_(need),
          tiles_(double(plan.tiles_y()) * plan.tiles_x()), steps_(plan.column_steps()),
          chunks_(chunk_count(plan, need)), blocks_(block_count(plan, need)), boxes_(double(passes.all_boxes())),
          read_latency_(need.memory.latency + read_cycles),
          beat_cycles_(std::max(1.0, double(g_.machine->beat_bytes) / need.memory.bytes_per_cycle)) {
        measure_tile();
    }

    double cycles() const {
        const double pixels = double(plan_.tile_h) * plan_.tile_w;
        const double pass = double(g_.pass_cycles(int64_t{plan_.tile_h} * plan_.tile_w));
        const double weight_sets =
            g_.shares_weights() ? std::max(steps_ * blocks_, double(g_.column_tiles)) : double(need_.all_passes);
        const double weight_bytes = weight_sets * g_.pass_words() * spec::weight_word_bytes(machine_) *
                                    (packs_trits(g_) ? 0.8 : 1.0);
        const double weight_loads = plan_.weights == Residency::step ? tiles_ : 1;
        const double input_loads = tiles_ * (plan_.activations == Residency::outer ? 1 : steps_ * chunks_);
        const double weight_parts = plan_.weights == Residency::layer ? 1 : steps_ * blocks_;
        Traffic weights = g_.operand         ? operand_words()
                          : weight_bytes > 0 ? row(weight_bytes / weight_parts, machine_)
                                             : Traffic{};
        if (spec::is_scaled(*g_.format)) {
            weights.add(row(double(need_.all_passes) * spec::palette_word_bytes(machine_) / weight_parts, machine_));
        }
        const double weight_rows = plan_.weights == Residency::layer ? 1 : weight_loads * steps_ * blocks_;
        Traffic loads, stores, execs;
        loads.add(input_, input_loads);
        loads.add(weights, weight_rows);
        loads.add(parameters(), plan_.parameters_resident ? 1 : tiles_ * steps_);
        loads.add(tables(), plan_.palette_resident ? 1 : tiles_ * steps_ * chunks_);
        loads.add(residual_, tiles_ * steps_);
        loads.add(output_table());
        stores.add(output_, tiles_ * steps_);
        execs.commands = tiles_ * std::max(boxes_, g_.column_tiles * blocks_);
        const double array_step = double(need_.passes) / blocks_ * pass;
        const double post_tile = pixels * parameter_words(g_) * machine_.post_cycles + post_start;
        const double drain = machine_.rows + double(machine_.columns) / machine_.column_span;
        const double array = tiles_ * double(need_.all_passes) * pass;
        const double tiles = tiles_ * g_.column_tiles;  // of outputs: the array and the post-processor take turns
        const double compute = machine_.accumulator_halves == 1
                                   ? array + tiles * (drain + post_tile + start_cycles)
                                   : std::max(array + post_tile, array / tiles + tiles * post_tile);
        const double command = fetch_cycles();
        const double commands = loads.commands + stores.commands + execs.commands;
        const double bus =
            beat_cycles_ * (loads.beats + stores.beats + commands * spec::command_bytes / machine_.beat_bytes);
        const double first_load = input_.cycles + weights.cycles + residual_.cycles + read_latency_ +
                                  command * (input_.commands + weights.commands + 2);
        const double last = drain + output_.cycles + write_latency + 2 * start_cycles;
        const double last_step = array_step + post_tile + last;
        const double alone = first_load + compute + last + exposed(input_loads, weight_rows * weights.beats);
        const double total = std::max({alone, bus - output_.beats + last_step, loads.cycles + last_step,
                                       first_load + array_step + stores.cycles + write_latency,
                                       commands * command + last});
        return total + tie_weight * (compute + bus + commands * command);
    }

private:
    // Commands and cycles of the bus for a usual tile: the one in the middle.
    void measure_tile() {
        const Held held{{0, plan_.chunk_groups}, middle(g_.y.taps(), plan_.chunk_rows),
                        middle(g_.x.taps(), plan_.chunk_columns)};
        const Tile tile = held_tile(plan_, tile_of(plan_, plan_.tiles_y() * plan_.tiles_x() / 2), held);
        const Span columns = plan_.column_span(plan_.column_steps() / 2);
        std::vector<Draft> drafts;
        if (tile.positions() > 0) load_activations(plan_, tile, held.groups, 0, 0, 0, {}, drafts);
        input_ = traffic_of(drafts, machine_, read_latency_);
        drafts.clear();
        copy_outputs(plan_, tile, columns, Space::output, 0, 0, {}, drafts);
        output_ = traffic_of(drafts, machine_, read_latency_);
        if (g_.layer->residual >= 0) residual_ = output_;
    }

    // Of one load of weights that are a tensor's.
    Traffic operand_words() const {
        const bool all = plan_.weights == Residency::layer;
        const Span columns = all ? Span{0, g_.column_tiles} : plan_.column_span(plan_.column_steps() / 2);
        std::vector<TileBoxes> tiles;
        for (int tile = columns.begin; tile < columns.end; ++tile) {
            tiles.push_back({tile, plan_.passes->boxes(tile, {0, g_.groups})});
        }
        std::vector<Draft> drafts;
        load_operand(plan_, tiles, g_.words, 0, 0, {}, drafts);
        Traffic sum;
        sum.add(traffic_of(drafts, machine_, read_latency_), all ? 1 : 1 / blocks_);
        return sum;
    }

    Traffic parameters() const {
        const double tiles = plan_.parameters_resident ? g_.column_tiles : plan_.columns;
        return row(tiles * parameter_words(g_) * spec::parameter_word_bytes(machine_), machine_);
    }

    Traffic tables() const {
        if (palette_words(g_) == 0) return {};
        const double tiles = plan_.palette_resident ? g_.column_tiles : plan_.columns;
        return row(tiles * spec::palette_word_bytes(machine_), machine_);
    }

    Traffic output_table() const {
        if (g_.layer->table.entries.empty()) return {};
        return row(double(spec::activation_table_words) * spec::activation_table_word_bytes(machine_), machine_);
    }

    // Cycles from one command to the next when the fetch is the slowest.
    double fetch_cycles() const {
        const double beats = double(spec::command_bytes) / machine_.beat_bytes;
        return std::max(beats, (read_latency_ + beats) / machine_.fetch_ahead);
    }

    // Cycles of loads that wait for the computation before them, because both do not fit their buffer.
    double exposed(double input_loads, double weight_beats) const {
        double cycles = 0;
        if (2 * tile_words(plan_, plan_.chunk_groups) > machine_.activation_words) {
            cycles += (input_loads - 1) * (input_.cycles + read_latency_);
        }
        const double step_words = double(need_.passes) / blocks_ * g_.pass_words();
        const double capacity = double(most_passes(g_)) * g_.pass_words();
        if (plan_.weights != Residency::layer && 2 * step_words > capacity) cycles += weight_beats;
        if (2.0 * plan_.tile_h * plan_.tile_w * plan_.columns * g_.accumulators() > machine_.output_words) {
            cycles += (tiles_ * steps_ - 1) * output_.cycles;
        }
        return cycles;
    }

    const Plan& plan_;
    const Geometry& g_;
    const spec::Machine& machine_;
    const PlanNeed& need_;
    const double tiles_, steps_, chunks_, blocks_, boxes_;
    const double read_latency_;  // from a burst's request to its first byte in a buffer
    const double beat_cycles_;   // of the bus
    Traffic input_, output_, residual_;  // of one step
};

}  // namespace

double estimate_cycles(const Plan& plan, const PassTable& passes, const PlanNeed& need) {
    return Estimator(plan, passes, need).cycles();
}

}  // namespace napier::driver
