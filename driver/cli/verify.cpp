// napier verify: golden model, simulator and RTL, every layer's tensor and every command's cycles.

#include <fmt/format.h>

#include "driver/cli/command_line.hpp"
#include "driver/cli/network.hpp"
#include "driver/cli/progress.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/session/compare.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct VerifyOptions {
    MachineOptions machine;
    MemoryOptions memory;
    std::vector<std::string> images;  // files, one for each input
    size_t count = 1;
    uint64_t seed = 1;
    bool no_rtl = false;
};

class Verifier {
public:
    explicit Verifier(const VerifyOptions& options)
        : machine_(spec::find_machine(options.machine.machine)), network_(load_network(options.machine.model)),
          program_(network_->compile(machine_, CompileOptions::keeping_tensors())),
          inputs_(options.images.empty() ? network_->random_inputs(program_, options.count, options.seed)
                                         : network_->read_inputs(program_, options.images, options.count)),
          sim_("sim", machine_, program_, options.memory) {
        if (!options.no_rtl) rtl_ = std::make_unique<LoadedDevice>("rtl", machine_, program_, options.memory);
    }

    int run() {
        Progress progress("inputs", inputs_.size());
        for (size_t i = 0; i < inputs_.size(); ++i) {
            const std::optional<std::string> difference = compare(inputs_[i]);
            if (difference) {
                fmt::print("input {}: {}\n", i, *difference);
                return exit_failed;
            }
            progress.advance();
        }
        fmt::print("{} on {}, {} input{}: {} tensors of golden and sim{} are identical{}\n", program_.model,
                   machine_.name, inputs_.size(), inputs_.size() == 1 ? "" : "s", program_.layers.size(),
                   rtl_ ? " and rtl" : "",
                   rtl_ ? fmt::format(", and sim and rtl start and end all {} commands in the same cycles",
                                      program_.commands.size())
                        : "; the rtl was left out");
        return exit_good;
    }

private:
    std::optional<std::string> compare(const Values& input) {
        const RunRecord golden{"golden", network_->golden(program_, input), {}, {}};
        const RunRecord sim = record_run(sim_.session, program_, input);
        if (auto difference = first_difference(program_, golden, sim)) return difference;
        if (!rtl_) return {};
        const RunRecord rtl = record_run(rtl_->session, program_, input);
        if (auto difference = first_difference(program_, golden, rtl)) return difference;
        return first_difference(program_, sim, rtl);
    }

    const spec::Machine& machine_;
    const std::unique_ptr<Network> network_;
    const Program program_;
    const std::vector<Values> inputs_;
    LoadedDevice sim_;
    std::unique_ptr<LoadedDevice> rtl_;
};

}  // namespace

void add_verify(CLI::App& app, int& result) {
    auto options = std::make_shared<VerifyOptions>();
    CLI::App* command = app.add_subcommand("verify", "Compares golden model, simulator and RTL in every layer.");
    add_machine_options(*command, options->machine);
    command->add_option("--images", options->images,
                        "inputs: .npy of N x the model's input, once for each input; random without it")
        ->allow_extra_args(false)->type_name("FILE");
    command->add_option("--count", options->count, "inputs to compare")->capture_default_str()
        ->check(CLI::PositiveNumber);
    command->add_option("--seed", options->seed, "of the random inputs")->capture_default_str();
    command->add_flag("--no-rtl", options->no_rtl, "leave the RTL out");
    add_memory_options(*command, options->memory);
    command->footer("Example: napier verify digits.onnx --machine tiny --count 3 --seed 7");
    command->callback([options, &result] { result = Verifier(*options).run(); });
}

}  // namespace napier::driver
