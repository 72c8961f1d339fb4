// Do all devices run the same program bytes to the same results, and in the same cycles where they know them?

#include <catch2/catch.hpp>

#include "tests/devices/line_up.hpp"

namespace napier::test {
namespace {

constexpr const char* without_serial[] = {"sim", "rtl", "tlm", "tlm-loose", "uio"};
constexpr const char* every_device[] = {"sim", "rtl", "tlm", "tlm-loose", "uio", "serial"};

void check(const NamedNetwork& network, std::span<const char* const> devices) {
    const LineUp result = line_up(network, devices);
    INFO(result.name << " on " << result.machine);
    CHECK(result.difference == "");
    REQUIRE(result.cycles.size() == devices.size());
    // sim, rtl and tlm, with the same memory.
    CHECK(result.cycles[0] > 0);
    CHECK(result.cycles[1] == result.cycles[0]);
    CHECK(result.cycles[2] == result.cycles[0]);
}

}  // namespace

TEST_CASE("Every model of digits is the same on every device but a serial board") {
    for (const char* model : {"adder", "apot", "binary", "float", "int4", "int8", "palette", "shift", "ternary",
                              "ternary_bn", "ttq"}) {
        check(digit_network(model, "odd"), without_serial);
    }
    check(digit_network("xnor", "xnor-small"), without_serial);
    check(digit_network("mxfp4", "mx-small"), without_serial);
}

TEST_CASE("Models of digits and a reduced network are the same on every device, a serial board too") {
    check(digit_network("ternary", "tiny"), every_device);
    check(reduced_network("ternary", "tiny"), every_device);
}

TEST_CASE("A reduced network is the same on every device but a serial board") {
    for (const char* style : {"int8", "ternary"}) check(reduced_network(style, "odd"), without_serial);
}

}  // namespace napier::test
