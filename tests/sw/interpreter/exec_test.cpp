// Does EXEC compute the sums and outputs worked out by hand?

#include <catch2/catch.hpp>

#include "tests/support/program.hpp"

namespace {

using namespace napier;
using test::command;
using test::with;
using Values = std::vector<int>;
namespace load = spec::load;
namespace store = spec::store;
namespace exec = spec::exec;

spec::CommandWords load_row(load::Target target, uint32_t address, int64_t length) {
    return command(spec::Opcode::load, {{load::target, static_cast<int64_t>(target)}, {load::address, address},
                                        {load::length, length}, {load::count_x, 1}, {load::count_y, 1}});
}

spec::CommandWords store_row(uint32_t address, int64_t length) {
    return command(spec::Opcode::store,
                   {{store::address, address}, {store::length, length}, {store::count_x, 1}, {store::count_y, 1}});
}

constexpr uint32_t activations = 0x100, weights = 0x200, parameters = 0x300, residuals = 0x400, outputs = 0x500;
constexpr uint32_t tables = 0x600;

// Machine tiny, ternary: 4 rows, 2 lanes, 4 columns. Columns weigh: all +1; all -1; lane 1 alone; the code 10.
class TinyBench : public test::InterpreterBench {
public:
    TinyBench() : InterpreterBench("tiny") {
        place(activations, {1, 2, 3, 4, 10, 20, 30, 40, -128, -128, -128, -128, 127, 127, 127, 127});
        for (uint32_t row = 0; row < 4; ++row) {
            place(weights + 4 * row, {0xf5, 0xa4, 0, 0});
        }
        const int64_t bias[] = {-10, 0, 5, 77}, significand[] = {1, 1, 3, 2}, shift[] = {1, 0, 1, 0};
        for (uint32_t c = 0; c < 4; ++c) {
            place_parameter(parameters + 8 * c, bias[c], significand[c], shift[c]);
        }
    }

    std::vector<spec::CommandWords> program(const std::vector<spec::CommandWords>& execs, int64_t stored) const {
        std::vector<spec::CommandWords> commands = {load_row(load::Target::activation, activations, 16),
                                                    load_row(load::Target::weight, weights, 16),
                                                    load_row(load::Target::parameter, parameters, 32),
                                                    load_row(load::Target::residual, residuals, 8)};
        commands.insert(commands.end(), execs.begin(), execs.end());
        commands.push_back(store_row(outputs, stored));
        return commands;
    }
};

// One vector, one pass.
spec::CommandWords one_vector() {
    return command(spec::Opcode::exec,
                   {{exec::format, spec::format_ternary}, {exec::start, 1}, {exec::finish, 1}, {exec::group_count, 1},
                    {exec::out_w, 1}, {exec::out_h, 1}, {exec::kernel_w, 1}, {exec::kernel_h, 1}, {exec::limit_w, 1},
                    {exec::limit_h, 1}, {exec::clamp_low, -128}, {exec::clamp_high, 120}, {exec::output_zero, 1},
                    {exec::output_stride, 1}});
}

}  // namespace

TEST_CASE("one ternary vector in every column") {
    TinyBench bench;
    CHECK(bench.run(bench.program({one_vector()}, 4)).success());
    // (110 - 10) / 2 + 1; -110 + 1; (100 + 5) * 3 / 2 = 157.5 and 77 * 2: clamped.
    CHECK(bench.memory(outputs, 4) == Values{51, -109, 120, 120});
}

