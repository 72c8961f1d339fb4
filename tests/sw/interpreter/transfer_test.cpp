// Do LOAD and STORE move exactly the bytes of their loop nests?

#include <catch2/catch.hpp>

#include "tests/support/program.hpp"

namespace {

using namespace napier;
using test::command;
using Values = std::vector<int>;
namespace load = spec::load;
namespace store = spec::store;
namespace exec = spec::exec;

constexpr auto load_opcode = spec::Opcode::load;

// The first bytes of a buffer; -1 where never written.
Values contents(const golden::Buffer& buffer, uint32_t count) {
    Values values;
    for (uint32_t i = 0; i < count; ++i) {
        const golden::BufferPosition position = buffer.advance({0, 0}, 0, i);
        values.push_back(buffer.written(position) ? buffer.read(position) : -1);
    }
    return values;
}

}  // namespace

TEST_CASE("a row starts at any byte, runs on over words and leaves the rest alone") {
    test::InterpreterBench bench("tiny");  // activation words of 8 bytes
    bench.place(0x101, {1, 2, 3, 4, 5, 6, 7});
    CHECK(bench.run({command(load_opcode, {{load::address, 0x101}, {load::buffer_byte, 6}, {load::length, 7},
                                           {load::count_x, 1}, {load::count_y, 1}})})
              .success());
    CHECK(contents(bench.state.activation, 14) == Values{-1, -1, -1, -1, -1, -1, 1, 2, 3, 4, 5, 6, 7, -1});
    CHECK(bench.state.activation.advance({0, 6}, 0, 2).word == 1);
}

TEST_CASE("rows over two loops with strides in words and bytes on both sides") {
    test::InterpreterBench bench("tiny");
    for (int i = 0; i < 64; ++i) {
        bench.place(static_cast<uint32_t>(0x200 + i), {i});
    }
    // Rows of 2 bytes at memory 0, 5, 10 and 20, 25, 30; in the buffer 3 bytes apart in x and a word and 5 in y.
    CHECK(bench.run({command(load_opcode, {{load::address, 0x200}, {load::length, 2}, {load::count_x, 3},
                                           {load::count_y, 2}, {load::memory_stride_x, 5}, {load::memory_stride_y, 20},
                                           {load::buffer_stride_x_byte, 3}, {load::buffer_stride_y_word, 1},
                                           {load::buffer_stride_y_byte, 5}})})
              .success());
    CHECK(contents(bench.state.activation, 21) ==
          Values{0, 1, -1, 5, 6, -1, 10, 11, -1, -1, -1, -1, -1, 20, 21, -1, 25, 26, -1, 30, 31});
}

TEST_CASE("packed trits: four beats of memory are five of the weight buffer, rounded down") {
    const auto packed = [](int64_t length) {
        return command(load_opcode, {{load::target, static_cast<int64_t>(load::Target::weight)}, {load::packed, 1},
                                     {load::address, 0x200}, {load::length, length}, {load::count_x, 1},
                                     {load::count_y, 1}});
    };
    // 86 is +1 0 0 0 0; 255 five times -1; 3 is 0 0 0 0 -1; 0.
    const Values five{0b00000001, 0b11111100, 0b00001111, 0b00110000, 0};
    for (const auto& [length, count] : {std::pair{4, 4}, std::pair{12, 12}, std::pair{16, 20}}) {
        test::InterpreterBench bench("odd");  // beats of 4 bytes
        bench.place(0x200, {86, 255, 3, 0, 86, 255, 3, 0, 86, 255, 3, 0, 86, 255, 3, 0});
        CHECK(bench.run({packed(length)}).success());
        Values expected(24, -1);
        for (int i = 0; i < count; ++i) expected[static_cast<size_t>(i)] = five[static_cast<size_t>(i % 5)];
        CHECK(contents(bench.state.weight, 24) == expected);
    }
    test::InterpreterBench bench("odd");
    bench.place(0x200, {86, 255, 3, 0, 86, 255, 3, 0});
    CHECK(bench.run({test::with(packed(8), load::buffer_word, 149)}).success());
    CHECK(bench.run({test::with(packed(12), load::buffer_word, 149)}).address == 150);
    // Not with fill or another target, nor on a machine without.
    CHECK(bench.run({test::with(packed(8), load::target, 0)}).success());
    CHECK(contents(bench.state.activation, 9) == Values{86, 255, 3, 0, 86, 255, 3, 0, -1});
    CHECK(bench.run({test::with(test::with(packed(8), load::fill, 1), load::fill_byte, 7)}).success());
    CHECK(contents(bench.state.weight, 9) == Values{7, 7, 7, 7, 7, 7, 7, 7, -1});
    CHECK(bench.run({test::with(packed(6), load::length, 6)}).code == spec::ErrorCode::alignment);
    test::InterpreterBench tiny("tiny");
    CHECK(tiny.run({packed(8)}).code == spec::ErrorCode::bad_opcode);
}

