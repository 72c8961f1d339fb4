// Do the simulator and the RTL agree at the edges that random programs seldom meet?

#include <catch2/catch.hpp>

#include "tests/lockstep/hand.hpp"

using namespace napier;
using namespace napier::test;
using namespace napier::spec;

namespace {

// Loads that make the first words of every buffer known: bytes of `activation`, `weight`; parameters as given.
Hand prepared(const Machine& machine, int activation, int weight, int64_t bias, int64_t significand, int64_t shift) {
    Hand hand(machine);
    const uint32_t activations = Hand::data, weights = Hand::data + 0x2000, parameters = Hand::data + 0x6000;
    hand.fill(activations, 0x2000, activation)
        .fill(weights, 0x4000, weight)
        .parameters(parameters, bias, significand, shift);
    const int64_t weight_bytes = std::min(0x4000, machine.weight_words * weight_word_bytes(machine));
    const int64_t activation_bytes = std::min(0x2000, machine.activation_words * activation_word_bytes(machine));
    hand.load({{load::address, activations}, {load::length, activation_bytes}});
    hand.load({{load::target, int64_t(load::Target::weight)}, {load::address, weights}, {load::length, weight_bytes}});
    hand.load({{load::target, int64_t(load::Target::residual)}, {load::address, activations},
               {load::length, output_word_bytes(machine) * 16}});
    hand.load({{load::target, int64_t(load::Target::parameter)},
               {load::address, parameters},
               {common::signal, load_exec},
               {load::length, parameter_word_bytes(machine) * machine.columns / machine.post_lanes}});
    return hand;
}

int64_t passes_at_once(const Machine& machine) {
    return std::min(0x4000, machine.weight_words * weight_word_bytes(machine)) / weight_word_bytes(machine) /
           machine.rows;
}

Hand& store_pixels(Hand& hand, const Machine& machine, int64_t pixels) {
    return hand.store({{common::wait, store_exec * 1},
                       {store::address, Hand::results + 1},
                       {store::length, machine.columns},
                       {store::count_x, pixels},
                       {store::buffer_stride_x_word, 1},
                       {store::memory_stride_x, machine.columns}});
}

}  // namespace

TEST_CASE("sums reach the accumulator's edge and pass it") {
    for (const char* name : {"tiny", "odd"}) {
        const Machine& machine = find_machine(name);
        const bool multiplies = has_format(machine, formats[format_int8]);
        const Format& format = formats[multiplies ? format_int8 : format_ternary];
        const int64_t product = multiplies ? 128 * 128 : 128, passes = passes_at_once(machine);
        const int64_t step = product * machine.rows * lanes(machine, format) * passes;
        const int64_t steps = (int64_t{1} << (machine.accumulator_bits - 1)) / step;
        Pair pair(machine);
        for (const int64_t extra : {-1, 0, 1, 2}) {
            // -128 times -128, or minus -128: each sum grows by `step`; the shift shows the top bits.
            Hand hand = prepared(machine, 0x80, multiplies ? 0x80 : 0xff, 0, 1, machine.accumulator_bits - 8);
            for (int64_t i = 0; i < steps + extra; ++i) {
                hand.exec({{exec::format, format.code},
                           {exec::start, i == 0},
                           {exec::finish, i + 1 == steps + extra},
                           {exec::out_w, 2},
                           {exec::group_count, passes},
                           {common::wait, i == 0 ? from_load : 0},
                           {common::signal, i + 1 == steps + extra ? from_store : 0}});
            }
            store_pixels(hand, machine, 2);
            CAPTURE(name, extra);
            REQUIRE(pair.difference(hand.program()) == "");
            REQUIRE(pair.record.status == 1u << status_done_bit);
        }
    }
}

TEST_CASE("requantization meets its ties, ends and widest values", "[odd]") {
    const Machine& machine = find_machine("odd");
    Pair pair(machine);
    for (const int64_t shift : {0, 1, 2, 7, 24, 31, 32, 33, 47, 55, 62, 63})
        for (const int64_t significand : {int64_t{0}, int64_t{1}, int64_t{3}, int64_t{1} << 23, (int64_t{1} << 24) - 1})
            for (const int64_t bias :
                 {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{INT32_MIN}, int64_t{INT32_MAX}, int64_t{5}}) {
                Hand hand = prepared(machine, 1, 1, bias, significand, shift);
                hand.exec({{exec::start, 1},
                           {exec::finish, 1},
                           {exec::out_w, 3},
                           {exec::residual, shift % 2},
                           {exec::rectify, bias == 5},
                           {exec::output_zero, -3},
                           {exec::residual_zero, 7},
                           {exec::residual_significand, significand},
                           {common::wait, from_load},
                           {common::signal, from_store}});
                store_pixels(hand, machine, 3);
                CAPTURE(shift, significand, bias);
                REQUIRE(pair.difference(hand.program()) == "");
            }
}

