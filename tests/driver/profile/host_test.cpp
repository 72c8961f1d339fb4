// Does every report tell what the host does, and count none of it for the machine?

#include <catch2/catch.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "driver/compile/compile.hpp"
#include "driver/device/device.hpp"
#include "driver/profile/report.hpp"
#include "driver/report/host_report.hpp"
#include "driver/report/run_report.hpp"
#include "driver/report/table.hpp"
#include "driver/session/host_work.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/attention_model.hpp"

namespace napier::test {
namespace {

using Catch::Matchers::Contains;
using nlohmann::json;

struct Fixture {
    Fixture() {
        const Model own = driver::for_machine(model, machine);
        driver::MachineProfile profiled;
        profiled.machine = &machine;
        profiled.memory_bytes_per_cycle = 16;
        profiled.program = driver::compile(model, machine);
        driver::DeviceConfig config;
        config.memory = driver::memory_for(profiled.program, {});
        config.values = false;
        const auto device = driver::make_device("sim", machine, config);
        driver::Session session(*device, profiled.program);
        profile.table = driver::find_energy_table("45nm");
        profiled.times = session.run(std::vector<int8_t>(size_t(profiled.program.tensors.front().bytes())));
        profiled.layers =
            driver::profiled_layers(own, profiled.program, machine, profiled.times, profile.table, 16);
        profile.model = "attention";
        profile.machines.push_back(profiled);
    }
    const driver::MachineProfile& profiled() const { return profile.machines.front(); }
    const driver::Program& program() const { return profiled().program; }

    const spec::Machine& machine = spec::find_machine("edge");
    Random random{5};
    const Model model = attention_model(random);
    driver::Profile profile;
};

}  // namespace

TEST_CASE("A layer of the host takes no cycle and no energy of the machine") {
    const Fixture fixture;
    REQUIRE(fixture.program().host.size() >= 2);
    CHECK(fixture.profiled().times.host_milliseconds.empty());
    for (const driver::ProfiledLayer& layer : fixture.profiled().layers) {
        if (layer.on_host) {
            CHECK(layer.times.cycles == 0);
            CHECK(layer.energies.total() == 0);
            CHECK(layer.bound == "host");
            CHECK(driver::limit_of(layer) == "host");
        } else {
            CHECK(layer.times.cycles > 0);
        }
    }
    const auto on_host = [](const driver::ProfiledLayer& layer) { return layer.on_host; };
    const auto& layers = fixture.profiled().layers;
    CHECK(size_t(std::count_if(layers.begin(), layers.end(), on_host)) == fixture.program().host.size());
}

TEST_CASE("Layers that only move a tensor have no useful products") {
    const Fixture fixture;
    int64_t moved = 0;
    for (const driver::LayerMapping& layer : fixture.program().layers) {
        if (layer.operation != "Transpose") continue;
        CHECK(layer.products == 0);
        ++moved;
    }
    CHECK(moved == 1);
}

TEST_CASE("Every report of a profile tells the host's work") {
    const Fixture fixture;
    const driver::HostCount work = driver::host_work(fixture.program());
    const std::string text = driver::profile_text(fixture.profile);
    CHECK_THAT(text, Contains("host work: " + std::to_string(fixture.program().host.size()) + " steps, " +
                              driver::with_commas(work.elements) + " elements") &&
                         Contains("of the machine alone") && Contains("Softmax"));
    const json machine = json::parse(driver::profile_json(fixture.profile))["machines"][0];
    uint64_t elements = 0, bytes = 0;
    for (const json& step : machine["host_work"]) {
        elements += step["elements_count"].get<uint64_t>();
        bytes += step["read_bytes"].get<uint64_t>() + step["write_bytes"].get<uint64_t>();
    }
    CHECK(machine["host_work"].size() == fixture.program().host.size());
    CHECK(elements == work.elements);
    CHECK(bytes == work.read_bytes + work.write_bytes);
    CHECK_THAT(driver::profile_csv(fixture.profile), Contains("softmax,Softmax,host,1,0,0,host,"));
    const json trace = json::parse(driver::profile_trace(fixture.profile))["traceEvents"];
    uint64_t last = 0, marks = 0;
    for (const json& event : trace) {
        if (event["ph"] != "i") continue;
        CHECK(event["ts"].get<uint64_t>() > last);
        last = event["ts"].get<uint64_t>();
        ++marks;
    }
    CHECK(marks == fixture.program().host.size());
}

TEST_CASE("The report of a run tells the host's work and its time") {
    const Fixture fixture;
    driver::RunReport report;
    report.program = &fixture.program();
    report.machine = &fixture.machine;
    report.times = fixture.profiled().times;
    report.times.host_milliseconds.assign(fixture.program().host.size(), 1.5);
    report.layers = driver::layer_times(fixture.program(), fixture.machine, report.times);
    CHECK_THAT(driver::to_text(report), Contains("host work: ") && Contains(" ms of this host") && Contains("1.50"));
    const json written = json::parse(driver::to_json(report));
    CHECK(written["host_work"].size() == fixture.program().host.size());
    CHECK(written["host_work"][0]["host_milliseconds"] == 1.5);
}

}  // namespace napier::test
