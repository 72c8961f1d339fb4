#include "driver/profile/profile.hpp"

#include <algorithm>

#include "sw/spec/command.hpp"

namespace napier::driver {
namespace {

constexpr double idle_share = 0.5;  // a layer waits if its busiest part works for less than this

// Products with a weight of 0: every weight is used for every output pixel.
int64_t zero_weight_products(const Layer& layer, const LayerMapping& mapping) {
    if (layer.weight.empty() || mapping.planes > 1) return 0;
    const int64_t zeros = std::count(layer.weight.begin(), layer.weight.end(), int8_t{0});
    return mapping.products / static_cast<int64_t>(layer.weight.size()) * zeros;
}

// A queue's commands start in order and end in order, so covered cycles can be counted on the way.
void add_spans(const Program& program, const RunTimes& times, std::vector<ProfiledLayer>& layers) {
    for (size_t i = 0; i < times.commands.size(); ++i) {
        const CommandTime& time = times.commands[i];
        QueueSpan& span = layers[static_cast<size_t>(program.notes[i].layer)]
                              .queues[static_cast<size_t>(queue_of(program.commands[i]))];
        if (span.end == 0) span.begin = time.start;
        span.busy_cycles += time.end - std::min(time.end, std::max(time.start, span.end));
        span.end = std::max(span.end, time.end);
    }
}

// Which part alone would take longest, or that all of them mostly wait.
std::string bound_of(const ProfiledLayer& layer) {
    const double most = std::max({layer.array_cycles, layer.dram_cycles, layer.post_cycles});
    if (most < idle_share * double(layer.times.cycles)) return "waiting";
    return most == layer.array_cycles ? "array" : most == layer.dram_cycles ? "DRAM" : "post-processor";
}

}  // namespace

int queue_of(const spec::CommandWords& words) {
    switch (static_cast<spec::Opcode>(spec::get(words, spec::common::opcode))) {
        case spec::Opcode::load: return 0;
        case spec::Opcode::store: return 2;
        default: return 1;
    }
}

const char* queue_name(int queue) {
    constexpr const char* names[queue_count] = {"load", "exec", "store"};
    return names[queue];
}

double MachineProfile::beat_cycles() const { return machine->beat_bytes / memory_bytes_per_cycle; }

double MachineProfile::utilization() const {
    std::vector<LayerTimes> times;
    for (const ProfiledLayer& layer : layers) times.push_back(layer.times);
    return driver::utilization(times);
}

Energies MachineProfile::energies() const {
    Energies sum;
    for (const ProfiledLayer& layer : layers) sum.add(layer.energies);
    return sum;
}

std::vector<ProfiledLayer> profiled_layers(const Model& model, const Program& program, const spec::Machine& machine,
                                           const RunTimes& times, const EnergyTable& table,
                                           double memory_bytes_per_cycle) {
    const std::vector<LayerTimes> measured = layer_times(program, machine, times);
    const std::vector<LayerCycles> cycles = layer_cycles(program, times);
    const std::vector<Activity> counted = activities(program, machine);
    std::vector<ProfiledLayer> layers(program.layers.size());
    add_spans(program, times, layers);
    for (size_t i = 0; i < layers.size(); ++i) {
        const LayerMapping& mapping = program.layers[i];
        ProfiledLayer& layer = layers[i];
        layer.name = mapping.name;
        layer.operation = mapping.operation;
        layer.format = mapping.format;
        layer.mapping = mapping.description;
        layer.planes = mapping.planes;
        layer.products = mapping.products;
        layer.zero_weight_products = zero_weight_products(model.layers[i], mapping);
        layer.times = measured[i];
        layer.cycles = cycles[i];
        layer.activity = counted[i];
        layer.array_cycles = double(layer.activity.vectors);
        layer.dram_cycles = double((layer.activity.read_beats + layer.activity.write_beats) *
                                   static_cast<uint64_t>(machine.beat_bytes)) / memory_bytes_per_cycle;
        layer.post_cycles = double(layer.activity.post_groups) * machine.post_cycles;
        layer.on_host = mapping.on_host();
        layer.bound = layer.on_host ? host_format : bound_of(layer);
        if (!layer.on_host) layer.energies = energies_of(layer, machine, table);
    }
    return layers;
}

}  // namespace napier::driver
