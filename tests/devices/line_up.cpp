#include "tests/devices/line_up.hpp"

#include "driver/cli/images.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/session/compare.hpp"
#include "driver/session/session.hpp"
#include "sw/io/file.hpp"
#include "sw/quantize/convert.hpp"
#include "sw/spec/machine.hpp"
#include "sw/zoo/zoo.hpp"
#include "tests/support/board/pty_board.hpp"
#include "tests/support/fake_board.hpp"

namespace napier::test {
namespace {

constexpr uint32_t memory_base = 0;  // where the memory of a serial board stands

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

std::unique_ptr<driver::Network> quantized(const std::string& path) {
    constexpr size_t calibration = 32;
    const onnx::Graph graph = driver::load_graph(path);
    const auto images = driver::read_real_images("sw/models/digits_test_images.npy", 64, calibration);
    const auto conversion =
        quantize::convert(graph, quantize::find_weight_format("int8"), quantize::Clip::minmax, images);
    const TemporaryFolder folder;
    io::write_file(folder.file("int8.onnx"), conversion.file);
    return driver::load_network(folder.file("int8.onnx"));
}

// The boards live as long as the devices on them.
class Opened {
public:
    Opened(const std::string& name, const spec::Machine& machine, const driver::Program& program) {
        driver::DeviceConfig config;
        config.memory = driver::memory_for(program, config.memory);
        std::string place;
        if (name == "uio") {
            fake_ = std::make_unique<FakeBoard>(machine, memory_base, config.memory.size);
            config.uio = fake_->files();
        } else if (name == "serial") {
            serial_ = std::make_unique<PtyBoard>(machine.name);
            place = ":" + serial_->path();
        }
        device_ = driver::make_device(name + place, machine, config);
    }
    driver::Device& device() { return *device_; }

private:
    std::unique_ptr<FakeBoard> fake_;
    std::unique_ptr<PtyBoard> serial_;
    std::unique_ptr<driver::Device> device_;
};

}  // namespace

NamedNetwork digit_network(const std::string& name, const char* machine) {
    const std::string path = "sw/models/digits_" + name + ".onnx";
    if (name == "float") return {name + ", as int8", machine, quantized(path)};
    return {name, machine, driver::load_network(path)};
}

NamedNetwork reduced_network(const char* style, const char* machine) {
    const zoo::Entry entry{"reduced", "MobileNet, reduced", 13, reduced_mobilenet};
    const TemporaryFolder folder;
    zoo::write_network(zoo::build(entry, zoo::find_style(style), 3), folder.file("m.onnx"));
    return {std::string("reduced MobileNet, ") + style, machine, driver::load_network(folder.file("m.onnx"))};
}

LineUp line_up(const NamedNetwork& entry, std::span<const char* const> devices) {
    const spec::Machine& machine = spec::find_machine(entry.machine);
    driver::CompileOptions options = driver::CompileOptions::keeping_tensors();
    options.memory_base = memory_base;
    const driver::Program program = entry.network->compile(machine, options);
    const driver::Values input = entry.network->random_inputs(program, 1, 7).front();
    const driver::RunRecord golden{"golden", entry.network->golden(program, input), {}, {}};
    LineUp result{entry.name, entry.machine, {}, ""};
    std::optional<driver::RunRecord> first;
    for (const std::string name : devices) {
        Opened opened(name, machine, program);
        driver::Session session(opened.device(), program);
        driver::RunRecord record = driver::record_run(session, program, input);
        result.cycles.push_back(record.times.counters[spec::counter_cycles]);
        auto text = driver::first_difference(program, golden, record);
        if (!first) first = record;
        if (!text) text = driver::first_difference(program, *first, record);
        if (!text && name != "serial" && first->times.counters != record.times.counters) {
            text = record.who + " counts otherwise than " + first->who + ".";
        }
        if (text && result.difference.empty()) result.difference = *text;
    }
    return result;
}

}  // namespace napier::test
