// Do the worked examples and the table of rounding rules in docs/numerics.md hold?

#include <catch2/catch.hpp>

#include <cmath>

#include "sw/golden/accumulator_bound.hpp"
#include "sw/golden/layer.hpp"
#include "sw/golden/quantize.hpp"
#include "sw/golden/scaling.hpp"

namespace {

using namespace napier;

int64_t floor_divide(int64_t value, int64_t divisor) {
    const int64_t quotient = value / divisor;
    return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient;
}

// sum / 8 by the rules of the table.
int64_t half_even(int64_t sum) {
    return static_cast<int64_t>(golden::round_half_even(sum, 3));
}
int64_t half_up(int64_t sum) {
    return floor_divide(sum + 4, 8);
}
int64_t doubled(int64_t sum) {
    const int64_t high = floor_divide(sum + 1, 2);  // sum / 2, half up
    return high < 0 ? -floor_divide(-high + 2, 4) : floor_divide(high + 2, 4);  // half away from zero
}

}  // namespace

TEST_CASE("the table of rounding rules") {
    struct Row {
        int64_t sum, here, single, twice;
    };
    for (const Row& row : {Row{19, 2, 2, 3}, Row{20, 2, 3, 3}, Row{28, 4, 4, 4}, Row{-20, -2, -2, -3},
                           Row{-28, -4, -3, -4}}) {
        INFO(row.sum);
        CHECK(half_even(row.sum) == row.here);
        CHECK(half_up(row.sum) == row.single);
        CHECK(doubled(row.sum) == row.twice);
    }
}

TEST_CASE("examples of scaling, alone and shared") {
    const double multiplier = golden::real_multiplier(0.02f, 0.005f, 0.03f);
    CHECK(multiplier == 0x1.b4e81aaaaaaabp-9);
    const golden::Scaling alone = golden::choose_scaling(multiplier);
    CHECK(alone.significand == 14316557u);
    CHECK(alone.shift == 32);
    golden::Requantization column;
    column.bias = -678;
    column.significand = alone.significand;
    column.shift = alone.shift;
    CHECK(golden::scaled_value(column, 12345, 0) == Int128{167031270519});
    CHECK(golden::requantize(column, 12345) == 39);

    const double residual = static_cast<double>(0.04f) / static_cast<double>(0.03f);
    CHECK(golden::choose_scaling(residual).shift == 23);
    const golden::SharedScaling shared = golden::choose_shared_scaling({multiplier}, residual);
    CHECK(shared.shift == 23);
    CHECK(shared.significand == std::vector<uint32_t>{27962});
    CHECK(shared.residual_significand == 11184811u);
    column.significand = shared.significand[0];
    column.shift = shared.shift;
    column.has_residual = true;
    column.residual_zero = -12;
    column.residual_significand = shared.residual_significand;
    CHECK(golden::scaled_value(column, 12345, 37) == Int128{874288393});
    CHECK(golden::requantize(column, 12345, 37) == 104);
}

TEST_CASE("examples of ties") {
    golden::Requantization column;
    column.significand = 3;
    column.shift = 2;
    column.output_zero = 10;
    CHECK(golden::requantize(column, 10) == 18);
    CHECK(golden::requantize(column, 6) == 14);
    CHECK(golden::requantize(column, -6) == 6);
}

TEST_CASE("example of padding") {
    Model model;
    model.tensors = {{"in", 2, 2, 1, 1.0f, -10}, {"out", 3, 3, 1, 1.0f, 0}};
    Layer layer;
    layer.input = 0;
    layer.output = 1;
    layer.format = "int8";
    layer.window = {2, 2, 1, 1, 1, 1, 1, 1, 1, 1};
    layer.weight = {1, 2, 3, 4};
    layer.bias = {100};
    layer.significand = {1};
    layer.shift = {0};
    CHECK(golden::accumulate(model, layer, {1, 2, 3, 4}, 0, 0, 0) == -56);
    model.layers = {layer};
    CHECK(golden::run_layer(model, layer, {{1, 2, 3, 4}, {}})[0] == 44);
}

TEST_CASE("example of an accumulator") {
    Layer layer;
    layer.format = "int8";
    layer.weight = {3, -2, 0};
    layer.bias = {100};
    const golden::AccumulatorBound bound = golden::accumulator_bound(layer);
    CHECK(bound.least_partial == -638);
    CHECK(bound.greatest_partial == 637);
    CHECK(bound.least_biased == -538);
    CHECK(bound.greatest_biased == 737);
    CHECK(bound.bits == 11);
}

TEST_CASE("example of planes") {
    Layer layer;
    layer.format = "int8";
    layer.weight = {2};
    layer.bias = {0};
    CHECK(golden::accumulator_bound(layer, 2).least_partial == -384);
    CHECK(golden::accumulator_bound(layer, 2).bits == 10);
    CHECK(golden::accumulator_bound(layer).bits == 9);
}

TEST_CASE("example of an average") {
    const golden::Scaling scaling = golden::choose_scaling(1.0 / 6.0);
    CHECK(scaling.significand == 11184811u);
    CHECK(scaling.shift == 26);
    golden::Requantization column;
    column.significand = scaling.significand;
    column.shift = scaling.shift;
    CHECK(golden::requantize(column, 21) == 4);
    CHECK(golden::requantize(column, -21) == -4);
    CHECK(golden::requantize(column, 15) == 3);
}

TEST_CASE("example of an input") {
    CHECK(0.35f / 0.1f == 3.5f);
    CHECK(static_cast<double>(0.35f) / static_cast<double>(0.1f) < 3.5);
    CHECK(golden::quantize(0.35f, 0.1f, 0) == 4);
}