TEST_CASE("strides that go backwards by wrapping") {
    test::InterpreterBench bench("tiny");
    bench.place(0x200, {1, 2, 3, 4});
    // Memory 4 bytes back, buffer one word back: -1 word is 0xffff modulo 2^16.
    CHECK(bench.run({command(load_opcode, {{load::address, 0x202}, {load::length, 2}, {load::count_x, 2},
                                           {load::count_y, 1}, {load::memory_stride_x, 0xfffffffe},
                                           {load::buffer_word, 1}, {load::buffer_stride_x_word, 0xffff}})})
              .success());
    CHECK(contents(bench.state.activation, 10) == Values{1, 2, -1, -1, -1, -1, -1, -1, 3, 4});
}

TEST_CASE("a fill reads no memory, and every target is its own buffer") {
    test::InterpreterBench bench("odd");
    bench.registers.read_base = test::InterpreterBench::program_address / 4096;
    const auto fill = [](int target, int value, int length) {
        return command(load_opcode, {{load::target, target}, {load::fill, 1}, {load::fill_byte, value},
                                     {load::address, 3}, {load::length, length}, {load::count_x, 1},
                                     {load::count_y, 1}});
    };
    CHECK(bench.run({fill(0, 10, 3), fill(1, 11, 4), fill(2, 12, 8), fill(3, 13, 1)}).success());
    CHECK(contents(bench.state.activation, 4) == Values{10, 10, 10, -1});
    CHECK(contents(bench.state.weight, 5) == Values{11, 11, 11, 11, -1});
    CHECK(contents(bench.state.parameter, 9) == Values{12, 12, 12, 12, 12, 12, 12, 12, -1});
    CHECK(contents(bench.state.residual, 2) == Values{13, -1});
    CHECK(contents(bench.state.output, 1) == Values{-1});
}

TEST_CASE("STORE copies rows of output words with strides on both sides") {
    test::InterpreterBench bench("tiny");  // output words of 4 bytes
    for (uint32_t i = 0; i < 32; ++i) {
        bench.state.output.write({i / 4, i % 4}, static_cast<uint8_t>(i));
    }
    CHECK(bench.run({command(spec::Opcode::store, {{store::address, 0x301}, {store::buffer_word, 1}, {store::length, 3},
                                                   {store::count_x, 2}, {store::count_y, 2},
                                                   {store::memory_stride_x, 4}, {store::memory_stride_y, 9},
                                                   {store::buffer_stride_x_word, 2},
                                                   {store::buffer_stride_y_word, 3}})})
              .success());
    CHECK(bench.memory(0x300, 18) == Values{0, 4, 5, 6, 0, 12, 13, 14, 0, 0, 16, 17, 18, 0, 24, 25, 26, 0});
    CHECK(bench.run({command(spec::Opcode::store, {{store::address, 0x400}, {store::length, 10}, {store::count_x, 1},
                                                   {store::count_y, 1}})})
              .success());
    CHECK(bench.memory(0x400, 11) == Values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0});
}

TEST_CASE("memory outside of the image is a bus error") {
    test::InterpreterBench bench("tiny");
    bench.registers.read_limit = bench.registers.write_limit = 1 << 20;
    const auto read = command(load_opcode, {{load::address, 0xfffe}, {load::length, 4}, {load::count_x, 1},
                                            {load::count_y, 1}});
    const golden::Outcome outcome = bench.run({read});
    CHECK(outcome.code == spec::ErrorCode::read_response);
    CHECK(outcome.address == 0x10000);
    bench.state.output.write({0, 0}, 1);
    const golden::Outcome written = bench.run({command(
        spec::Opcode::store,
        {{store::address, 0x20000}, {store::length, 1}, {store::count_x, 1}, {store::count_y, 1}})});
    CHECK(written.code == spec::ErrorCode::write_response);
    CHECK(written.address == 0x20000);
    CHECK_FALSE(written.success());
}
