// Do the planes of trits hold every integer weight, in the least number of them?

#include <catch2/catch.hpp>

#include <cmath>
#include <vector>

#include "sw/formats/planes.hpp"

namespace {

using namespace napier;

int count_of(int weight) { return formats::plane_count(std::vector<int8_t>{static_cast<int8_t>(weight)}); }

}  // namespace

TEST_CASE("trits add up to every integer, and what is above a plane is the nearest multiple") {
    for (int weight = -400; weight <= 400; ++weight) {
        int sum = 0, power = 1;
        for (int plane = 0; plane < 8; ++plane, power *= 3) {
            const int trit = formats::trit(weight, plane);
            REQUIRE((trit == -1 || trit == 0 || trit == 1));
            sum += trit * power;
            REQUIRE(formats::upper_trits(weight, plane) == std::lround(static_cast<double>(weight) / power));
        }
        REQUIRE(sum == weight);
    }
}

TEST_CASE("the number of planes is the least that holds the weights") {
    for (int weight = -128; weight < 128; ++weight) {
        const int magnitude = std::abs(weight);
        const int least = magnitude <= 1     ? 1
                          : magnitude <= 4   ? 2
                          : magnitude <= 13  ? 3
                          : magnitude <= 40  ? 4
                          : magnitude <= 121 ? 5
                                             : 6;
        REQUIRE(count_of(weight) == least);
    }
    CHECK(formats::plane_count(std::vector<int8_t>{}) == 1);
    CHECK(formats::plane_count(std::vector<int8_t>{1, -14, 3}) == 4);
}
