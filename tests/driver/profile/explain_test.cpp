// Do the parts of --explain add up to a layer's cycles, and name what bounds it?

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "driver/profile/profile.hpp"
#include "sw/io/file.hpp"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"
#include "tests/driver/command_line.hpp"
#include "tests/support/folder.hpp"

using namespace napier;
using namespace napier::driver;
using Catch::Matchers::Contains;

namespace {

spec::CommandWords command(spec::Opcode opcode) {
    spec::CommandWords words{};
    spec::set(words, spec::common::opcode, static_cast<int64_t>(opcode));
    return words;
}

// A program of commands that say nothing but their queues.
struct Script {
    Program program;
    RunTimes times;
    void add(spec::Opcode opcode, int layer, Role role, uint64_t start, uint64_t end) {
        program.commands.push_back(command(opcode));
        program.notes.push_back({layer, role, 0, 0});
        times.commands.push_back({start, end});
    }
};

uint64_t waits(const LayerCycles& cycles, Wait wait) { return cycles.waits[static_cast<size_t>(wait)]; }

}  // namespace

TEST_CASE("The cycles of a layer go to computing, to waits by what ended them, and to the finish") {
    Script script;
    script.program.layers.resize(2);
    script.add(spec::Opcode::load, 0, Role::weights, 1, 10);
    script.add(spec::Opcode::load, 0, Role::input, 5, 19);
    script.add(spec::Opcode::exec, 0, Role::compute, 20, 30);   // waits for its input
    script.add(spec::Opcode::load, 0, Role::residual, 21, 39);
    script.add(spec::Opcode::exec, 0, Role::compute, 40, 55);   // for a residual
    script.add(spec::Opcode::exec, 0, Role::compute, 50, 60);   // overlaps
    script.add(spec::Opcode::load, 1, Role::weights, 41, 69);
    script.add(spec::Opcode::store, 0, Role::output, 61, 66);
    script.add(spec::Opcode::exec, 1, Role::compute, 70, 80);   // for weights, from the first layer's end on
    script.add(spec::Opcode::store, 1, Role::output, 81, 90);
    script.add(spec::Opcode::exec, 1, Role::compute, 91, 95);   // for a place in the output buffer
    script.add(spec::Opcode::exec, 1, Role::compute, 100, 110);  // for the command
    script.add(spec::Opcode::store, 1, Role::output, 111, 120);
    const std::vector<LayerCycles> layers = layer_cycles(script.program, script.times);
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].computing == 10 + 20);
    CHECK(waits(layers[0], Wait::inputs) == 20);
    CHECK(waits(layers[0], Wait::residuals) == 10);
    CHECK(layers[0].fill == 20);
    CHECK(layers[0].finish == 6);
    CHECK(layers[0].all() == 66);
    CHECK(layers[0].loading == 18 + 18);
    CHECK(layers[0].storing == 5);
    CHECK(waits(layers[1], Wait::weights) == 4);
    CHECK(waits(layers[1], Wait::stores) == 11);
    CHECK(waits(layers[1], Wait::commands) == 5);
    CHECK(layers[1].computing == 10 + 4 + 10);
    CHECK(layers[1].finish == 10);
    CHECK(layers[1].all() == 120 - 66);
    CHECK(layers[1].loading == 69 - 66);
}

TEST_CASE("The cycles of a layer that computes before the one before it has ended count from that end on") {
    Script script;
    script.program.layers.resize(2);
    script.add(spec::Opcode::exec, 0, Role::compute, 10, 20);
    script.add(spec::Opcode::exec, 1, Role::compute, 25, 60);
    script.add(spec::Opcode::store, 0, Role::output, 21, 40);
    const LayerCycles layer = layer_cycles(script.program, script.times).at(1);
    CHECK(layer.computing == 60 - 40);
    CHECK(layer.all() == 20);
}

