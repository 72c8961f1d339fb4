// bench: simulated cycles a second of the verilated RTL, of the simulator with values and without, and of the simulator
// as a SystemC module in both timings, side by side on the same programs. See --help.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "driver/compile/compile.hpp"
#include "driver/session/session.hpp"
#include "driver/verify/random.hpp"
#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

struct Shape {
    const char* name;
    int size, in, out, kernel, stride;
};

// Layers of ResNet-18 (He et al. 2016) without batch normalization, which folds away.
constexpr Shape shapes[] = {
    {"3x3 64->64, 56x56", 56, 64, 64, 3, 1},
    {"3x3 128->128, 28x28", 28, 128, 128, 3, 1},
    {"1x1 64->128 / 2, 56x56", 56, 64, 128, 1, 2},
};

Model one_layer(const Shape& shape, const char* format, Random random) {
    const int out_size = (shape.size + shape.stride - 1) / shape.stride, pad = shape.kernel / 2;
    const bool ternary = std::string_view(format) == "ternary";
    Model model;
    model.name = shape.name;
    model.tensors = {{"input", shape.size, shape.size, shape.in, 0.02f, -3},
                     {"output", out_size, out_size, shape.out, 0.03f, 4}};
    Layer layer;
    layer.name = "layer";
    layer.operation = "Conv";
    layer.input = 0;
    layer.output = 1;
    layer.window = {shape.kernel, shape.kernel, shape.stride, shape.stride, 1, 1, pad, pad, pad, pad};
    layer.format = format;
    layer.weight.resize(size_t(shape.out) * size_t(shape.kernel * shape.kernel * shape.in));
    for (int8_t& weight : layer.weight) weight = int8_t(ternary ? random.between(-1, 1) : random.between(-128, 127));
    for (int channel = 0; channel < shape.out; ++channel) {
        layer.bias.push_back(int32_t(random.between(-1000, 1000)));
        layer.significand.push_back(uint32_t(random.between(1 << 23, (1 << 24) - 1)));
        layer.shift.push_back(ternary ? 27 : 34);
    }
    model.layers = {layer};
    model.input.tensor = 0;
    model.output.tensor = 1;
    return model;
}

struct Speed {
    uint64_t cycles;
    double cycles_per_second;
    std::vector<int8_t> output;
};

// Runs twice at least, and for at least `seconds`; the best run counts.
Speed measure(const char* device_name, bool values, const spec::Machine& machine, const Program& program,
              const std::vector<int8_t>& input, double seconds) {
    DeviceConfig config;
    config.memory = memory_for(program, config.memory);
    config.memory.bytes_per_cycle = machine.beat_bytes;
    config.values = values;
    const auto device = make_device(device_name, machine, config);
    Session session(*device, program);
    Speed speed{};
    double best = 1e30;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 2 || std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < seconds;
         ++i) {
        const auto start = std::chrono::steady_clock::now();
        const RunTimes times = session.run(input);
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        speed.cycles = times.counters[spec::counter_cycles];
    }
    speed.cycles_per_second = double(speed.cycles) / best;
    if (values) speed.output = session.output();
    return speed;
}

std::string millions(double value) { return fmt::format("{:.3f}", value / 1e6); }

