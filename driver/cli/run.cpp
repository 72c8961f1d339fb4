// napier run: images through a model, compared with the golden model and with the RTL.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "driver/cli/command_line.hpp"
#include "driver/cli/images.hpp"
#include "driver/cli/network.hpp"
#include "driver/cli/progress.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/report/run_report.hpp"
#include "driver/session/compare.hpp"
#include "sw/base/error.hpp"
#include "sw/golden/greatest.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct RunOptions {
    MachineOptions machine;
    MemoryOptions memory;
    std::vector<std::string> images;  // files, one for each input
    std::string labels, device = "sim", json;
    SearchArguments search;
    size_t rtl = 0, top = 0;
    size_t limit = SIZE_MAX;
};

class Runner {
public:
    explicit Runner(const RunOptions& options)
        : options_(options), machine_(spec::find_machine(options.machine.machine)),
          network_(load_network(options.machine.model)), program_(network_->compile(machine_, choices())),
          images_(network_->read_inputs(program_, options.images, options.limit)) {
        if (!options.labels.empty()) labels_ = read_labels(options.labels, images_.size());
        report_.program = &program_;
        report_.machine = &machine_;
        report_.device = options.device;
    }

    int run() {
        run_device();
        if (options_.rtl > 0) run_rtl();
        fmt::print("{}", to_text(report_));
        if (!options_.json.empty()) io::write_file(options_.json, to_json(report_));
        const bool good = report_.golden_identical == report_.images && report_.rtl_identical == report_.rtl_images;
        return good ? exit_good : exit_failed;
    }

private:
    CompileOptions choices() const {
        CompileOptions result;
        set_search(result, options_.search, machine_, options_.memory);
        result.memory_base = memory_base_of(options_.device, machine_);
        return result;
    }

    void run_device() {
        LoadedDevice loaded(options_.device, machine_, program_, options_.memory);
        Progress progress("images on " + options_.device, images_.size());
        if (!labels_.empty()) report_.correct = report_.correct_in_top = 0;
        report_.top_count = options_.top;
        const auto begin = std::chrono::steady_clock::now();
        for (size_t i = 0; i < images_.size(); ++i) {
            const RunTimes times = loaded.session.run(images_[i]);
            if (i == 0) report_.times = times;
            check_image(i, loaded.session.output());
            progress.advance();
        }
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        report_.images = images_.size();
        report_.layers = layer_times(program_, machine_, report_.times);
    }

    void check_image(size_t index, const std::vector<int8_t>& output) {
        const Values expected = network_->golden(program_, images_[index])[size_t(program_.output.tensor)];
        if (output == expected) {
            ++report_.golden_identical;
        } else {
            note(fmt::format("Image {}: the output differs from the golden model's; napier verify finds the layer.",
                             index));
        }
        if (options_.top == 0 && labels_.empty()) return;
        const std::vector<int64_t> top =
            golden::greatest(network_->scores(program_, output), std::max(options_.top, size_t{1}));
        if (!labels_.empty()) {
            *report_.correct += top.front() == labels_[index];
            *report_.correct_in_top += std::find(top.begin(), top.end(), labels_[index]) != top.end();
        }
        if (options_.top > 0) report_.top.push_back(top);
    }

    void run_rtl() {
        LoadedDevice reference(options_.device, machine_, program_, options_.memory);
        LoadedDevice rtl("rtl", machine_, program_, options_.memory);
        report_.rtl_images = std::min(options_.rtl, images_.size());
        Progress progress("images on rtl", report_.rtl_images);
        for (size_t i = 0; i < report_.rtl_images; ++i) {
            const RunRecord left = record_run(reference.session, program_, images_[i]);
            const RunRecord right = record_run(rtl.session, program_, images_[i]);
            const std::optional<std::string> difference = first_difference(program_, left, right);
            if (difference) note(fmt::format("Image {}: {}", i, *difference));
            else ++report_.rtl_identical;
            progress.advance();
        }
    }

    void note(const std::string& sentence) {
        constexpr size_t most = 5;
        if (report_.differences.size() < most) report_.differences.push_back(sentence);
    }

    const RunOptions& options_;
    const spec::Machine& machine_;
    const std::unique_ptr<Network> network_;
    const Program program_;
    const std::vector<Values> images_;
    std::vector<int64_t> labels_;
    RunReport report_;
};

}  // namespace

void add_run(CLI::App& app, int& result) {
    auto options = std::make_shared<RunOptions>();
    CLI::App* command = app.add_subcommand("run", "Runs images and compares them with the golden model.");
    add_machine_options(*command, options->machine);
    command->add_option("--images", options->images, "images: .npy of N x the model's input, once for each input")
        ->required()->allow_extra_args(false)->type_name("FILE");
    command->add_option("--labels", options->labels, "labels: .npy of N integers; gives the accuracy")
        ->type_name("FILE");
    command->add_option("--device", options->device, "sim, rtl, tlm, tlm-loose, uio:FILES or serial:TERMINAL")
        ->capture_default_str();
    command->add_option("--rtl", options->rtl, "images to run on the verilated RTL as well, in lockstep")
        ->type_name("N");
    command->add_option("--limit", options->limit, "use only the first N images")->type_name("N")
        ->check(CLI::PositiveNumber);
    command->add_option("--top", options->top, "the N classes with the greatest scores of each image, by the host")
        ->type_name("N")->check(CLI::PositiveNumber);
    command->add_option("--json", options->json, "write the report as JSON")->type_name("FILE");
    add_search_options(*command, options->search);
    add_memory_options(*command, options->memory);
    command->footer("Example: napier run digits.onnx --images images.npy --labels labels.npy --rtl 2 "
                    "--json report.json");
    command->callback([options, &result] {
        require_writable(options->json);
        result = Runner(*options).run();
    });
}

}  // namespace napier::driver
