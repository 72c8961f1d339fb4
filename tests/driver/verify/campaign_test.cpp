// Does the campaign notice when one of its devices, or all of them, are wrong in one program?

#include "driver/verify/campaign.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace napier::test {
namespace {

using driver::CampaignOptions;
using driver::CampaignResult;
using driver::DeviceRecord;

constexpr uint64_t programs = 80;

using Spoil = std::function<void(uint64_t seed, const std::string& who, DeviceRecord&)>;

// The simulator against itself, so that only what is spoiled differs.
CampaignResult run(const Spoil& spoil, std::string& log) {
    CampaignOptions options;
    options.machine = "tiny";
    options.programs = programs;
    options.device = "sim";
    options.spoil = [&](uint64_t seed, const char* who, DeviceRecord& record) { spoil(seed, who, record); };
    return driver::run_campaign(options, [&](const std::string& line) { log += line + "\n"; });
}

// The seeds of programs that end well on all and whose memory is compared; those of the programs whose times are
// measured alone; those that a soft reset cuts short.
struct Seeds {
    std::set<uint64_t> good, timed, reset;
};

Seeds find_seeds() {
    Seeds seeds;
    std::string log;
    const CampaignResult result = run([&](uint64_t seed, const std::string& who, DeviceRecord& record) {
        const bool done = record.interrupted && record.error_code == 0;
        if (who == "times") seeds.timed.insert(seed);
        if (done && who == "sim") seeds.good.insert(seed);
        if (who == "sim" && !record.interrupted) seeds.reset.insert(seed);
    }, log);
    REQUIRE(result.difference.value_or("") == "");
    REQUIRE(result.programs == programs);
    return seeds;
}

// Spoils one program's record of one device; the campaign must stop there with a sentence.
void must_notice(uint64_t seed, const std::string& device, const std::function<void(DeviceRecord&)>& change) {
    std::string log;
    const CampaignResult result = run([&](uint64_t now, const std::string& who, DeviceRecord& record) {
        if (now == seed && (device == who || device == "all")) change(record);
    }, log);
    INFO(log);
    REQUIRE(result.difference.has_value());
    REQUIRE(result.programs == seed);
    REQUIRE_THAT(result.program, Catch::Contains("--seed " + std::to_string(seed)));
    REQUIRE_THAT(log, Catch::Contains("DIFFERENT, seed " + std::to_string(seed)) && Catch::Contains("FAIL"));
}

}  // namespace

TEST_CASE("A campaign of equal devices passes, one of different ones fails at the program that differs") {
    const Seeds seeds = find_seeds();
    REQUIRE(seeds.good.size() > programs / 2);
    REQUIRE(seeds.timed.size() > programs / 20);
    REQUIRE(seeds.reset.size() > programs / 50);
    const uint64_t good = *seeds.good.rbegin(), timed = *seeds.timed.rbegin(), reset = *seeds.reset.rbegin();
    for (const char* device : {"rtl", "sim"}) {
        must_notice(good, device, [](DeviceRecord& run) { ++run.counters[spec::counter_read_beats]; });
        must_notice(good, device, [](DeviceRecord& run) { ++run.interrupt_cycle; });
        must_notice(reset, device, [](DeviceRecord& run) { ++run.counters[spec::counter_commands]; });
    }
    must_notice(timed, "times", [](DeviceRecord& run) { ++run.counters[spec::counter_cycles]; });
    must_notice(good, "all", [](DeviceRecord& run) { run.interrupted = false; });
}

TEST_CASE("A byte wrong on every device is noticed by the golden model") {
    const Seeds seeds = find_seeds();
    int noticed = 0;
    // Not every program is free of hazards, and only those are compared in memory.
    for (const uint64_t seed : seeds.good) {
        std::string log;
        const CampaignResult result = run([&](uint64_t now, const std::string&, DeviceRecord& record) {
            if (now == seed) record.memory.back() ^= 1;
        }, log);
        noticed += result.difference.has_value();
        if (noticed > 0) break;
    }
    REQUIRE(noticed > 0);
}

}  // namespace napier::test
