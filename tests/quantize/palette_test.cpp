// Sixteen values for a layer: Lloyd's iteration and the table it ends in.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "sw/quantize/palette.hpp"
#include "tests/quantize/samples.hpp"

using namespace napier;
using namespace napier::quantize;

namespace {

std::vector<double> doubles(size_t count, uint64_t seed) {
    const std::vector<float> values = test::laplace(count, seed);
    return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("start, nearest entry and one step by hand") {
    const std::vector<double> values = {5.0, 1.0, 2.0, 9.0};
    CHECK(quantile_entries(values, 2) == std::vector<double>{2.0, 9.0});  // ranks 1 and 3
    const std::vector<double> entries = {0.0, 4.0};
    CHECK(nearest_entry(entries, 2.0) == 0);
    CHECK(nearest_entry(entries, 2.5) == 1);
    CHECK(distance(values, entries) == 1.0 + 1.0 + 4.0 + 25.0);
    CHECK(lloyd_step(values, entries) == std::vector<double>{1.5, 7.0});
    CHECK(lloyd_step(values, std::vector<double>{-100.0, 4.0}) == std::vector<double>{-100.0, 4.25});
}

TEST_CASE("no step makes the distance greater, and the end is a standstill") {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        const std::vector<double> values = doubles(500, seed);
        std::vector<double> entries = quantile_entries(values, palette_entries);
        double before = distance(values, entries);
        for (int step = 0; step < 50; ++step) {
            entries = lloyd_step(values, entries);
            const double after = distance(values, entries);
            REQUIRE(after <= before);
            before = after;
        }
        const std::vector<double> found = find_entries(values, palette_entries);
        CHECK(lloyd_step(values, found) == found);
        CHECK(std::is_sorted(found.begin(), found.end()));
    }
}

TEST_CASE("two entries of few values: never better than the best of all cuts, often equal") {
    int equal = 0;
    for (uint64_t seed = 1; seed <= 50; ++seed) {
        std::vector<double> values = doubles(7, seed);
        std::sort(values.begin(), values.end());
        double best = HUGE_VAL;
        for (size_t cut = 1; cut < values.size(); ++cut) {
            const auto mean = [&](size_t first, size_t last) {
                double sum = 0.0;
                for (size_t i = first; i < last; ++i) sum += values[i];
                return sum / static_cast<double>(last - first);
            };
            best = std::min(best, distance(values, std::vector<double>{mean(0, cut), mean(cut, values.size())}));
        }
        const double found = distance(values, find_entries(values, 2));
        CHECK(found >= best * (1 - 1e-12));
        equal += found <= best * (1 + 1e-12);
    }
    CHECK(equal > 25);
}

TEST_CASE("a layer has at most sixteen integers, each weight the nearest of them") {
    const FloatWeights weights = test::random_weights(6, 200, 17);
    const IntegerWeights quantized = quantize_palette(weights);
    const std::set<int> table(quantized.integers.begin(), quantized.integers.end());
    CHECK(table.size() == 16);
    for (size_t i = 0; i < weights.values.size(); ++i) {
        const double quotient = double{weights.values[i]} / quantized.scales[i / weights.per_channel];
        for (const int entry : table) {
            REQUIRE(std::abs(quotient - quantized.integers[i]) <= std::abs(quotient - entry));
        }
    }
}

TEST_CASE("sixteen values or fewer are kept exactly") {
    FloatWeights weights{1, 32, {}};
    for (int i = 0; i < 32; ++i) weights.values.push_back(static_cast<float>(i % 16 == 0 ? 127 : 8 * (i % 16) - 64));
    const IntegerWeights quantized = quantize_palette(weights);
    CHECK(quantized.scales == std::vector<float>{1.0f});
    for (size_t i = 0; i < 32; ++i) CHECK(quantized.integers[i] == static_cast<int>(weights.values[i]));
}
