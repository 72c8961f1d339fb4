#include "driver/compile/real/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "driver/compile/real/formats.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr int64_t turn_cycles = 11;   // of a pass with few pixels, about
constexpr double load_latency = 30;   // of memory, about
constexpr double burst_cycles = 1.5;  // of a row of a LOAD beside its beats, about

std::vector<RealColumns> columns_of(const RealLayer& layer, int outputs, int columns) {
    const int per_group = outputs / layer.groups;
    std::vector<RealColumns> result;
    for (int group = 0; group < layer.groups; ++group) {
        for (int first = 0; first < per_group; first += columns) {
            result.push_back({group, group * per_group + first, std::min(columns, per_group - first)});
        }
    }
    return result;
}

double load_cycles(const RealPlan& plan, int64_t positions, int64_t slots) {
    const spec::Machine& machine = *plan.machine;
    const bool blocks = spec::has_blocks(machine);
    const int64_t rows = blocks ? positions * slots : positions;
    const double bytes = double(spec::slot_bytes(machine)) * double(blocks ? 1 : slots);
    return load_latency + double(rows) * (burst_cycles + std::ceil(bytes / machine.beat_bytes));
}

// Cycles of all tiles, roughly.
double estimate(const RealPlan& plan, int64_t positions) {
    const spec::Machine& machine = *plan.machine;
    const double passes = double(plan.passes()), columns = double(plan.columns.size());
    const double words = passes * spec::pass_words(machine);
    const int64_t pixels = int64_t{plan.tile_h} * plan.tile_w;
    double tile = columns * passes * double(std::max<int64_t>(pixels, turn_cycles));
    if (!plan.weights_resident) tile += columns * words * spec::weight_word_bytes(machine) / machine.beat_bytes;
    if (plan.whole_input) {
        tile += load_cycles(plan, positions, plan.in_slots);
    } else {
        const double chunks = std::ceil(double(plan.group_slots) / plan.chunk_slots);
        tile += columns * plan.y.kernel * plan.x.kernel * chunks * load_cycles(plan, positions, plan.chunk_slots);
    }
    return tile * plan.tiles();
}

// Completes a plan whose tile is chosen; nothing: it does not fit.
std::optional<RealPlan> complete(RealPlan plan) {
    const spec::Machine& machine = *plan.machine;
    const int64_t pixels = int64_t{plan.tile_h} * plan.tile_w;
    if (pixels > machine.accumulator_depth || pixels > machine.output_words) return {};
    const int64_t slots = int64_t{machine.activation_words} * spec::slots_in_word(machine);
    int64_t positions = int64_t{plan.y.most_positions(plan.tile_h)} * plan.x.most_positions(plan.tile_w);
    plan.whole_input = positions * plan.in_slots <= slots;
    if (!plan.whole_input) {
        positions = int64_t{part_of(plan.y, 0, 1).most_positions(plan.tile_h)} *
                    part_of(plan.x, 0, 1).most_positions(plan.tile_w);
        if (positions > slots) return {};
        plan.chunk_slots = static_cast<int>(std::min<int64_t>(plan.group_slots, slots / positions));
    }
    const auto columns = static_cast<int64_t>(plan.columns.size());
    plan.weights_resident = plan.whole_input && columns * plan.passes() <= plan.capacity();
    plan.parameters_resident = columns * plan.parameter_words() <= machine.parameter_words;
    plan.cost = estimate(plan, positions);
    return plan;
}

}  // namespace

Axis part_of(const Axis& axis, int first, int count) {
    Axis part = axis;
    part.kernel = count;
    part.pad -= first * axis.dilation;
    return part;
}

int64_t RealPlan::capacity() const { return machine->weight_words / spec::pass_words(*machine); }

std::vector<std::vector<PassBox>> RealPlan::boxes() const {
    if (whole_input) return split_boxes({{0, 0, 0, y.kernel, x.kernel, group_slots}}, capacity());
    std::vector<std::vector<PassBox>> result;
    const int most = static_cast<int>(std::min<int64_t>(chunk_slots, capacity()));
    for (int ky = 0; ky < y.kernel; ++ky) {
        for (int kx = 0; kx < x.kernel; ++kx) {
            for (int first = 0; first < group_slots; first += most) {
                result.push_back({{ky, kx, first, 1, 1, std::min(most, group_slots - first)}});
            }
        }
    }
    return result;
}

RealPlan make_real_plan(const RealModel& model, const RealLayer& layer, const spec::Machine& machine) {
    const RealTensor& input = model.tensors[size_t(layer.input)];
    const RealTensor& output = model.tensors[size_t(layer.output)];
    const Window& w = layer.window;
    RealPlan plan;
    plan.layer = &layer;
    plan.machine = &machine;
    plan.input = &input;
    choose_fields(model, plan);
    plan.y = {input.height, output.height, w.kernel_h, w.stride_y, w.dilation_y, w.pad_top, false};
    plan.x = {input.width, output.width, w.kernel_w, w.stride_x, w.dilation_x, w.pad_left, false};
    plan.in_slots = slots_of(input.channels, machine);
    plan.group_slots = slots_of(input.channels / layer.groups, machine);
    plan.columns = columns_of(layer, output.channels, machine.columns);
    std::optional<RealPlan> best;
    for (plan.tile_h = 1; plan.tile_h <= output.height; ++plan.tile_h) {
        for (plan.tile_w = 1; plan.tile_w <= output.width; ++plan.tile_w) {
            const std::optional<RealPlan> candidate = complete(plan);
            if (!candidate) break;
            if (!best || candidate->cost < best->cost) best = candidate;
        }
    }
    if (!best) {
        throw Error(ErrorKind::capacity, fmt::format("Layer '{}' needs a word of every buffer of machine '{}' for a "
                                                     "single output; choose a machine with larger buffers.",
                                                     layer.name, machine.name));
    }
    return *best;
}

std::string describe(const RealPlan& plan) {
    std::string text = fmt::format("{}x{} pixels a tile, {} column tile{}", plan.tile_h, plan.tile_w,
                                   plan.columns.size(), plan.columns.size() == 1 ? "" : "s");
    if (!plan.whole_input) text += fmt::format(", input tap by tap, {} slots at a time", plan.chunk_slots);
    if (plan.weights_resident) text += ", weights loaded once";
    return text;
}

}  // namespace napier::driver
