// Do the estimates of SqueezeNext's machine follow its rules, and reproduce the paper's table?

#include <catch2/catch.hpp>

#include <cmath>

#include "driver/squeezenext/study.hpp"
#include "tests/driver/command_line.hpp"

using namespace napier;
using namespace napier::driver::squeezenext;
using Catch::Matchers::Contains;

namespace {

zoo::Layer layer(int64_t in, int64_t out, int64_t size, int64_t kernel, int64_t groups = 1) {
    zoo::Layer result{"layer", groups > 1 ? "dwconv" : "conv"};
    result.in_channels = in;
    result.out_channels = out;
    result.in_height = result.in_width = result.out_height = result.out_width = size;
    result.kernel_height = result.kernel_width = kernel;
    result.groups = groups;
    return result;
}

// Streams the pixels of every tap for every tile of channels, cycle by cycle; an array is filled for `side` cycles.
double streamed_cycles(const zoo::Layer& layer, int64_t side) {
    int64_t cycles = 0;
    for (int64_t group = 0; group < layer.groups; ++group) {
        for (int64_t in = 0; in < layer.in_channels / layer.groups; in += side) {
            for (int64_t out = 0; out < layer.out_channels / layer.groups; out += side) {
                for (int64_t tap = 0; tap < layer.kernel_height * layer.kernel_width; ++tap) {
                    cycles += side + layer.out_height * layer.out_width;
                }
            }
        }
    }
    return double(cycles);
}

// Keeps the sums of a block of pixels for up to 8 outputs: loads a channel's pixels in `side` cycles, or for as long as
// its weights last of which 3 in 5 are not zero.
double kept_cycles(const zoo::Layer& layer, int64_t side) {
    double cycles = 0.0;
    const int64_t inputs = layer.in_channels / layer.groups, outputs = layer.out_channels / layer.groups;
    for (int64_t y = 0; y < layer.out_height; y += side) {
        for (int64_t x = 0; x < layer.out_width; x += side) {
            for (int64_t part = 0; part < outputs; part += 8) {
                const int64_t kept = part + 8 <= outputs ? 8 : outputs - part;
                const double weights = 0.6 * double(layer.kernel_height * layer.kernel_width * kept);
                for (int64_t in = 0; in < inputs; ++in) cycles += weights > double(side) ? weights : double(side);
                cycles += double(side * kept);
            }
        }
    }
    return cycles * double(layer.groups);
}

}  // namespace

TEST_CASE("Cycles of both dataflows are those of their loops") {
    for (const Array& array : arrays()) {
        for (const zoo::Layer& one : {layer(3, 20, 17, 3), layer(64, 13, 56, 1), layer(33, 64, 9, 5),
                                      layer(24, 24, 14, 3, 24), layer(512, 1000, 1, 1)}) {
            const Estimate result = estimate(one, array);
            CHECK(result.weight_stationary_cycles == streamed_cycles(one, array.side));
            CHECK(std::llround(1000.0 * result.output_stationary_cycles) ==
                  std::llround(1000.0 * kept_cycles(one, array.side)));
            CHECK(result.is_output_stationary == (result.output_stationary_cycles < result.weight_stationary_cycles));
        }
    }
}

