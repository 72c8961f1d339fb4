#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "driver/profile/report.hpp"
#include "driver/report/host_report.hpp"
#include "driver/report/table.hpp"
#include "driver/squeezenext/study.hpp"

namespace napier::driver {
namespace {

// Four digits, with the prefix of a picojoule's multiple where the unit is one.
std::string energy_text(double energy, const EnergyTable& table) {
    if (table.unit != "pJ") return fmt::format("{:.4g} {}", energy, table.unit);
    constexpr const char* prefixes[] = {"pJ", "nJ", "uJ", "mJ", "J"};
    size_t prefix = 0;
    while (energy >= 1000.0 && prefix + 1 < std::size(prefixes)) {
        energy /= 1000.0;
        ++prefix;
    }
    return fmt::format("{:.4g} {}", energy, prefixes[prefix]);
}

// "dram 71 %": the part that takes most.
std::string greatest_part(const Energies& energies) {
    const auto most = std::max_element(energies.of.begin(), energies.of.end());
    if (energies.total() == 0.0) return "";
    const auto component = static_cast<Component>(most - energies.of.begin());
    return fmt::format("{} {:.0f} %", component_name(component), 100.0 * *most / energies.total());
}

std::string layers_text(const MachineProfile& machine, const EnergyTable& table) {
    Table text;
    for (const char* title : {"layer", "operation", "format"}) text.column(title);
    for (const char* title : {"cycles", "utilization", "zero weights", "DRAM bytes", "energy"}) {
        text.column(title, Align::right);
    }
    for (const char* title : {"bound by", "most energy"}) text.column(title);
    for (const ProfiledLayer& layer : machine.layers) {
        if (layer.on_host) {
            text.row({layer.name, layer.operation, layer.format, "", "", "", "", "", layer.bound, ""});
            continue;
        }
        const double zeros = layer.products > 0 ? 100.0 * double(layer.zero_weight_products) / double(layer.products)
                                                : 0.0;
        text.row({layer.name, layer.operation,
                  layer.planes > 1 ? fmt::format("{} x{}", layer.format, layer.planes) : layer.format,
                  with_commas(layer.times.cycles), fmt::format("{:.1f} %", 100.0 * layer.times.utilization),
                  fmt::format("{:.1f} %", zeros), with_commas(layer.times.read_bytes + layer.times.write_bytes),
                  energy_text(layer.energies.total(), table), layer.bound, greatest_part(layer.energies)});
    }
    return text.text();
}

std::string components_text(const Profile& profile) {
    Table text;
    text.column("");
    for (const MachineProfile& machine : profile.machines) text.column(machine.machine->name, Align::right);
    const auto row = [&](const std::string& title, auto cell) {
        std::vector<std::string> cells{title};
        for (const MachineProfile& machine : profile.machines) cells.push_back(cell(machine));
        text.row(cells);
    };
    row("cycles", [](const MachineProfile& machine) { return with_commas(machine.cycles()); });
    row("utilization", [](const MachineProfile& machine) {
        return fmt::format("{:.1f} %", 100.0 * machine.utilization());
    });
    row("energy", [&](const MachineProfile& machine) {
        return energy_text(machine.energies().total(), profile.table);
    });
    for (int i = 0; i < component_count; ++i) {
        const auto component = static_cast<Component>(i);
        row(fmt::format("  {}", component_name(component)), [&](const MachineProfile& machine) {
            return energy_text(machine.energies()[component], profile.table);
        });
    }
    return text.text();
}

std::string alternatives_text(const MachineProfile& machine, const EnergyTable& table) {
    if (machine.alternatives.empty()) return "";
    Table text;
    text.column("all weights in");
    for (const char* title : {"cycles", "energy"}) text.column(title, Align::right);
    const auto row = [&](const std::string& name, uint64_t cycles, const std::vector<ProfiledLayer>& layers) {
        double energy = 0.0;
        for (const ProfiledLayer& layer : layers) energy += layer.energies.total();
        text.row({name, with_commas(cycles), energy_text(energy, table)});
    };
    row("as they are", machine.cycles(), machine.layers);
    for (const Alternative& alternative : machine.alternatives) {
        row(alternative.format, alternative.cycles, alternative.layers);
    }
    return fmt::format("what if, on {}:\n\n{}\n", machine.machine->name, text.text());
}

std::string estimate_text(const std::string& model, const EstimatedProfile& profile) {
    const std::string layers = squeezenext::layers_text(model, profile.model.layers, *profile.array);
    const squeezenext::NetworkEstimate sum = squeezenext::estimate(profile.model.layers, *profile.array);
    return fmt::format("{}\n{}: {} cycles, {:.4g} MAC, estimated\nnot counted by this machine: {}\n\n", layers,
                       profile.array->name, with_commas(uint64_t(std::llround(sum.cycles))), sum.energy.total(),
                       profile.model.uncounted.empty() ? "nothing" : fmt::format("{}",
                                                                fmt::join(profile.model.uncounted, ", ")));
}

}  // namespace

std::string energy_suffix(const EnergyTable& table) {
    std::string suffix;
    for (const char c : table.unit) suffix += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return suffix;
}

std::string profile_text(const Profile& profile) {
    std::string text;
    for (const MachineProfile& machine : profile.machines) {
        text += fmt::format("{} on {}, energies of table {}, memory: latency {} cycles, {:g} bytes a cycle\n\n{}\n",
                            profile.model, machine.machine->name, profile.table.name, machine.memory_latency_cycles,
                            machine.memory_bytes_per_cycle, layers_text(machine, profile.table));
        text += alternatives_text(machine, profile.table);
    }
    for (const EstimatedProfile& estimate : profile.estimates) text += estimate_text(profile.model, estimate);
    if (!profile.machines.empty()) {
        text += components_text(profile);
        const MachineProfile& first = profile.machines.front();
        text += host_text(first.program, first.times.host_milliseconds);
    }
    for (const std::string& note : profile.notes) text += "note: " + note + "\n";
    return text;
}

}  // namespace napier::driver
