// napier squeezenext: the study of SqueezeNext's machine.

#include <fmt/format.h>

#include "driver/cli/command_line.hpp"
#include "driver/squeezenext/study.hpp"
#include "sw/base/error.hpp"
#include "sw/zoo/zoo.hpp"

namespace napier::driver {
namespace {

struct StudyOptions {
    std::string network;
    int64_t side = 16;
};

int run(const StudyOptions& options) {
    if (options.network.empty()) {
        fmt::print("{}", squeezenext::study_text(squeezenext::study()));
        return exit_good;
    }
    const zoo::Entry& entry = zoo::find_entry(options.network);
    for (const squeezenext::Array& array : squeezenext::arrays()) {
        if (array.side != options.side) continue;
        const zoo::Network network = zoo::build(entry, {}, 0);
        fmt::print("{}", squeezenext::layers_text(entry.description, network.layers, array));
    }
    return exit_good;
}

}  // namespace

void add_squeezenext(CLI::App& app, int& result) {
    auto options = std::make_shared<StudyOptions>();
    CLI::App* command = app.add_subcommand(
        "squeezenext", "Estimates the machine of SqueezeNext's paper: its table beside ours, or a network's layers.");
    command->add_option("network", options->network, "network of the zoo whose layers to list")->type_name("NAME");
    command->add_option("--array", options->side, "side of the array: 8 or 16")->capture_default_str()
        ->check(CLI::IsMember({8, 16}));
    command->footer("Example: napier squeezenext sqnxt23-v5 --array 16");
    command->callback([options, &result] { result = run(*options); });
}

}  // namespace napier::driver
