#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "driver/profile/report.hpp"
#include "driver/report/host_report.hpp"

namespace napier::driver {
namespace {

using nlohmann::ordered_json;

double percent(double share) { return 100.0 * share; }

ordered_json energies_json(const Energies& energies) {
    ordered_json json;
    for (int i = 0; i < component_count; ++i) {
        json[component_name(static_cast<Component>(i))] = energies.of[static_cast<size_t>(i)];
    }
    return json;
}

ordered_json bytes_json(const Activity& activity) {
    ordered_json json;
    const auto add = [&](const char* name, const Activity::Bytes& bytes) {
        json[name] = {{"read_bytes", bytes.read}, {"written_bytes", bytes.written}};
    };
    add("activation_buffer", activity.activation);
    add("weight_buffer", activity.weight);
    add("parameter_buffer", activity.parameter);
    add("residual_buffer", activity.residual);
    add("output_buffer", activity.output);
    add("activation_tables", activity.table);
    add("accumulators", activity.accumulator);
    return json;
}

// beat: cycles of a beat on the bus.
ordered_json explanation_json(const ProfiledLayer& layer, double beat) {
    const Activity& activity = layer.activity;
    const LayerCycles& cycles = layer.cycles;
    ordered_json json = {{"limit", limit_of(layer)}, {"passes_alone_cycles", activity.pass_cycles}};
    json["dram_alone"] = {{"weights_cycles", double(activity.weight_beats) * beat},
                          {"inputs_cycles", double(activity.input_beats) * beat},
                          {"residuals_cycles", double(activity.residual_beats) * beat},
                          {"outputs_cycles", double(activity.output_beats) * beat},
                          {"commands_cycles", double(activity.command_beats) * beat}};
    json["computing_cycles"] = cycles.computing;
    for (int i = 0; i < wait_count; ++i) {
        json["waiting_for"][fmt::format("{}_cycles", wait_name(static_cast<Wait>(i)))] = cycles.waits[size_t(i)];
    }
    json["finish_cycles"] = cycles.finish;
    json["fill_cycles"] = cycles.fill;
    json["loading_cycles"] = cycles.loading;
    json["storing_cycles"] = cycles.storing;
    return json;
}

ordered_json layer_json(const ProfiledLayer& layer, const std::string& unit, double beat) {
    ordered_json json = {{"name", layer.name}, {"operation", layer.operation}, {"format", layer.format},
                         {"planes_count", layer.planes}, {"mapping", layer.mapping}, {"bound_by", layer.bound},
                         {"duration_cycles", layer.times.cycles},
                         {"utilization_percent", percent(layer.times.utilization)},
                         {"products_count", layer.products},
                         {"zero_weight_products_count", layer.zero_weight_products},
                         {"array_alone_cycles", layer.array_cycles}, {"dram_alone_cycles", layer.dram_cycles},
                         {"post_processor_alone_cycles", layer.post_cycles},
                         {"commands_count", layer.activity.commands}, {"passes_count", layer.activity.passes},
                         {"array_vectors_count", layer.activity.vectors},
                         {"dram_read_bytes", layer.times.read_bytes}, {"dram_write_bytes", layer.times.write_bytes},
                         {"read_beats_count", layer.activity.read_beats},
                         {"write_beats_count", layer.activity.write_beats}};
    json["explanation"] = explanation_json(layer, beat);
    json["memories"] = bytes_json(layer.activity);
    json["energy_" + unit] = layer.energies.total();
    json["component_energies_" + unit] = energies_json(layer.energies);
    for (int queue = 0; queue < queue_count; ++queue) {
        const QueueSpan& span = layer.queues[static_cast<size_t>(queue)];
        json[queue_name(queue)] = {{"begin_cycle", span.begin}, {"end_cycle", span.end},
                                   {"busy_cycles", span.busy_cycles}};
    }
    return json;
}

ordered_json counters_json(const Counters& values) {
    ordered_json json;
    for (int i = 0; i < spec::counter_count; ++i) {
        std::string key = spec::counters[i].name;
        if (key.ends_with("_busy")) key += "_cycles";
        else if (key == "commands" || key == "passes") key += "_count";  // the others name their unit
        json[key] = values[static_cast<size_t>(i)];
    }
    return json;
}

ordered_json alternative_json(const Alternative& alternative, const std::string& unit) {
    ordered_json layers = ordered_json::array();
    double energy = 0.0;
    for (const ProfiledLayer& layer : alternative.layers) {
        layers.push_back({{"name", layer.name}, {"format", layer.format}, {"duration_cycles", layer.times.cycles},
                          {"energy_" + unit, layer.energies.total()}});
        energy += layer.energies.total();
    }
    return {{"format", alternative.format}, {"duration_cycles", alternative.cycles}, {"energy_" + unit, energy},
            {"layers", layers}};
}

ordered_json machine_json(const MachineProfile& machine, const std::string& unit) {
    ordered_json json = {{"name", machine.machine->name}, {"text", machine.machine->text},
                         {"memory_latency_cycles", machine.memory_latency_cycles},
                         {"memory_bandwidth_bytes_per_cycle", machine.memory_bytes_per_cycle},
                         {"duration_cycles", machine.cycles()},
                         {"utilization_percent", percent(machine.utilization())}};
    for (const spec::Format& format : spec::formats) {
        if (!spec::has_format(*machine.machine, format)) continue;
        json["peak_products_per_cycle"][format.name] = spec::products(*machine.machine, format);
    }
    json["counters"] = counters_json(machine.times.counters);
    json["energy_" + unit] = machine.energies().total();
    json["component_energies_" + unit] = energies_json(machine.energies());
    json["host_work"] = host_steps_json(machine.program, machine.times.host_milliseconds);
    json["layers"] = ordered_json::array();
    for (const ProfiledLayer& layer : machine.layers) {
        json["layers"].push_back(layer_json(layer, unit, machine.beat_cycles()));
    }
    json["alternatives"] = ordered_json::array();
    for (const Alternative& alternative : machine.alternatives) {
        json["alternatives"].push_back(alternative_json(alternative, unit));
    }
    return json;
}

ordered_json estimate_json(const EstimatedProfile& profile) {
    ordered_json layers = ordered_json::array();
    squeezenext::Energy sum;
    double cycles = 0.0;
    const auto parts = [](const squeezenext::Energy& energy) {
        return ordered_json{{"multiply", energy.multiply}, {"registers", energy.registers},
                            {"neighbour", energy.neighbour}, {"buffer", energy.buffer}, {"dram", energy.dram}};
    };
    for (size_t i = 0; i < profile.estimates.size(); ++i) {
        const zoo::Layer& layer = profile.model.layers[i];
        const squeezenext::Estimate& one = profile.estimates[i];
        layers.push_back({{"name", layer.name}, {"operation", layer.operation}, {"dataflow", one.dataflow()},
                          {"bound_by", one.bound()}, {"duration_cycles", one.cycles},
                          {"weight_stationary_cycles", one.weight_stationary_cycles},
                          {"output_stationary_cycles", one.output_stationary_cycles},
                          {"memory_cycles", one.memory_cycles}, {"products_count", layer.products},
                          {"dram_bytes", one.dram_bytes}, {"energy_mac", one.energy.total()},
                          {"component_energies_mac", parts(one.energy)}});
        sum.add(one.energy);
        cycles += one.cycles;
    }
    return {{"name", profile.array->name}, {"duration_cycles", cycles}, {"energy_mac", sum.total()},
            {"component_energies_mac", parts(sum)}, {"uncounted", profile.model.uncounted}, {"layers", layers}};
}

}  // namespace

std::string profile_json(const Profile& profile) {
    const std::string unit = energy_suffix(profile.table);
    ordered_json json = {{"model", profile.model}};
    ordered_json table = {{"name", profile.table.name}, {"unit", profile.table.unit}, {"text", profile.table.text}};
    for (const EnergyEntry& entry : profile.table.entries) {
        table["entries"].push_back({{"name", entry.name}, {"energy_" + unit, entry.energy}, {"node", entry.node},
                                    {"source", entry.source}});
    }
    json["energy_table"] = table;
    json["notes"] = profile.notes;
    json["machines"] = ordered_json::array();
    for (const MachineProfile& machine : profile.machines) json["machines"].push_back(machine_json(machine, unit));
    json["estimated_machines"] = ordered_json::array();
    for (const EstimatedProfile& estimate : profile.estimates) {
        json["estimated_machines"].push_back(estimate_json(estimate));
    }
    return json.dump(1) + "\n";
}

}  // namespace napier::driver
