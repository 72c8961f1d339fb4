// napier profile: time and energy of a model, layer by layer, on one machine or several.

#include <fmt/format.h>

#include <filesystem>

#include "driver/cli/command_line.hpp"
#include "driver/cli/progress.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/profile/alternatives.hpp"
#include "driver/profile/report.hpp"
#include "sw/base/error.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct ProfileOptions {
    std::string model, energy = "45nm", output = "profile";
    std::vector<std::string> machines{"edge"};
    MemoryOptions memory;
    SearchArguments search;
    bool what_if = false, explain = false;
};

MachineProfile profile_of(const Model& model, const std::string& name, const ProfileOptions& options,
                          const EnergyTable& table) {
    MachineProfile profile;
    profile.machine = &spec::find_machine(name);
    CompileOptions choices;
    set_search(choices, options.search, *profile.machine, options.memory, &table);
    profile.program = compile(model, *profile.machine, choices);
    profile.memory_latency_cycles = options.memory.read_latency;
    profile.memory_bytes_per_cycle = std::min(options.memory.bytes_per_cycle, double(profile.machine->beat_bytes));
    profile.times = run_times(*profile.machine, profile.program, options.memory);
    profile.layers = profiled_layers(for_machine(model, *profile.machine), profile.program, *profile.machine,
                                     profile.times, table, profile.memory_bytes_per_cycle);
    return profile;
}

void add_alternatives(MachineProfile& profile, const Model& model, const ProfileOptions& options,
                      const EnergyTable& table) {
    const std::vector<std::string> formats = alternative_formats(*profile.machine);
    Progress progress("formats on " + std::string(profile.machine->name), formats.size());
    for (const std::string& format : formats) {
        MachineProfile other = profile_of(with_weights_in(model, format), profile.machine->name, options, table);
        profile.alternatives.push_back({format, other.cycles(), std::move(other.layers)});
        progress.advance();
    }
}

// The folder of the reports, made before the work so that an unwritable one is told at once; if it was made here and no
// report came of it, it goes again.
class OutputFolder {
public:
    explicit OutputFolder(const std::string& path) : path_(path) {
        std::error_code error;
        made_ = std::filesystem::create_directories(path, error);
        if (error) {
            throw Error(ErrorKind::system, fmt::format("'{}' cannot be made a folder: {}; name another.", path,
                                                       error.message()));
        }
        require_writable(path + "/report.json");
    }
    ~OutputFolder() {
        std::error_code error;  // a folder with a report in it stays
        if (made_) std::filesystem::remove(path_, error);
    }
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

private:
    std::string path_;
    bool made_ = false;
};

EstimatedProfile estimate_of(const onnx::Graph& graph, const squeezenext::Array& array) {
    EstimatedProfile profile{&array, squeezenext::layers_of(graph), {}};
    for (const zoo::Layer& layer : profile.model.layers) profile.estimates.push_back(estimate(layer, array));
    return profile;
}

int profile_model(const ProfileOptions& options) {
    Profile profile;
    profile.table = find_energy_table(options.energy);
    std::vector<std::string> simulated;
    std::vector<const squeezenext::Array*> estimated;
    for (const std::string& machine : options.machines) {
        if (const squeezenext::Array* array = squeezenext::find_array(machine)) {
            estimated.push_back(array);
        } else {
            simulated.push_back(spec::find_machine(machine).name);
        }
    }
    const OutputFolder folder(options.output);
    profile.model = std::filesystem::path(options.model).stem().string();
    if (!estimated.empty()) {
        const onnx::Graph graph = load_graph(options.model);
        for (const squeezenext::Array* array : estimated) profile.estimates.push_back(estimate_of(graph, *array));
    }
    if (!simulated.empty()) {
        const Model model = load_model(options.model);
        profile.notes = model.notes;
        for (const std::string& machine : simulated) {
            profile.machines.push_back(profile_of(model, machine, options, profile.table));
            if (options.what_if) add_alternatives(profile.machines.back(), model, options, profile.table);
        }
    }
    io::write_file(options.output + "/report.json", profile_json(profile));
    io::write_file(options.output + "/layers.csv", profile_csv(profile));
    io::write_file(options.output + "/trace.json", profile_trace(profile));
    fmt::print("{}", profile_text(profile));
    if (options.explain) fmt::print("\n{}", explain_text(profile));
    fmt::print("{0}/report.json, {0}/layers.csv, {0}/trace.json (for Perfetto)\n", options.output);
    if (has_charts()) {
        io::write_file(options.output + "/report.html", profile_html(profile));
        fmt::print("{}/report.html\n", options.output);
    } else {
        fmt::print("no report.html: its charts need the libraries that make charts fetches\n");
    }
    return exit_good;
}

}  // namespace

void add_profile(CLI::App& app, int& result) {
    auto options = std::make_shared<ProfileOptions>();
    CLI::App* command = app.add_subcommand("profile", "Time and energy of a model, layer by layer, on the simulator.");
    command->add_option("model", options->model, "ONNX file (QDQ or QONNX)")->required()->type_name("FILE");
    command->add_option("--machine", options->machines,
                        "named machine, squeezenext-8x8 or squeezenext-16x16; again for a comparison")
        ->type_name("NAME")->capture_default_str()->allow_extra_args(false);
    command->add_option("--energy", options->energy, "energies: " + energy_table_names() + ", or a file")
        ->capture_default_str();
    command->add_option("-o,--output", options->output, "folder for the reports")->capture_default_str()
        ->type_name("FOLDER");
    command->add_flag("--what-if", options->what_if, "also with all weights in each of the machine's formats");
    command->add_flag("--explain", options->explain, "what bounds each layer, by how much, and how it is mapped");
    add_search_options(*command, options->search);
    add_memory_options(*command, options->memory);
    command->footer("Example: napier profile model.onnx --machine edge --machine edge-ternary --energy 7nm -o profile");
    command->callback([options, &result] { result = profile_model(*options); });
}

}  // namespace napier::driver