TEST_CASE("a second pixel, by stride and by base") {
    TinyBench bench;
    const auto two = with(with(with(one_vector(), exec::out_w, 2), exec::pixel_stride, 2), exec::limit_w, 2);
    CHECK(bench.run(bench.program({with(two, exec::stride_x, 1)}, 8)).success());
    // The second: sums -4, +4, 508, 0.
    CHECK(bench.memory(outputs, 8) == Values{51, -109, 120, 120, -6, 5, 120, 120});
    CHECK(bench.run(bench.program({with(one_vector(), exec::activation_base, 2)}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{-6, 5, 120, 120});
    CHECK(bench.run(bench.program({with(one_vector(), exec::activation_base, 3)}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{-6, 5, 120, 120});  // the low bit is ignored
}

TEST_CASE("rows of pixels, each row's end in the padding") {
    TinyBench bench;
    auto rows = with(with(with(one_vector(), exec::out_w, 3), exec::out_h, 2), exec::pixel_stride, 2);
    rows = with(with(with(rows, exec::stride_x, 1), exec::stride_y, 3), exec::limit_w, 2);
    rows = with(with(rows, exec::limit_h, 4), exec::row_stride, 0xfffe);  // the second row starts one vector before
    rows = with(with(rows, exec::activation_base, 2), exec::pixel_stride, 0);
    CHECK(bench.run(bench.program({rows}, 24)).success());
    CHECK(bench.memory(outputs, 24) == Values{-6,  5,    120, 120, -6, 5,    120, 120, -4, 1, 9, 120,
                                              51, -109, 120, 120, 51, -109, 120, 120, -4, 1, 9, 120});
}

TEST_CASE("outside the limits stands the pad byte, and nothing is read") {
    TinyBench bench;
    auto padded = with(with(one_vector(), exec::origin_x, -1), exec::pad_byte, 0xfd);
    padded = with(padded, exec::activation_base, 0x1ff);  // the last slot, which was never written
    CHECK(bench.run(bench.program({padded}, 4)).success());
    // Every activation is -3: sums -24, 24, -12, 0.
    CHECK(bench.memory(outputs, 4) == Values{-16, 25, -9, 120});  // -34/2 = -17; 24; -21/2 = -10.5 -> -10
    auto below = with(with(one_vector(), exec::origin_y, 1), exec::pad_byte, 0);
    CHECK(bench.run(bench.program({below}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{-4, 1, 9, 120});  // -10/2; 0; 7.5 -> 8
}

TEST_CASE("coordinates wrap modulo 2^word_bits") {
    TinyBench bench;
    auto wrapped = with(with(with(one_vector(), exec::origin_x, -32768), exec::kernel_w, 2), exec::dilation_x, 255);
    // With the greatest limit every x but the last is data; x is -32768, of which word_bits bits are 0.
    wrapped = with(with(wrapped, exec::limit_w, 0x1ff), exec::kernel_w, 1);
    CHECK(bench.run(bench.program({wrapped}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{51, -109, 120, 120});
}

TEST_CASE("a tile over two commands adds up, and taps and groups take weights in order") {
    TinyBench bench;
    const auto first = with(one_vector(), exec::finish, 0);
    const auto second = with(with(one_vector(), exec::start, 0), exec::activation_base, 2);
    CHECK(bench.run(bench.program({first, second}, 4)).success());
    // Sums 106, -106, 608, 0.
    CHECK(bench.memory(outputs, 4) == Values{49, -105, 120, 120});
    for (const auto& [count, stride] : {std::pair{exec::group_count, exec::group_stride},
                                        std::pair{exec::kernel_w, exec::tap_stride_x},
                                        std::pair{exec::kernel_h, exec::tap_stride_y}}) {
        auto both = with(with(one_vector(), count, 2), stride, 2);
        auto commands = bench.program({both}, 4);
        // The second pass weighs +1 everywhere.
        bench.place(weights + 16, {0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0});
        commands[1] = load_row(load::Target::weight, weights, 32);
        CHECK(bench.run(commands).success());
        // Sums 110 - 4, -110 - 4, 100 - 4, -4.
        CHECK(bench.memory(outputs, 4) == Values{49, -113, 120, 120});
    }
}

TEST_CASE("a command may add to three times the sums") {
    TinyBench bench;
    const auto first = with(one_vector(), exec::finish, 0);
    auto second = with(with(one_vector(), exec::start, 0), exec::activation_base, 2);
    second = with(second, exec::triple, 1);
    CHECK(bench.run(bench.program({first, second}, 4)).success());
    // Sums 3 * 110 - 4, 3 * -110 + 4, 3 * 100 + 508, 0: the first clamped, -326 + 0 clamped.
    CHECK(bench.memory(outputs, 4) == Values{120, -128, 120, 120});
    for (uint32_t c = 0; c < 3; ++c) bench.place_parameter(parameters + 8 * c, 0, 1, 3);
    CHECK(bench.run(bench.program({first, second}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{42, -40, 102, 120});  // 326/8 = 40.75; -40.75; 808/8 = 101
    // Of a command with several passes the first alone; of one that starts, none.
    auto both = with(with(second, exec::group_count, 2), exec::group_stride, 0);
    auto commands = bench.program({first, both}, 4);
    bench.place(weights + 16, {0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0, 0x55, 0x55, 0, 0});
    commands[1] = load_row(load::Target::weight, weights, 32);
    CHECK(bench.run(commands).success());
    CHECK(bench.memory(outputs, 4) == Values{41, -40, 101, 120});  // 322, -330, 804 by 8: 40.25, -41.25, 100.5
    CHECK(bench.run(bench.program({with(one_vector(), exec::triple, 1)}, 3)).success());
    CHECK(bench.memory(outputs, 3) == Values{15, -13, 13});  // 110, -110, 100 by 8: 13.75, -13.75, 12.5 to even
}

TEST_CASE("three times a sum wraps at the accumulator's width") {
    TinyBench bench;  // 24 bits
    std::vector<spec::CommandWords> execs = {with(one_vector(), exec::finish, 0)};
    auto again = with(with(one_vector(), exec::start, 0), exec::triple, 1);
    again = with(again, exec::pad_byte, 0);
    again = with(again, exec::origin_x, -1);  // padding of zeros: only triples
    for (int i = 0; i < 12; ++i) execs.push_back(with(again, exec::finish, i == 11));
    for (uint32_t c = 0; c < 3; ++c) bench.place_parameter(parameters + 8 * c, 0, 1, 20);
    CHECK(bench.run(bench.program(execs, 2)).success());
    // 110 * 3^12 = 58458510 = 3 * 2^24 + 8126862; by 2^20: 7.75.
    CHECK(bench.memory(outputs, 2) == Values{9, -7});
}

TEST_CASE("the residual is added before the one rounding") {
    TinyBench bench;
    bench.place(residuals, {7, -128, 127, 0, 1, 2, 3, 4});
    auto added = with(with(one_vector(), exec::residual, 1), exec::residual_zero, 6);
    added = with(with(added, exec::residual_significand, 1), exec::clamp_low, -100);
    CHECK(bench.run(bench.program({added}, 4)).success());
    // (100 + 1) / 2 = 50.5 -> 50; -110 - 134 clamped; (315 + 121) / 2; 154 - 6.
    CHECK(bench.memory(outputs, 4) == Values{51, -100, 120, 120});
    CHECK(bench.run(bench.program({with(added, exec::residual_base, 1)}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{49, -100, 120, 120});  // (100 - 5) / 2 = 47.5 -> 48
}

TEST_CASE("a negative sum is 0 before the residual is added") {
    TinyBench bench;
    bench.place(residuals, {7, -128, 127, 0, 1, 2, 3, 4});
    auto added = with(with(one_vector(), exec::residual, 1), exec::residual_zero, -100);
    added = with(with(added, exec::residual_significand, 1), exec::rectify, 1);
    CHECK(bench.run(bench.program({added}, 4)).success());
    // (100 + 107) / 2 = 103.5 -> 104; 0 - 28; (315 + 227) / 2 and 154 + 100 clamped.
    CHECK(bench.memory(outputs, 4) == Values{105, -27, 120, 120});
    CHECK(bench.run(bench.program({with(added, exec::rectify, 0)}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{105, -128, 120, 120});  // -110 - 28 clamped
    CHECK(bench.run(bench.program({with(one_vector(), exec::rectify, 1)}, 4)).success());
    CHECK(bench.memory(outputs, 4) == Values{51, 1, 120, 120});
}

TEST_CASE("sums wrap at the accumulator's width") {
    TinyBench bench;  // 24 bits
    bench.place_parameter(parameters, (1 << 23) - 111, 1, 17);
    bench.place_parameter(parameters + 8, -(1 << 23) + 109, 1, 17);
    bench.place_parameter(parameters + 16, (1 << 24) + 3, 1, 0);
    CHECK(bench.run(bench.program({one_vector()}, 4)).success());
    // 2^23 - 1 stays; -2^23 - 1 becomes 2^23 - 1; 100 + 3.
    CHECK(bench.memory(outputs, 3) == Values{65, 65, 104});
    bench.place_parameter(parameters, (1 << 23) - 110, 1, 17);
    CHECK(bench.run(bench.program({one_vector()}, 4)).success());
    CHECK(bench.memory(outputs, 1) == Values{-63});  // 2^23 becomes -2^23
}

TEST_CASE("int8 with one lane on a machine whose words hold four") {
    test::InterpreterBench bench("odd");  // 3 rows, 5 columns, slots of 3 bytes, 4 in a word
    bench.place(activations, {1, -2, 3, 100, -128, 127});
    bench.place(weights, {1, 2, 127, -128, 0, 0, 0, 0, 3, 4, -128, 127, 0, 0, 0, 0, 5, 6, 1, -1, -3, 0, 0, 0});
    for (uint32_t c = 0; c < 5; ++c) {
        bench.place_parameter(parameters + 8 * c, 0, 1, c == 2 || c == 3 ? 8 : 3);
    }
    auto run = with(with(one_vector(), exec::format, spec::format_int8), exec::out_w, 2);
    run = with(with(with(run, exec::pixel_stride, 1), exec::limit_w, 2), exec::stride_x, 1);
    run = with(run, exec::output_zero, 0);
    CHECK(bench.run({load_row(load::Target::activation, activations, 6), load_row(load::Target::weight, weights, 24),
                     load_row(load::Target::parameter, parameters, 40), run, store_row(outputs, 5),
                     with(store_row(outputs + 5, 5), store::buffer_word, 1)})
              .success());
    // (1 - 6 + 15, 2 - 8 + 18, 127 + 256 + 3, -128 - 254 - 3, -9), then (351, 450, 29211, -29183, -381).
    CHECK(bench.memory(outputs, 10) == Values{1, 2, 2, -2, -1, 44, 56, 114, -114, -48});
}

// 3 rows, 5 columns, two lanes of indices; word 0 of the palette buffer is 0, 1 ... 15, word 1 has two entries.
TEST_CASE("weights are entries of the command's table") {
    test::InterpreterBench bench("odd");
    bench.place(activations, {1, 2, 3, 10, 20, 30});  // lane 0, lane 1
    bench.place(weights, {0x10, 0x21, 0xff, 0x0f, 0x00, 0, 0, 0, 0x10, 0x11, 0xff, 0x0f, 0x00, 0, 0, 0,
                          0x10, 0x11, 0xff, 0x0f, 0x00, 0, 0, 0});
    bench.place(tables, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    bench.place(tables + 16, {-128, 127, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1});
    for (uint32_t c = 0; c < 5; ++c) {
        bench.place_parameter(parameters + 8 * c, 0, 1, c == 2 ? 3 : 0);
    }
    auto run = with(with(one_vector(), exec::format, spec::format_palette), exec::output_zero, 0);
    const auto results = [&](int64_t word) {
        std::vector<spec::CommandWords> commands = {load_row(load::Target::activation, activations, 6),
                                                    load_row(load::Target::weight, weights, 24),
                                                    load_row(load::Target::parameter, parameters, 40),
                                                    load_row(load::Target::palette, tables, 32),
                                                    with(run, exec::palette_base, word), store_row(outputs, 5)};
        CHECK(bench.run(commands).success());
        return bench.memory(outputs, 5);
    };
    // Lane 0's sum is 6 * entry, lane 1's 60 * entry: 60; 6 + 60 + 10, 66 * 15 by 8, 6 * 15, 0.
    CHECK(results(0) == Values{60, 76, 120, 90, 0});
    // 6 * -128 + 60 * 127; 6 * 127 + 10 * 5 + 50 * 127; -66 by 8; -6 + 60 * -128; 66 * -128: all but one clamped.
    CHECK(results(1) == Values{120, 120, -8, -128, -128});
}

TEST_CASE("a table's entry that was never written makes the sum unknown, one that no weight names does not") {
    test::InterpreterBench bench("odd");
    bench.place(weights, {0x10, 0x10, 0x10, 0x10, 0x10, 0, 0, 0});
    auto run = with(with(one_vector(), exec::format, spec::format_palette), exec::palette_base, 2);
    run = with(run, exec::residual, 0);
    auto row = load_row(load::Target::weight, weights, 8);
    row = with(with(row, load::count_x, 3), load::buffer_stride_x_word, 1);
    const auto table = with(load_row(load::Target::palette, tables, 4), load::buffer_word, 2);
    const std::vector<spec::CommandWords> commands = {load_row(load::Target::activation, activations, 6), row,
                                                      load_row(load::Target::parameter, parameters, 40), table, run,
                                                      store_row(outputs, 5)};
    CHECK(bench.run(commands).success());
    bench.place(weights, {0x41, 0x10, 0x10, 0x10, 0x10, 0, 0, 0});
    CHECK_THAT(bench.run(commands).program_error, Catch::Contains("reads byte 4 of palette word 2"));
}

TEST_CASE("a table past the palette buffer, before too many pixels") {
    test::InterpreterBench bench("odd");
    auto run = with(with(one_vector(), exec::format, spec::format_palette), exec::palette_base, 9);
    run = with(run, exec::out_w, 1000);
    const golden::Outcome outcome = bench.run({run});
    CHECK(outcome.code == spec::ErrorCode::buffer_range);
    CHECK(outcome.address == 9);
}

TEST_CASE("outputs are the entries of the table that the command names") {
    test::InterpreterBench bench("odd");
    for (uint32_t c = 0; c < 5; ++c) {
        bench.place_parameter(parameters + 8 * c, Values{0, 5, -1, 300, -300}[c], 1, 0);
    }
    Values entries(256);
    for (int i = 0; i < 256; ++i) entries[size_t(i)] = (3 * i + 7) % 256 - 128;
    bench.place(tables, entries);
    auto run = with(with(one_vector(), exec::format, spec::format_int8), exec::residual, 0);
    run = with(with(with(with(run, exec::limit_w, 0), exec::output_zero, 0), exec::tabled, 1), exec::table, 1);
    run = with(with(run, exec::clamp_low, -128), exec::clamp_high, 127);
    const auto table = with(load_row(load::Target::table, tables, 256), load::buffer_word, 64);
    const auto weight = with(with(load_row(load::Target::weight, weights, 24), load::fill, 1), load::fill_byte, 0);
    std::vector<spec::CommandWords> commands = {weight, load_row(load::Target::parameter, parameters, 40), table, run,
                                                store_row(outputs, 5)};
    commands[2] = with(table, load::length, 252);  // all but the entries of -4 to -1
    CHECK_THAT(bench.run(commands).program_error, Catch::Contains("reads byte 3 of table word 127"));
    commands[2] = table;
    CHECK(bench.run(commands).success());
    // Entries 0, 5, 255, 127 and 128.
    CHECK(bench.memory(outputs, 5) == Values{-121, -106, -124, 4, 7});
    commands[3] = with(with(run, exec::table, 3), exec::out_w, 1000);
    const golden::Outcome outcome = bench.run(commands);
    CHECK(outcome.code == spec::ErrorCode::buffer_range);
    CHECK(outcome.address == 3);
}

// 3 rows, 5 columns, two lanes; pass p has its scales in word p of the palette buffer, a byte each.
TEST_CASE("a pass's sum is multiplied by its column's scale") {
    test::InterpreterBench bench("odd");
    bench.place(activations, {1, 2, 3, 10, 20, 30});  // lane 0, lane 1
    bench.place(weights, {0x01, 0x10, 0x7f, 0x81, 0x00, 0, 0, 0, 0x01, 0x10, 0x7f, 0x81, 0x00, 0, 0, 0,
                          0x01, 0x10, 0x7f, 0x81, 0x00, 0, 0, 0, 0x01, 0x00, 0x00, 0x00, 0x00, 0, 0, 0,
                          0x00, 0x00, 0x00, 0x00, 0x00, 0, 0, 0, 0x00, 0x00, 0x00, 0x00, 0x0f, 0, 0, 0});
    bench.place(tables, {2, 0xc1, 63, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                         5, 1, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    for (uint32_t c = 0; c < 5; ++c) {
        bench.place_parameter(parameters + 8 * c, 0, 1, c == 1 ? 7 : c == 2 ? 8 : c == 3 ? 2 : 0);
    }
    auto run = with(with(one_vector(), exec::format, spec::format_vsq), exec::output_zero, 0);
    run = with(with(run, exec::residual, 0), exec::palette_base, 1);
    std::vector<spec::CommandWords> commands = {load_row(load::Target::activation, activations, 6),
                                                load_row(load::Target::weight, weights, 48),
                                                load_row(load::Target::parameter, parameters, 40),
                                                with(load_row(load::Target::palette, tables, 32), load::buffer_word, 1),
                                                with(run, exec::group_count, 2), store_row(outputs, 5)};
    CHECK(bench.run(commands).success());
    // 2 * 6 + 5 * 1; 193 * 60 = 11580 by 128; 63 * (7 * 60 - 6) = 26082 by 256; (6 - 480) by 4, to even;
    // 9 * 0 + 4 * -3.
    CHECK(bench.memory(outputs, 5) == Values{17, 90, 102, -118, -12});
    commands[4] = with(with(run, exec::group_count, 2), exec::palette_base, 2);
    CHECK_THAT(bench.run(commands).program_error, Catch::Contains("of palette word 3"));
    commands[4] = with(with(run, exec::group_count, 2), exec::palette_base, 8);
    const golden::Outcome outcome = bench.run(commands);
    CHECK(outcome.code == spec::ErrorCode::buffer_range);
    CHECK(outcome.address == 9);
}