int run(const std::string& machine_name, double seconds, const std::string& json_file) {
    const spec::Machine& machine = spec::find_machine(machine_name);
    nlohmann::json report = nlohmann::json::array();
    fmt::print("million cycles a second, machine {}\n{:<26} {:<8} {:>10} {:>9} {:>9} {:>10} {:>9} {:>10} {:>9} {:>9}\n",
               machine.name, "layer", "format", "cycles", "RTL", "values", "time only", "ratio", "ratio", "TLM loose",
               "TLM exact");
    bool equal = true;
    double cycles = 0, rtl_seconds = 0, values_seconds = 0, times_seconds = 0, loose_seconds = 0, exact_seconds = 0;
    for (const Shape& shape : shapes) {
        for (const spec::Format& format : spec::formats) {
            if (!spec::has_format(machine, format)) continue;
            const Model model = one_layer(shape, format.name, Random(1, shape.name));
            const Program program = compile(model, machine);
            std::vector<int8_t> input(size_t(shape.size) * size_t(shape.size * shape.in));
            Random random(2, shape.name);
            for (int8_t& value : input) value = int8_t(random.next());
            const Speed rtl = measure("rtl", true, machine, program, input, seconds);
            const Speed sim = measure("sim", true, machine, program, input, seconds);
            const Speed times = measure("sim", false, machine, program, input, seconds);
            const Speed loose = measure("tlm-loose", true, machine, program, input, seconds);
            const Speed exact = measure("tlm", true, machine, program, input, seconds);
            equal = equal && rtl.output == sim.output && rtl.cycles == sim.cycles && rtl.cycles == times.cycles;
            for (const Speed& tlm : {loose, exact}) {
                equal = equal && rtl.output == tlm.output && rtl.cycles == tlm.cycles;
            }
            const double values_ratio = sim.cycles_per_second / rtl.cycles_per_second,
                         times_ratio = times.cycles_per_second / rtl.cycles_per_second;
            fmt::print("{:<26} {:<8} {:>10} {:>9} {:>9} {:>10} {:>8.1f}x {:>9.0f}x {:>9} {:>9}\n", shape.name,
                       format.name, rtl.cycles, millions(rtl.cycles_per_second), millions(sim.cycles_per_second),
                       millions(times.cycles_per_second), values_ratio, times_ratio,
                       millions(loose.cycles_per_second), millions(exact.cycles_per_second));
            loose_seconds += double(rtl.cycles) / loose.cycles_per_second;
            exact_seconds += double(rtl.cycles) / exact.cycles_per_second;
            cycles += double(rtl.cycles);
            rtl_seconds += double(rtl.cycles) / rtl.cycles_per_second;
            values_seconds += double(rtl.cycles) / sim.cycles_per_second;
            times_seconds += double(rtl.cycles) / times.cycles_per_second;
            report.push_back({{"layer", shape.name},
                              {"format", format.name},
                              {"machine", machine.name},
                              {"cycles", rtl.cycles},
                              {"rtl_cycles_per_second", rtl.cycles_per_second},
                              {"simulator_cycles_per_second", sim.cycles_per_second},
                              {"time_only_cycles_per_second", times.cycles_per_second},
                              {"tlm_loose_cycles_per_second", loose.cycles_per_second},
                              {"tlm_exact_cycles_per_second", exact.cycles_per_second}});
        }
    }
    fmt::print("{:<35} {:>10} {:>9} {:>9} {:>10} {:>8.1f}x {:>9.0f}x {:>9} {:>9}\n", "all of them", cycles,
               millions(cycles / rtl_seconds), millions(cycles / values_seconds), millions(cycles / times_seconds),
               rtl_seconds / values_seconds, rtl_seconds / times_seconds, millions(cycles / loose_seconds),
               millions(cycles / exact_seconds));
    fmt::print("loosely timed: {:.2f} of the simulator's speed with values\n", values_seconds / loose_seconds);
    if (!json_file.empty()) std::ofstream(json_file) << report.dump(2) << '\n';
    fmt::print("{}\n", equal ? "cycles and outputs of all are equal" : "DIFFERENT cycles or outputs");
    return equal ? 0 : 1;
}

}  // namespace
}  // namespace napier::driver

int main(int argc, char** argv) {
    std::string machine = "edge", json_file;
    double seconds = 1.0;
    CLI::App app{
        "Measures simulated cycles a second of the verilated RTL and of the simulator with and without values."};
    app.add_option("--machine", machine, "machine of the description")->capture_default_str();
    app.add_option("--seconds", seconds, "least time of each measurement")->capture_default_str();
    app.add_option("--json", json_file, "file for the numbers");
    CLI11_PARSE(app, argc, argv);
    try {
        return napier::driver::run(machine, seconds, json_file);
    } catch (const napier::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
