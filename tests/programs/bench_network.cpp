// bench_network: a whole network of the zoo on the simulator: how long its times alone take, its values and times, and
// how much memory; beside them the bare matrix products of its layers in oneDNN, on one core as well, and on request
// the verilated RTL. See --help.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <oneapi/dnnl/dnnl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "driver/compile/compile.hpp"
#include "driver/report/table.hpp"
#include "driver/session/session.hpp"
#include "driver/verify/random.hpp"
#include "sw/base/error.hpp"
#include "sw/import/import.hpp"
#include "sw/spec/machine.hpp"
#include "sw/zoo/zoo.hpp"

namespace napier::driver {
namespace {

struct Options {
    std::string network = "resnet18", machine = "edge";
    uint32_t latency = 100;
    int runs = 5;
    bool rtl = false;
};

Model network_of(const std::string& name, const std::string& format) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / fmt::format("napier_bench_{}.onnx", getpid());
    zoo::write_network(zoo::build(zoo::find_entry(name), zoo::find_style(format), 1), file.string());
    Model model = import_onnx(file);
    std::filesystem::remove(file);
    return model;
}

template <typename Function>
double seconds_of(const Function& function) {
    const auto start = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Run {
    uint64_t cycles = 0;
    double seconds = 1e30;  // the least of all runs
    std::vector<int8_t> output;
};

Run measure(const char* device_name, bool values, const Program& program, const std::vector<int8_t>& input,
            const Options& options, int runs) {
    const spec::Machine& machine = spec::find_machine(options.machine);
    DeviceConfig config;
    config.memory = memory_for(program, config.memory);
    config.memory.read_latency = options.latency;
    config.memory.bytes_per_cycle = machine.beat_bytes;
    config.values = values;
    const auto device = make_device(device_name, machine, config);
    Session session(*device, program);
    Run run;
    for (int i = 0; i < runs; ++i) {
        run.seconds = std::min(run.seconds, seconds_of([&] {
            run.cycles = session.run(input).counters[spec::counter_cycles];
        }));
    }
    if (values) run.output = session.output();
    return run;
}

// Seconds of [pixels x taps] by [taps x channels] products of bytes into int32 of every layer, a group at a time.
double bare_products(const Model& model, int runs) {
    std::vector<int8_t> inputs, weights;
    std::vector<int32_t> sums;
    double seconds = 0;
    for (const Layer& layer : model.layers) {
        const Tensor& output = model.tensors[size_t(layer.output)];
        const int64_t pixels = int64_t{output.height} * output.width, channels = output.channels / layer.groups;
        const int64_t taps = int64_t(layer.weight.size()) / output.channels;
        inputs.resize(std::max(inputs.size(), size_t(pixels * taps)), 3);
        weights.resize(std::max(weights.size(), size_t(taps * channels)), -5);
        sums.resize(std::max(sums.size(), size_t(pixels * channels)));
        const int32_t zero = 0;
        double best = 1e30;
        for (int i = 0; i < runs; ++i) {
            best = std::min(best, seconds_of([&] {
                for (int group = 0; group < layer.groups; ++group) {
                    const dnnl_status_t status =
                        dnnl_gemm_s8s8s32('N', 'N', 'F', pixels, channels, taps, 1.0f, inputs.data(), taps, 0,
                                          weights.data(), channels, 0, 0.0f, sums.data(), channels, &zero);
                    if (status != dnnl_success) throw Error(ErrorKind::system, "oneDNN refused a matrix product.");
                }
            }));
        }
        seconds += best;
    }
    return seconds;
}

int64_t most_mebibytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

bool measure_format(const std::string& format, const Options& options) {
    const Model model = network_of(options.network, format);
    CompileOptions compile_options;
    compile_options.tuning.memory.latency = options.latency;
    const Program program = compile(model, spec::find_machine(options.machine), compile_options);
    std::vector<int8_t> input(size_t(program.tensors[size_t(program.input.tensor)].bytes()));
    Random random(1, options.network.c_str());
    for (int8_t& value : input) value = int8_t(random.next());
    const Run times = measure("sim", false, program, input, options, options.runs);
    const Run values = measure("sim", true, program, input, options, options.runs);
    const int64_t memory = most_mebibytes();
    fmt::print("{:<8} {:>12} {:>10.1f} {:>10.1f} {:>8} {:>10.1f}", format, with_commas(values.cycles),
               times.seconds * 1e3, values.seconds * 1e3, memory, bare_products(model, options.runs) * 1e3);
    bool equal = times.cycles == values.cycles;
    if (options.rtl) {
        std::fflush(stdout);
        const Run rtl = measure("rtl", true, program, input, options, 1);
        fmt::print(" {:>8.0f} {:>8.0f}x {:>8.0f}x", rtl.seconds, rtl.seconds / values.seconds,
                   rtl.seconds / times.seconds);
        equal = equal && rtl.cycles == values.cycles && rtl.output == values.output;
    }
    fmt::print("\n");
    return equal;
}

int run(const Options& options) {
    fmt::print("{} on {}, memory latency {} cycles, one core, best of {}\n{:<8} {:>12} {:>10} {:>10} {:>8} {:>10}{}\n",
               options.network, options.machine, options.latency, options.runs, "format", "cycles", "times, ms",
               "values, ms", "MiB", "oneDNN, ms",
               options.rtl ? fmt::format(" {:>8} {:>9} {:>9}", "RTL, s", "values", "times") : "");
    bool equal = true;
    for (const char* format : {"int8", "ternary"}) equal = measure_format(format, options) && equal;
    fmt::print("{}\n", equal ? "cycles and outputs are equal" : "DIFFERENT cycles or outputs");
    return equal ? 0 : 1;
}

}  // namespace
}  // namespace napier::driver

int main(int argc, char** argv) {
    setenv("OMP_NUM_THREADS", "1", 1);  // of oneDNN, before it starts
    napier::driver::Options options;
    CLI::App app{"Measures the simulator on a whole network of the zoo, with values and without."};
    app.add_option("--network", options.network, "of napier zoo list")->capture_default_str();
    app.add_option("--machine", options.machine, "machine of the description")->capture_default_str();
    app.add_option("--memory-latency", options.latency, "cycles from a read request to its first beat")
        ->capture_default_str();
    app.add_option("--runs", options.runs, "of each kind; the best counts")->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_flag("--rtl", options.rtl, "also one run of the verilated RTL: many minutes");
    CLI11_PARSE(app, argc, argv);
    try {
        return napier::driver::run(options);
    } catch (const napier::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
