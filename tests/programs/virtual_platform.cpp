// virtual_platform: a processor, a bus, a memory and the accelerator in SystemC; the processor runs the driver with a
// model on images and compares each result with the golden model's. See --help, and docs/tlm.md.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "driver/cli/network.hpp"
#include "driver/device/processor.hpp"
#include "driver/session/session.hpp"
#include "sim/tlm/accelerator.hpp"
#include "sim/tlm/bus.hpp"
#include "sim/tlm/memory_target.hpp"
#include "sw/golden/greatest.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr uint32_t registers_base = 0x4000'0000, registers_size = 0x1000;
constexpr uint32_t memory_base = 0x8000'0000, memory_size = 16 << 20;

struct Options {
    std::string model = "sw/models/digits_ternary.onnx", images = "sw/models/digits_test_images.npy";
    std::string machine = "edge", timing = "exact";
    size_t limit = 3;
    double quantum_us = 10;
};

// Everything but the bytes of the memory, which stand behind the bus.
sim::MemoryConfig memory_at(uint32_t base) {
    sim::MemoryConfig config;
    config.base = base;
    config.size = memory_size;
    return config;
}

class VirtualPlatform : public ::sc_core::sc_module {
public:
    VirtualPlatform(::sc_core::sc_module_name name, const spec::Machine& machine, sim::Timing timing,
                    Processor::Software software)
        : sc_module(name), bus("bus"), memory("memory", memory_at(0)),
          accelerator("accelerator", machine, memory_at(memory_base), timing),
          processor("processor", machine, {registers_base, memory_at(memory_base)}, std::move(software)) {
        processor.socket.bind(bus.initiators);
        accelerator.memory.bind(bus.initiators);
        bus.connect(accelerator.registers, registers_base, registers_size);
        bus.connect(memory.socket, memory_base, memory_size);
        accelerator.interrupt.bind(interrupt);
        processor.interrupt.bind(interrupt);
    }

    sim::Bus bus;
    sim::MemoryTarget memory;
    sim::Accelerator accelerator;
    Processor processor;
    ::sc_core::sc_signal<bool> interrupt{"interrupt"};
};

int run(const Options& options) {
    const spec::Machine& machine = spec::find_machine(options.machine);
    const auto network = load_network(options.model);
    CompileOptions choices;
    choices.memory_base = memory_base;
    const Program program = network->compile(machine, choices);
    const std::vector<Values> images = network->read_inputs(program, {options.images}, options.limit);
    size_t equal = 0;
    const auto software = [&](Device& device) {
        Session session(device, program);
        for (const Values& image : images) {
            const RunTimes times = session.run(image);
            const Values expected = network->golden(program, image)[size_t(program.output.tensor)];
            equal += session.output() == expected;
            fmt::print("class {}, {} cycles, done at {}\n",
                       golden::greatest(network->scores(program, session.output()), 1).front(),
                       times.counters[spec::counter_cycles], ::sc_core::sc_time_stamp().to_string());
        }
    };
    ::tlm::tlm_global_quantum::instance().set(::sc_core::sc_time(options.quantum_us, ::sc_core::SC_US));
    VirtualPlatform platform("platform", machine,
                             options.timing == "loose" ? sim::Timing::loose : sim::Timing::exact, software);
    ::sc_core::sc_start();
    if (platform.processor.failure) std::rethrow_exception(platform.processor.failure);
    fmt::print("golden: {} of {} images identical\n", equal, images.size());
    return equal == images.size() ? 0 : 1;
}

}  // namespace
}  // namespace napier::driver

int main(int argc, char** argv) {
    napier::driver::Options options;
    CLI::App app{"A virtual platform in SystemC TLM-2.0: processor, bus, memory, accelerator."};
    app.add_option("--model", options.model, "ONNX file")->capture_default_str();
    app.add_option("--images", options.images, ".npy of images")->capture_default_str();
    app.add_option("--limit", options.limit, "use only the first N images")->capture_default_str();
    app.add_option("--machine", options.machine, "machine of the description")->capture_default_str();
    app.add_option("--timing", options.timing, "loose or exact")->capture_default_str()
        ->check(CLI::IsMember({"loose", "exact"}));
    app.add_option("--quantum", options.quantum_us, "global quantum, microseconds")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        return napier::driver::run(options);
    } catch (const napier::Error& error) {
        fmt::print(stderr, "virtual_platform: {}\n", error.what());
        return 2;
    }
}