TEST_CASE("The limit is the part that takes most of a layer's cycles alone") {
    ProfiledLayer layer;
    layer.times.cycles = 1000;
    layer.array_cycles = 950;
    layer.activity.pass_cycles = 960;
    layer.dram_cycles = 200;
    layer.post_cycles = 100;
    CHECK(limit_of(layer) == "array 96.0 %");
    layer.array_cycles = 300;
    CHECK(limit_of(layer) == "short passes 96.0 %");
    layer.activity.pass_cycles = 300;
    layer.dram_cycles = 600;
    CHECK(limit_of(layer) == "DRAM 60.0 %");
    layer.cycles.loading = 910;
    CHECK(limit_of(layer) == "short loads 91.0 %");
    layer.dram_cycles = 920;
    CHECK(limit_of(layer) == "DRAM 92.0 %");
    layer.cycles.loading = 0;
    layer.dram_cycles = 100;
    CHECK(limit_of(layer) == "waiting 70.0 %");
    layer.post_cycles = 970;
    CHECK(limit_of(layer) == "post-processor 97.0 %");
}

TEST_CASE("Passes of few pixels take the cycles in which their weights enter") {
    const spec::Machine& machine = spec::find_machine("edge");
    Program program;
    program.layers.resize(1);
    for (const int pixels : {3, 40}) {
        spec::CommandWords words = command(spec::Opcode::exec);
        spec::set(words, spec::exec::out_w, pixels);
        spec::set(words, spec::exec::out_h, 1);
        spec::set(words, spec::exec::kernel_w, 1);
        spec::set(words, spec::exec::kernel_h, 5);
        spec::set(words, spec::exec::group_count, 1);
        program.commands.push_back(words);
        program.notes.push_back({0, Role::compute, 0, 0});
    }
    const Activity activity = activities(program, machine).at(0);
    CHECK(activity.vectors == 5 * 3 + 5 * 40);
    CHECK(activity.pass_cycles == 5 * 16 + 5 * 40);
}

TEST_CASE("napier profile --explain: every layer's parts add up to its cycles, what memory carries to its traffic") {
    const test::TemporaryFolder folder;
    const test::Result result = test::napier("profile sw/models/digits_int8.onnx --machine edge --machine odd "
                                             "--memory-bandwidth 8 --explain -o " + folder.path());
    CHECK(result.code == 0);
    CHECK_THAT(result.text, Contains("bound by") && Contains("for weights") && Contains("channels a step"));
    const std::vector<uint8_t> bytes = io::read_file(folder.file("report.json"));
    const auto report = nlohmann::json::parse(bytes.begin(), bytes.end());
    REQUIRE(report["machines"].size() == 2);
    for (const auto& machine : report["machines"]) {
        uint64_t all = 0;
        for (const auto& layer : machine["layers"]) {
            INFO(layer["name"]);
            const auto& explanation = layer["explanation"];
            uint64_t sum = explanation["computing_cycles"].get<uint64_t>() +
                           explanation["finish_cycles"].get<uint64_t>();
            for (const auto& [name, cycles] : explanation["waiting_for"].items()) sum += cycles.get<uint64_t>();
            CHECK(sum == layer["duration_cycles"].get<uint64_t>());
            all += sum;
            double carried = 0;
            for (const auto& [name, cycles] : explanation["dram_alone"].items()) carried += cycles.get<double>();
            CHECK(carried == layer["dram_alone_cycles"].get<double>());
            CHECK(explanation["dram_alone"]["commands_cycles"].get<double>() ==
                  layer["commands_count"].get<double>() * spec::command_bytes /
                      machine["memory_bandwidth_bytes_per_cycle"].get<double>());
            CHECK(explanation["passes_alone_cycles"].get<double>() >= layer["array_alone_cycles"].get<double>());
            CHECK_FALSE(explanation["limit"].get<std::string>().empty());
        }
        CHECK(all <= machine["duration_cycles"].get<uint64_t>());
    }
}
