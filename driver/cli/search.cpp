// Options of the subcommands that compile: how mappings are searched for.

#include <algorithm>
#include <memory>

#include "driver/cli/progress.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/profile/profile.hpp"

namespace napier::driver {
namespace {

constexpr size_t most_plans = 1000;      // of a layer
constexpr size_t most_searched = 20000;  // where time is the bound
constexpr size_t steps = 100;            // of the bar

Objective objective_of(const std::string& name) {
    return name == "latency" ? Objective::latency : name == "energy" ? Objective::energy : Objective::product;
}

double bytes_per_cycle(const spec::Machine& machine, const MemoryOptions& memory) {
    return std::min(memory.bytes_per_cycle, double(machine.beat_bytes));
}

}  // namespace

void add_search_options(CLI::App& command, SearchArguments& arguments) {
    command
        .add_option("--plans", arguments.plans,
                    "mappings of each layer to try on the simulator's clock; 1, if nothing is said: trust the "
                    "estimate")
        ->check(CLI::Range(1, static_cast<int>(most_plans)));
    command.add_option("--search", arguments.seconds, "try mappings on the simulator's clock for so many seconds")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, 1e6));
    command.add_option("--objective", arguments.objective, "of tried mappings: latency, energy, or product, of both")
        ->capture_default_str()
        ->check(CLI::IsMember({"latency", "energy", "product"}));
    command.add_option("--jobs", arguments.jobs, "threads that try mappings")->capture_default_str()
        ->check(CLI::Range(1, 1024));
}

void set_search(CompileOptions& choices, const SearchArguments& arguments, const spec::Machine& machine,
                const MemoryOptions& memory, const EnergyTable* table) {
    SearchOptions& search = choices.search;
    search.candidates = arguments.plans.value_or(arguments.seconds ? most_searched : 1);
    if (arguments.seconds) search.seconds = *arguments.seconds;
    search.objective = objective_of(arguments.objective);
    search.jobs = arguments.jobs;
    choices.tuning.memory = {double(memory.read_latency), bytes_per_cycle(machine, memory)};
    const auto energies = std::make_shared<EnergyTable>(table != nullptr ? *table : find_energy_table("45nm"));
    search.measure = [&machine, memory, energies, objective = search.objective](const Model& model,
                                                                                const Program& program) {
        const RunTimes times = run_times(machine, program, memory);
        Cost cost{times.counters[spec::counter_cycles], 0};
        if (objective == Objective::latency) return cost;
        for (const ProfiledLayer& layer :
             profiled_layers(model, program, machine, times, *energies, bytes_per_cycle(machine, memory))) {
            cost.energy += layer.energies.total();
        }
        return cost;
    };
    if (search.candidates == 1) return;
    const auto bar = std::make_shared<Progress>("percent of the search for mappings", steps);
    search.progress = [bar](double share) { bar->reach(static_cast<size_t>(share * steps)); };
}

}  // namespace napier::driver