TEST_CASE("passes of every number of pixels, alone and one after the other") {
    for (const char* name : {"tiny", "odd"}) {
        const Machine& machine = find_machine(name);
        Pair pair(machine);
        for (int64_t pixels = 1; pixels <= 2 * machine.rows + 6; ++pixels)
            for (const int64_t groups : {1, 2, 5}) {
                Hand hand = prepared(machine, 3, 1, 0, 1, 0);
                for (int i = 0; i < 4; ++i) {
                    hand.exec({{exec::format, format_ternary},
                               {exec::start, 1},
                               {exec::finish, i != 1},
                               {exec::out_w, pixels},
                               {exec::group_count, groups},
                               {common::wait, i == 0 ? from_load : 0},
                               {common::signal, i == 3 ? from_store : 0}});
                    if (i == 1) hand.exec({{exec::format, format_ternary}, {exec::finish, 1}, {exec::out_w, pixels}});
                }
                store_pixels(hand, machine, pixels);
                CAPTURE(name, pixels, groups);
                REQUIRE(pair.difference(hand.program()) == "");
            }
    }
}

TEST_CASE("rows at every alignment and length, loaded and stored") {
    for (const char* name : {"tiny", "odd", "edge"}) {
        const Machine& machine = find_machine(name);
        Pair pair(machine);
        const int64_t step = machine.beat_bytes > 4 ? 3 : 1;
        for (int64_t offset = 0; offset < 2 * machine.beat_bytes; offset += step)
            for (int64_t length = 1; length < 3 * machine.beat_bytes + 2; length += step) {
                Hand hand = prepared(machine, 0x11, 1, 0, 1, 0);
                for (uint32_t i = 0; i < 300; ++i) hand.byte(Hand::data + 4000 + i, int(i));
                hand.load({{load::address, Hand::data + 4096 - 20 + offset},
                           {load::length, length},
                           {load::count_x, 3},
                           {load::memory_stride_x, length + offset},
                           {load::buffer_byte, (offset * 5 + length) % activation_word_bytes(machine)},
                           {load::buffer_stride_x_byte, (length + 1) % activation_word_bytes(machine)},
                           {load::buffer_stride_x_word, 1},
                           {common::signal, load_exec}});
                hand.exec({{exec::format, format_ternary},
                           {exec::start, 1},
                           {exec::finish, 1},
                           {exec::out_w, 8},
                           {exec::pixel_stride, lanes_max(machine)},
                           {common::wait, from_load}});
                hand.exec({{exec::format, format_ternary},
                           {exec::start, 1},
                           {exec::finish, 1},
                           {exec::out_w, 8},
                           {exec::pixel_stride, lanes_max(machine)},
                           {common::wait, from_load},
                           {common::signal, from_store}});
                hand.store({{common::wait, store_exec},
                            {store::address, Hand::results + 4096 - 9 + offset},
                            {store::length, std::min<int64_t>(length, machine.columns)},
                            {store::count_x, 4},
                            {store::count_y, 2},
                            {store::memory_stride_x, length},
                            {store::memory_stride_y, 200},
                            {store::buffer_stride_x_word, 1},
                            {store::buffer_stride_y_word, 4}});
                CAPTURE(name, offset, length);
                REQUIRE(pair.difference(hand.program()) == "");
            }
    }
}

TEST_CASE("a program of one command of each kind, and the longest rows") {
    const Machine& machine = find_machine("edge");
    Pair pair(machine);
    REQUIRE(pair.difference(Hand(machine).load({{load::fill, 1}, {load::length, 1}}).program()) == "");
    REQUIRE(pair.difference(Hand(machine).load({{load::length, 1}}).program()) == "");
    REQUIRE(
        pair.difference(
            Hand(machine).load({{load::length, 0x8001}, {load::address, 0x3fff}, {load::buffer_byte, 63}}).program()) ==
        "");
    REQUIRE(pair.difference(Hand(machine).exec({{exec::start, 1}}).program(), false) == "");
    REQUIRE(pair.difference(Hand(machine).store({{store::length, 1}, {store::address, Hand::results}}).program(),
                            false) == "");
}
