// Do the simulator, the RTL and the golden interpreter agree on random programs, cycle by cycle and byte by byte?

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "driver/verify/campaign.hpp"

using napier::driver::CampaignOptions;

namespace {

void agrees(const char* machine, uint64_t programs) {
    CampaignOptions options;
    options.machine = machine;
    options.programs = programs;
    options.seed = 0x6e6170696572;
    const auto result =
        napier::driver::run_campaign(options, [](const std::string& line) { fmt::print("{}\n", line); });
    INFO(result.program);
    REQUIRE(result.difference.value_or("") == "");
    REQUIRE(result.programs == programs);
    REQUIRE(result.golden > programs / 2);
    REQUIRE(result.resets > 0);
    REQUIRE(result.errors > 0);
}

}  // namespace

TEST_CASE("random programs on tiny") { agrees("tiny", 500); }
TEST_CASE("random programs on odd", "[odd]") { agrees("odd", 500); }
TEST_CASE("random programs on icebreaker") { agrees("icebreaker", 150); }
TEST_CASE("random programs on edge") { agrees("edge", 120); }
TEST_CASE("random programs on vsq-small") { agrees("vsq-small", 300); }
TEST_CASE("random programs on mx-small") { agrees("mx-small", 300); }
TEST_CASE("random programs on mx") { agrees("mx", 30); }
TEST_CASE("random programs on pam") { agrees("pam", 200); }
