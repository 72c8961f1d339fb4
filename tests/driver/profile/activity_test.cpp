// Do the counts of a layer's commands add up to what the machine counts?

#include <catch2/catch.hpp>

#include "driver/compile/compile.hpp"
#include "driver/profile/activity.hpp"
#include "driver/session/session.hpp"
#include "sw/import/import.hpp"

using namespace napier;
using namespace napier::driver;

namespace {

struct Run {
    Program program;
    Counters counters;
};

Run run(const Model& model, const spec::Machine& machine) {
    Run result{compile(model, machine), {}};
    DeviceConfig config;
    config.values = false;
    config.memory = memory_for(result.program, config.memory);
    const std::unique_ptr<Device> device = make_device("sim", machine, config);
    Session session(*device, result.program);
    const TensorPlace& input = result.program.tensors[static_cast<size_t>(result.program.input.tensor)];
    result.counters = session.run(std::vector<int8_t>(static_cast<size_t>(input.bytes()))).counters;
    return result;
}

}  // namespace

TEST_CASE("Activities of all layers add up to the machine's counters") {
    const std::pair<const char*, const char*> cases[] = {
        {"digits_ternary", "tiny"}, {"digits_int8", "tiny"},  {"digits_ternary", "odd"}, {"digits_int8", "odd"},
        {"digits_shift", "odd"},    {"digits_apot", "edge"},  {"digits_int8", "edge"},   {"digits_adder", "odd"}};
    for (const auto& [name, machine_name] : cases) {
        INFO(name << " on " << machine_name);
        const spec::Machine& machine = spec::find_machine(machine_name);
        const Run one = run(import_onnx(std::filesystem::path("sw/models") / (std::string(name) + ".onnx")), machine);
        Activity sum;
        for (const Activity& layer : activities(one.program, machine)) sum.add(layer);
        CHECK(sum.commands == one.counters[spec::counter_commands]);
        CHECK(sum.vectors == one.counters[spec::counter_array_cycles]);
        CHECK(sum.passes == one.counters[spec::counter_passes]);
        CHECK(sum.post_groups == one.counters[spec::counter_post_cycles]);
        CHECK(sum.read_beats == one.counters[spec::counter_read_beats]);
        CHECK(sum.write_beats == one.counters[spec::counter_write_beats]);
    }
}

TEST_CASE("What a layer of one tile reads and writes is what its sizes say") {
    // 1x1 convolution of 16 to 16 channels over 4x4 pixels in int8 on edge: 16 vectors.
    Model model;
    model.name = "one";
    model.tensors = {{"in", 4, 4, 16}, {"out", 4, 4, 16}};
    Layer layer;
    layer.name = "conv";
    layer.operation = "Conv";
    layer.input = 0;
    layer.output = 1;
    layer.format = "int8";
    layer.weight.assign(256, 100);
    layer.bias.assign(16, 0);
    layer.significand.assign(16, 1 << 23);
    layer.shift.assign(16, 33);
    model.layers = {layer};
    model.input.tensor = 0;
    model.output.tensor = 1;
    const spec::Machine& machine = spec::find_machine("edge");
    Run one = run(model, machine);
    const Activity activity = activities(one.program, machine).at(0);
    CHECK(activity.vectors == 16);
    CHECK(activity.activation.read == 16 * 16);
    CHECK(activity.weight.written == 16 * static_cast<uint64_t>(spec::weight_word_bytes(machine)));
    CHECK(activity.weight.read == activity.passes * activity.weight.written);
    CHECK(activity.accumulator.written == 16 * 16 * static_cast<uint64_t>(machine.accumulator_bits) / 8);
    CHECK(activity.accumulator.read == activity.accumulator.written);  // once, by the post-processor
    CHECK(activity.outputs == 256);
    CHECK(activity.residuals == 0);
    CHECK(activity.output.written == 256);
    CHECK(activity.output.read == 256);
    CHECK(activity.parameter.read == 256u * spec::parameter_bytes);
    CHECK(activity.residual.all() == 0);
    CHECK(activity.table.all() == 0);
    // A word of four entries for each output; a table in the RAM of every lane.
    model.layers[0].table = {"half", std::vector<int8_t>(256, 3), 0};
    one = run(model, machine);
    const Activity tabled = activities(one.program, machine).at(0);
    CHECK(tabled.table.read == 4 * 256);
    CHECK(tabled.table.written == 256u * static_cast<uint64_t>(machine.post_lanes));
    CHECK(tabled.weight_beats == activity.weight_beats + 64);
}
