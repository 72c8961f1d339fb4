// napier machines: the named machines and their knobs.

#include <fmt/format.h>

#include <algorithm>

#include "driver/cli/command_line.hpp"
#include "driver/report/table.hpp"
#include "sw/spec/knobs.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

// The name as words: "post_lanes" is "post lanes".
std::string words(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string peaks(const spec::Machine& machine) {
    std::string text;
    for (const spec::Format& format : spec::formats) {
        if (!spec::has_format(machine, format)) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format.name, spec::products(machine, format));
    }
    if (const spec::RealFormat* format = spec::real_format(machine)) {
        text = fmt::format("{} {}", format->name, machine.columns * format->channels);
    }
    return text;
}

void print_machines() {
    Table table;
    table.column("knob");
    for (const spec::Machine& machine : spec::machines) table.column(machine.name, Align::right);
    const auto row = [&](const std::string& title, auto cell) {
        std::vector<std::string> cells{title};
        for (const spec::Machine& machine : spec::machines) cells.push_back(cell(machine));
        table.row(cells);
    };
    for (const spec::Knob& knob : spec::knobs) {
        row(words(knob.name), [&](const spec::Machine& machine) { return fmt::to_string(machine.*knob.value); });
    }
    for (const spec::Format& format : spec::formats) {
        row(fmt::format("{} products a cycle", format.name), [&](const spec::Machine& machine) {
            return spec::has_format(machine, format) ? fmt::to_string(spec::products(machine, format)) : "-";
        });
    }
    for (const spec::RealFormat& format : spec::real_formats) {
        row(fmt::format("{} products a cycle", format.name), [&](const spec::Machine& machine) {
            const bool has = spec::real_format(machine) == &format;
            return has ? fmt::to_string(machine.columns * format.channels) : std::string("-");
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
