// napier machines: the named machines and their knobs.

#include <fmt/format.h>

#include "driver/cli/command_line.hpp"
#include "driver/report/table.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

using Knob = int spec::Machine::*;

std::string peaks(const spec::Machine& machine) {
    std::string text;
    for (const spec::Format& format : spec::formats) {
        if (!spec::has_format(machine, format)) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format.name, spec::products(machine, format));
    }
    return text;
}

void print_machines() {
    static constexpr std::pair<const char*, Knob> knobs[] = {
        {"rows", &spec::Machine::rows},
        {"columns", &spec::Machine::columns},
        {"column span", &spec::Machine::column_span},
        {"activation bits", &spec::Machine::activation_bits},
        {"weight bits", &spec::Machine::weight_bits},
        {"accumulator bits", &spec::Machine::accumulator_bits},
        {"accumulator depth", &spec::Machine::accumulator_depth},
        {"accumulator halves", &spec::Machine::accumulator_halves},
        {"post lanes", &spec::Machine::post_lanes},
        {"post cycles", &spec::Machine::post_cycles},
        {"beat bytes", &spec::Machine::beat_bytes},
        {"burst beats", &spec::Machine::burst_beats},
        {"outstanding reads", &spec::Machine::outstanding_reads},
        {"outstanding writes", &spec::Machine::outstanding_writes},
        {"queue commands", &spec::Machine::queue_commands},
        {"fetch ahead", &spec::Machine::fetch_ahead},
        {"activation words", &spec::Machine::activation_words},
        {"weight words", &spec::Machine::weight_words},
        {"parameter words", &spec::Machine::parameter_words},
        {"residual words", &spec::Machine::residual_words},
        {"output words", &spec::Machine::output_words},
    };
    Table table;
    table.column("knob");
    for (const spec::Machine& machine : spec::machines) table.column(machine.name, Align::right);
    const auto row = [&](const char* title, auto cell) {
        std::vector<std::string> cells{title};
        for (const spec::Machine& machine : spec::machines) cells.push_back(cell(machine));
        table.row(cells);
    };
    for (const auto& [title, knob] : knobs) {
        row(title, [knob = knob](const spec::Machine& machine) { return fmt::to_string(machine.*knob); });
    }
    for (const spec::Format& format : spec::formats) {
        row(fmt::format("{} products a cycle", format.name).c_str(), [&](const spec::Machine& machine) {
            return spec::has_format(machine, format) ? fmt::to_string(spec::products(machine, format)) : "-";
        });
    }
    fmt::print("{}\n", table.text());
    for (const spec::Machine& machine : spec::machines) {
        fmt::print("{}: {} Peak products a cycle: {}.\n", machine.name, machine.text, peaks(machine));
    }
}

}  // namespace

void add_machines(CLI::App& app, int& result) {
    CLI::App* command = app.add_subcommand("machines", "Lists the named machines: knobs and products a cycle.");
    command->footer("Example: napier machines");
    command->callback([&result] {
        print_machines();
        result = exit_good;
    });
}

}  // namespace napier::driver