TEST_CASE("A layer that fits the buffer moves each byte once, a larger one what the cheaper order moves") {
    const Array& small = arrays()[0];
    CHECK(estimate(layer(16, 32, 8, 1), small).dram_bytes == 2 * (16 * 32 + 16 * 64 + 32 * 64));
    // 2 * 64 * 64 * 9 = 73,728 bytes of weights, 2 * 64 * 196 = 25,088 of input and output each, 32,768 of buffer:
    // weights stay in 4 parts with outputs, or inputs and outputs in 2 parts.
    CHECK(estimate(layer(64, 64, 14, 3), small).dram_bytes == 25'088 + 25'088 + 2 * 73'728);
    // 2 * 8 * 8 = 128 bytes of weights, 2 * 8 * 10,000 = 160,000 of input and output: inputs in 10 parts, or all
    // weights and outputs in 5 parts.
    CHECK(estimate(layer(8, 8, 100, 1), small).dram_bytes == 320'000 + 10 * 128);
}

TEST_CASE("A layer takes the longer of array and memory, and what nothing overlaps") {
    const Array& large = arrays()[1];
    const Estimate fc = estimate(layer(4096, 4096, 1, 1), large);  // 33,554,432 bytes of weights
    CHECK(fc.memory_cycles == 100.0 + double(fc.dram_bytes) / 16.0);
    CHECK(fc.edge_cycles == 200.0 + 8192.0 / 16.0 + 8192.0 / 16.0);
    CHECK(fc.cycles == fc.memory_cycles + fc.edge_cycles);
    const Estimate conv = estimate(layer(64, 64, 28, 3), large);
    CHECK(conv.memory_cycles < conv.output_stationary_cycles);
    CHECK(conv.cycles == std::min(conv.output_stationary_cycles, conv.weight_stationary_cycles) + conv.edge_cycles);
}

TEST_CASE("The energy of a small layer is its counted accesses times Eyeriss's units") {
    const Estimate streamed = estimate(layer(8, 8, 4, 1), arrays()[0]);  // 16 pixels, 1,024 products
    REQUIRE(!streamed.is_output_stationary);
    CHECK(streamed.energy.multiply == 1024.0);
    CHECK(streamed.energy.registers == 1024.0);
    CHECK(streamed.energy.neighbour == 2048.0);
    CHECK(streamed.energy.buffer == 6.0 * (128 + 128 + 64));  // inputs, sums written once, weights
    CHECK(streamed.energy.dram == 200.0 * (128 + 128 + 64));
    CHECK(streamed.energy.total() == 1024.0 * 4.0 + 206.0 * 320.0);
    const Estimate kept = estimate(layer(1, 8, 8, 5), arrays()[0]);  // 64 pixels, 12,800 products
    REQUIRE(kept.is_output_stationary);
    CHECK(kept.energy.multiply == 0.6 * 12'800);
    CHECK(kept.energy.registers == 2.0 * kept.energy.multiply);
    CHECK(kept.energy.buffer == 6.0 * (0.6 * 200 + 64 + 512));
}

TEST_CASE("Every published time of table 3 is met within 5 %, every energy within 15 %") {
    size_t times = 0;
    for (const StudyRow& row : study()) {
        for (size_t array = 0; array < 2; ++array) {
            const auto& published = array == 0 ? row.paper->on_8x8 : row.paper->on_16x16;
            if (!published) continue;
            INFO(row.paper->title << " on " << arrays()[array].name);
            CHECK(std::abs(row.relative_time[array] / published->relative_time - 1.0) <= 0.05);
            CHECK(std::abs(row.estimates[array].energy.total() / published->energy - 1.0) <= 0.15);
            ++times;
        }
        if (row.paper->products) CHECK(std::abs(double(row.estimates[0].products) / 1e6 - *row.paper->products) < 1.0);
    }
    CHECK(times == 15);
}

TEST_CASE("napier squeezenext prints the table, and the layers of a network") {
    const test::Result table = test::napier("squeezenext");
    CHECK(table.code == 0);
    for (const PaperRow& row : paper_rows()) CHECK_THAT(table.text, Contains(row.title));
    CHECK_THAT(table.text, Contains("predicted"));
    const test::Result layers = test::napier("squeezenext sqnxt23-v5 --array 8");
    CHECK(layers.code == 0);
    CHECK_THAT(layers.text, Contains("squeezenext-8x8") && Contains("Convolution111"));
    CHECK(test::napier("squeezenext resnet19").code == 2);
    CHECK(test::napier("squeezenext --array 9").code == 2);
}
