// The table of napier profile --explain.

#include <fmt/format.h>

#include <cmath>

#include "driver/profile/report.hpp"
#include "driver/report/table.hpp"

namespace napier::driver {
namespace {

std::string whole(double cycles) { return with_commas(static_cast<uint64_t>(std::llround(cycles))); }

std::string explain_machine(const MachineProfile& machine) {
    Table text;
    for (const char* title : {"layer", "bound by"}) text.column(title);
    for (const char* title : {"cycles", "array", "passes", "post", "weights", "inputs", "residuals", "outputs",
                              "commands", "computing"}) {
        text.column(title, Align::right);
    }
    for (int i = 0; i < wait_count; ++i) {
        text.column(fmt::format("for {}", wait_name(static_cast<Wait>(i))), Align::right);
    }
    for (const char* title : {"finish", "loading"}) text.column(title, Align::right);
    text.column("mapping");
    const double beat = machine.beat_cycles();
    for (const ProfiledLayer& layer : machine.layers) {
        const Activity& activity = layer.activity;
        std::vector<std::string> cells{layer.name, limit_of(layer), with_commas(layer.times.cycles),
                                       whole(layer.array_cycles),
                                       with_commas(activity.pass_cycles), whole(layer.post_cycles)};
        for (const uint64_t beats : {activity.weight_beats, activity.input_beats, activity.residual_beats,
                                     activity.output_beats, activity.command_beats}) {
            cells.push_back(whole(double(beats) * beat));
        }
        cells.push_back(with_commas(layer.cycles.computing));
        for (const uint64_t cycles : layer.cycles.waits) cells.push_back(with_commas(cycles));
        cells.push_back(with_commas(layer.cycles.finish));
        cells.push_back(with_commas(layer.cycles.loading));
        cells.push_back(layer.mapping);
        text.row(cells);
    }
    return text.text();
}

}  // namespace

std::string explain_text(const Profile& profile) {
    std::string text;
    for (const MachineProfile& machine : profile.machines) {
        text += fmt::format("{} on {}: cycles of each layer, of each part alone (array, post-processor, what memory "
                            "carries), and what the layer's go to (computing, waiting for, finish)\n\n{}\n",
                            profile.model, machine.machine->name, explain_machine(machine));
    }
    return text;
}

}  // namespace napier::driver
