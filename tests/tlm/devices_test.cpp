// Do all devices run the same program bytes to the same results, and in the same cycles where they know them?

#include <catch2/catch.hpp>

#include "driver/cli/network.hpp"
#include "driver/session/compare.hpp"
#include "driver/session/session.hpp"
#include "sw/spec/machine.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/support/fake_board.hpp"
#include "tests/support/folder.hpp"

namespace napier::test {
namespace {

constexpr uint32_t memory_base = 0x3000'0000, memory_bytes = 4 << 20;

// A fiftieth of MobileNet v1: its layers by kind and order, fewer and narrower, on 16x16 pixels, and a residual.
void reduced_mobilenet(zoo::Builder& builder) {
    using zoo::square;
    zoo::Value value = builder.input("input", {1, 3, 16, 16});
    value = builder.relu(builder.conv("conv1", value, 8, square(3, 2, 1), zoo::Tail::batch_norm));
    int64_t channels = 8;
    for (const int64_t next : {16, 32, 32}) {
        const std::string name = "conv" + std::to_string(next) + "_" + std::to_string(channels);
        const zoo::Value before = value;
        value = builder.conv(name + "/dw", value, channels, square(3, channels == 16 ? 2 : 1, 1, channels),
                             zoo::Tail::batch_norm);
        value = builder.conv(name + "/sep", builder.relu(value), next, square(1), zoo::Tail::batch_norm);
        value = next == channels ? builder.relu(builder.add(name + "/add", value, before)) : builder.relu(value);
        channels = next;
    }
    value = builder.reshape("flat", builder.global_average("pool", value), {1, channels});
    builder.output(builder.fc("fc7", value, 10, zoo::Tail::bias));
}

std::unique_ptr<driver::Device> open(const char* name, const spec::Machine& machine, const driver::Program& program,
                                     const FakeBoard& board) {
    driver::DeviceConfig config;
    config.memory = driver::memory_for(program, config.memory);
    config.uio = board.files();
    return driver::make_device(name, machine, config);
}

// Runs a model on one random input on every device; a sentence about the first difference.
std::string difference(const std::string& path, const char* machine_name, bool has_rtl = true) {
    const spec::Machine& machine = spec::find_machine(machine_name);
    const auto network = driver::load_network(path);
    driver::CompileOptions options = driver::CompileOptions::keeping_tensors();
    options.memory_base = memory_base;
    const driver::Program program = network->compile(machine, options);
    const driver::Values input = network->random_inputs(program, 1, 7).front();
    const FakeBoard board(machine, memory_base, memory_bytes);
    driver::RunRecord first{"golden", network->golden(program, input), {}, {}};
    for (const char* name : {"sim", "rtl", "tlm", "tlm-loose", "uio"}) {
        if (name == std::string("rtl") && !has_rtl) continue;
        const auto device = open(name, machine, program, board);
        driver::Session session(*device, program);
        driver::RunRecord record = driver::record_run(session, program, input);
        const bool counted = first.who == "golden" || record.times.counters == first.times.counters;
        if (!counted) return record.who + " counts otherwise than " + first.who;
        if (auto text = driver::first_difference(program, first, record)) return *text;
        if (first.who == "golden") first = std::move(record);
    }
    return "";
}

}  // namespace

TEST_CASE("Every model of digits is the same on every device") {
    for (const char* model : {"adder", "apot", "binary", "int4", "int8", "palette", "shift", "ternary", "ternary_bn",
                              "ttq"}) {
        INFO(model);
        CHECK(difference(std::string("sw/models/digits_") + model + ".onnx", "odd") == "");
    }
    CHECK(difference("sw/models/digits_mxfp4.onnx", "mx-small") == "");
    CHECK(difference("sw/models/digits_xnor.onnx", "edge-all", false) == "");  // whose RTL is not built in
}

TEST_CASE("A reduced network is the same on every device") {
    const TemporaryFolder folder;
    const zoo::Entry entry{"reduced", "MobileNet, reduced", 13, reduced_mobilenet};
    for (const char* format : {"int8", "ternary"}) {
        zoo::write_network(zoo::build(entry, zoo::find_style(format), 3), folder.file("m.onnx"));
        INFO(format);
        CHECK(difference(folder.file("m.onnx"), "odd") == "");
    }
}

}  // namespace napier::test
