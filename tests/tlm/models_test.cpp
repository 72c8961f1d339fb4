// Is the SystemC accelerator the simulator, in every byte, and approximately timed in every cycle?

#include <catch2/catch.hpp>

#include "driver/cli/network.hpp"
#include "driver/cli/workbench.hpp"
#include "driver/session/compare.hpp"
#include "driver/verify/campaign.hpp"
#include "driver/verify/program_generator.hpp"
#include "sim/tlm/platform.hpp"
#include "sw/spec/machine.hpp"

namespace napier::test {
namespace {

const char* const images = "sw/models/digits_test_images.npy";

// What differs between a device and another that runs the same model on the same images; empty: nothing.
std::string difference(const char* model, const char* machine_name, const char* left, const char* right) {
    const spec::Machine& machine = spec::find_machine(machine_name);
    const auto network = driver::load_network(std::string("sw/models/digits_") + model + ".onnx");
    const driver::Program program = network->compile(machine, driver::CompileOptions::keeping_tensors());
    driver::LoadedDevice one(left, machine, program, {}), other(right, machine, program, {});
    for (const driver::Values& input : network->read_inputs(program, {images}, 2)) {
        const driver::RunRecord golden{"golden", network->golden(program, input), {}, {}};
        const driver::RunRecord a = driver::record_run(one.session, program, input);
        const driver::RunRecord b = driver::record_run(other.session, program, input);
        if (auto text = driver::first_difference(program, golden, a)) return *text;
        if (auto text = driver::first_difference(program, a, b)) return *text;
        const bool exact = left == std::string("tlm") && right == std::string("sim");
        if (exact && one.device->cycle() != other.device->cycle()) return "accesses of registers take other times";
    }
    return "";
}

}  // namespace

TEST_CASE("Models of digits on the approximately timed device end every command in the RTL's cycle") {
    CHECK(difference("ternary", "tiny", "tlm", "rtl") == "");
    CHECK(difference("ternary", "edge", "tlm", "rtl") == "");
    CHECK(difference("int8", "odd", "tlm", "rtl") == "");
    CHECK(difference("mxfp4", "mx-small", "tlm", "rtl") == "");
}

TEST_CASE("Models in every format give the simulator's bytes and cycles on both SystemC devices") {
    for (const char* model : {"adder", "apot", "binary", "int4", "int8", "palette", "shift", "ternary", "ttq"}) {
        INFO(model);
        CHECK(difference(model, "odd", "tlm", "sim") == "");
        CHECK(difference(model, "odd", "tlm-loose", "sim") == "");
    }
}

TEST_CASE("Random programs, faults and resets of every kind are the simulator's on the approximately timed device") {
    for (const char* machine : {"tiny", "odd", "mx-small"}) {
        driver::CampaignOptions options;
        options.machine = machine;
        options.programs = 300;
        options.device = "tlm";
        const driver::CampaignResult result = driver::run_campaign(options, [](const std::string&) {});
        INFO(machine);
        CHECK(result.difference.value_or("") == "");
        CHECK(result.golden > 50);
        CHECK(result.resets > 5);
        CHECK(result.errors > 5);
    }
}

TEST_CASE("Random programs interrupt in the RTL's cycle on the approximately timed device") {
    const spec::Machine& machine = spec::find_machine("tiny");
    driver::DeviceConfig config;
    config.memory.size = driver::page_bytes;
    const auto tlm = driver::make_device("tlm", machine, config), rtl = driver::make_device("rtl", machine, config);
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        const driver::TestProgram program = driver::random_program(machine, seed);
        const driver::DeviceRecord left = driver::run(*tlm, program, 1'000'000);
        const driver::DeviceRecord right = driver::run(*rtl, program, 1'000'000);
        INFO(seed);
        REQUIRE(driver::first_difference(left, right, program).value_or("") == "");
    }
}

TEST_CASE("Loosely timed, random programs end as on the simulator") {
    const spec::Machine& machine = spec::find_machine("odd");
    driver::DeviceConfig config;
    config.memory.size = driver::page_bytes;
    const auto loose = driver::make_device("tlm-loose", machine, config);
    const auto sim = driver::make_device("sim", machine, config);
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        const driver::TestProgram program = driver::random_program(machine, seed);
        const driver::DeviceRecord left = driver::run(*loose, program, 1'000'000);
        const driver::DeviceRecord right = driver::run(*sim, program, 1'000'000);
        INFO(seed);
        REQUIRE(driver::first_difference(left, right, program).value_or("") == "");
    }
}

TEST_CASE("SystemC devices share a kernel, are given back, and say when there are no more") {
    const spec::Machine& machine = spec::find_machine("tiny");
    std::vector<std::unique_ptr<driver::Device>> devices;
    for (int i = 0; i < sim::most_platforms; ++i) devices.push_back(driver::make_device("tlm", machine, {}));
    CHECK_THROWS_WITH(driver::make_device("tlm", machine, {}), Catch::Contains("SystemC elaborates once"));
    for (size_t i = 0; i < devices.size(); ++i) {
        devices[i]->write_register(spec::reg_watchdog, uint32_t(100 + i));
    }
    for (size_t i = 0; i < devices.size(); ++i) {
        CHECK(devices[i]->read_register(spec::reg_watchdog) == 100 + i);
    }
    devices.pop_back();
    devices.push_back(driver::make_device("tlm-loose", spec::find_machine("odd"), {}));
    CHECK(devices.back()->read_register(spec::reg_identity) == spec::find_machine("odd").identity);
    CHECK(devices.back()->read_register(spec::reg_watchdog) == 0);
}

}  // namespace napier::test
