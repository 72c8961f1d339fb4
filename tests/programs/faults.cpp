// faults: one fault after the other into driver, bus, registers, interrupt and host, and what came of them. See --help.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>

#include "driver/verify/fault_campaign.hpp"
#include "sw/base/error.hpp"
#include "tests/faults/failing_new.hpp"
#include "tests/faults/known_jobs.hpp"
#include "tests/support/folder.hpp"

int main(int argc, char** argv) {
    using namespace napier;
    driver::FaultOptions options;
    bool resets = false;
    CLI::App app{
        "Injects faults, one in each run, and prints a table of kinds and outcomes. Exit status 1: a fault made the "
        "driver report wrong bytes as right, hang, write outside its window, say what the fault does not allow, or not "
        "recover."};
    app.add_option("--device", options.device, "sim or rtl")->capture_default_str();
    app.add_option("--machine", options.machine, "machine of the description")->capture_default_str();
    app.add_option("--seed", options.seed, "seed of the first fault; the next one has the next seed")
        ->capture_default_str();
    app.add_option("--faults", options.faults, "how many")->capture_default_str();
    app.add_flag("--resets", resets, "instead a hard reset in every cycle of a small job");
    CLI11_PARSE(app, argc, argv);
    try {
        const test::TemporaryFolder folder;
        options.folder = folder.path();
        options.allocations = test::fail_allocation;
        options.jobs = test::known_jobs(options.machine);
        const auto log = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
        fmt::print("faults --device {} --machine {} --seed {} --faults {}{}\n\n", options.device, options.machine,
                   options.seed, options.faults, resets ? " --resets" : "");
        const driver::FaultTable table =
            resets ? driver::reset_in_every_cycle(options) : driver::run_faults(options, log);
        fmt::print("{}", driver::to_text(table));
        return table.good() ? 0 : 1;
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
