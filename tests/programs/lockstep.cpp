// lockstep: random programs on the simulator and the verilated RTL until something differs. See --help.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "driver/verify/campaign.hpp"
#include "sw/base/error.hpp"

int main(int argc, char** argv) {
    napier::driver::CampaignOptions options;
    CLI::App app{
        "Runs random programs on the simulator and the verilated RTL and compares every cycle, counter and byte."};
    app.add_option("--machine", options.machine, "machine of the description")->capture_default_str();
    app.add_option("--seed", options.seed, "seed of the first program; the next one has the next seed")
        ->capture_default_str();
    app.add_option("--programs", options.programs, "most programs")->capture_default_str();
    app.add_option("--cycles", options.cycles, "end after this many cycles of the RTL; 0: no such end");
    app.add_flag("!--no-resets", options.resets, "no soft resets in the middle of runs");
    app.add_flag("!--no-errors", options.errors, "no programs or buses with faults");
    app.add_option("--power-up-seed", options.power_up_seed,
                   "0: the RTL wakes up with zeros; else with random values of this seed");
    app.add_option("--waves", options.waves, "VCD file of the RTL");
    CLI11_PARSE(app, argc, argv);
    try {
        const auto log = [](const std::string& line) { fmt::print("{}\n", line), std::fflush(stdout); };
        return napier::driver::run_campaign(options, log).difference ? 1 : 0;
    } catch (const napier::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
