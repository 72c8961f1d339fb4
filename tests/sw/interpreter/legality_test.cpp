// Does every illegal command stop with its code, address and index, and every legal one not?

#include <catch2/catch.hpp>

#include "sw/base/error.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/program.hpp"

namespace {

using namespace napier;
using spec::CommandWords;
using spec::ErrorCode;
using test::command;
using test::with;
namespace load = spec::load;
namespace store = spec::store;
namespace exec = spec::exec;

CommandWords good_load() {
    return command(spec::Opcode::load, {{load::length, 4}, {load::count_x, 1}, {load::count_y, 1}});
}

CommandWords good_fill(load::Target target, int64_t length) {
    const CommandWords words = with(good_load(), load::target, static_cast<int64_t>(target));
    return with(with(words, load::fill, 1), load::length, length);
}

CommandWords good_exec() {
    return command(spec::Opcode::exec,
                   {{exec::format, spec::format_ternary}, {exec::start, 1}, {exec::finish, 1}, {exec::group_count, 1},
                    {exec::out_w, 1}, {exec::out_h, 1}, {exec::kernel_w, 1}, {exec::kernel_h, 1}, {exec::limit_w, 1},
                    {exec::limit_h, 1}, {exec::output_stride, 1}, {exec::residual_stride, 1}, {exec::pixel_stride, 2},
                    {exec::stride_x, 1}});
}

CommandWords good_store() {
    return command(spec::Opcode::store,
                   {{store::address, 0x7000}, {store::length, 4}, {store::count_x, 1}, {store::count_y, 1}});
}

// Machine tiny with filled buffers, then the command; its index is 4.
golden::Outcome run(const CommandWords& words, uint32_t read_limit = 16, uint32_t write_limit = 16) {
    test::InterpreterBench bench("tiny");
    bench.registers.read_limit = read_limit;
    bench.registers.write_limit = write_limit;
    for (uint32_t i = 0; i < 4; ++i) {
        bench.state.output.write({0, i}, 0);
    }
    return bench.run({good_fill(load::Target::activation, 8 * 256), good_fill(load::Target::weight, 4 * 256),
                      good_fill(load::Target::parameter, 8 * 128), good_fill(load::Target::residual, 4 * 256), words});
}

void check_stops(const CommandWords& words, ErrorCode code, uint32_t address) {
    const golden::Outcome outcome = run(words);
    INFO(spec::disassemble(words) << ": " << outcome.program_error);
    CHECK(outcome.code == code);
    CHECK(outcome.address == address);
    CHECK(outcome.command == 4);
}

void check_runs(const CommandWords& words) {
    const golden::Outcome outcome = run(words);
    INFO(spec::disassemble(words) << ": " << outcome.program_error << " code " << static_cast<int>(outcome.code));
    CHECK(outcome.success());
}

}  // namespace

TEST_CASE("the good commands run") {
    check_runs(good_load());
    check_runs(good_exec());
    check_runs(good_store());
}

TEST_CASE("opcodes and reserved bits") {
    for (uint32_t opcode = 0; opcode < 16; ++opcode) {
        if (spec::find_command(opcode) == nullptr) {
            check_stops(with(good_load(), spec::common::opcode, opcode), ErrorCode::bad_opcode, 0);
        }
    }
    int reserved = 0;
    for (const CommandWords& good : {good_load(), good_exec(), good_store()}) {
        const spec::Command& named = *spec::find_command(static_cast<uint32_t>(spec::get(good, spec::common::opcode)));
        for (size_t bit = 0; bit < 512; ++bit) {
            CommandWords words{};
            words[bit / 32] = uint32_t{1} << (bit % 32);
            if (!spec::reserved_bits_are_zero(words, named, spec::find_machine("tiny"))) {
                words = good;
                words[bit / 32] |= uint32_t{1} << (bit % 32);
                check_stops(words, ErrorCode::bad_opcode, 0);
                ++reserved;
            }
        }
    }
    CHECK(reserved > 200);
}

TEST_CASE("bits of a field that the machine does not keep") {
    const spec::Machine& tiny = spec::find_machine("tiny");
    const auto above = [](int bits) { return int64_t{1} << bits; };
    check_stops(with(good_load(), load::address, above(tiny.address_bits)), ErrorCode::bad_opcode, 0);
    check_stops(with(good_load(), load::length, above(tiny.length_bits)), ErrorCode::bad_opcode, 0);
    check_stops(with(good_store(), store::buffer_word, above(tiny.word_bits)), ErrorCode::bad_opcode, 0);
    check_stops(with(good_exec(), exec::limit_w, above(tiny.word_bits)), ErrorCode::bad_opcode, 0);
    // Strides and origins wrap.
    check_runs(with(with(good_load(), load::memory_stride_x, above(tiny.address_bits)), load::count_x, 2));
    check_runs(with(with(good_load(), load::buffer_stride_y_word, above(tiny.word_bits)), load::count_y, 2));
    check_runs(with(good_exec(), exec::origin_x, above(tiny.word_bits)));
    check_runs(with(with(good_exec(), exec::pixel_stride, above(tiny.word_bits)), exec::out_w, 2));
    const CommandWords back = with(with(good_load(), load::memory_stride_x, 0xfffffffc), load::count_x, 2);
    check_runs(with(back, load::address, 4));
    check_stops(back, ErrorCode::read_window, above(tiny.address_bits) - 4);
    CHECK_THROWS_AS(spec::require_kept(with(good_load(), load::length, 4096), *spec::find_command(1), tiny), Error);
}

TEST_CASE("formats the machine was not built with") {
    for (int64_t code = 0; code < 16; ++code) {
        if (code != spec::format_ternary) {
            check_stops(with(good_exec(), exec::format, code), ErrorCode::bad_format, 0);
        }
    }
}

TEST_CASE("outputs of one bit on a machine without one-bit channels") {
    check_stops(with(good_exec(), exec::output_signs, 1), ErrorCode::bad_format, 0);
}

TEST_CASE("zero counts") {
    for (const spec::Field& field : {load::length, load::count_x, load::count_y}) {
        check_stops(with(good_load(), field, 0), ErrorCode::zero_count, 0);
    }
    for (const spec::Field& field : {store::length, store::count_x, store::count_y}) {
        check_stops(with(good_store(), field, 0), ErrorCode::zero_count, 0);
    }
    for (const spec::Field& field : {exec::out_w, exec::out_h, exec::kernel_w, exec::kernel_h, exec::group_count}) {
        check_stops(with(good_exec(), field, 0), ErrorCode::zero_count, 0);
    }
}

TEST_CASE("alignment of weights and parameters, and of nothing else") {
    for (const load::Target target : {load::Target::weight, load::Target::parameter}) {
        const CommandWords unplaced = with(good_load(), load::target, static_cast<int64_t>(target));
        const CommandWords good = with(unplaced, load::address, 0x40);
        check_runs(good);
        for (const spec::Field& field : {load::length, load::memory_stride_x, load::memory_stride_y, load::buffer_byte,
                                         load::buffer_stride_x_byte, load::buffer_stride_y_byte}) {
            check_stops(with(good, field, 2), ErrorCode::alignment, 0x40);
            check_stops(with(good, field, 5), ErrorCode::alignment, 0x40);
        }
        check_stops(with(good, load::address, 0x42), ErrorCode::alignment, 0x42);
        const CommandWords fill = with(good, load::fill, 1);
        check_runs(with(with(with(fill, load::address, 3), load::memory_stride_x, 1), load::memory_stride_y, 2));
        check_stops(with(fill, load::length, 3), ErrorCode::alignment, 0x40);
    }
    for (const load::Target target : {load::Target::activation, load::Target::residual}) {
        const CommandWords good = with(good_load(), load::target, static_cast<int64_t>(target));
        check_runs(with(with(with(good, load::address, 3), load::length, 3), load::buffer_byte, 1));
    }
}

TEST_CASE("the palette buffer and the activation tables of a machine that has none") {
    const CommandWords load = with(with(good_load(), load::buffer_word, 9), load::length, 16);
    for (const int64_t target : {int64_t(load::Target::palette), int64_t{5}, int64_t{7}}) {
        check_stops(with(with(load, load::target, target), load::address, 0x40), ErrorCode::bad_opcode, 0);
    }
    check_stops(with(good_exec(), exec::palette_base, 1), ErrorCode::bad_opcode, 0);
    check_stops(with(good_exec(), exec::tabled, 1), ErrorCode::bad_opcode, 0);
    check_stops(with(good_exec(), exec::table, 1), ErrorCode::bad_opcode, 0);
}

TEST_CASE("byte offsets as large as a word") {
    const CommandWords good = with(good_load(), load::buffer_word, 9);
    for (const spec::Field& field : {load::buffer_byte, load::buffer_stride_x_byte, load::buffer_stride_y_byte}) {
        check_runs(with(good, field, 7));
        check_stops(with(good, field, 8), ErrorCode::buffer_range, 9);
    }
}

TEST_CASE("ends of buffers") {
    check_runs(with(with(good_load(), load::buffer_word, 255), load::length, 8));
    check_stops(with(with(good_load(), load::buffer_word, 255), load::length, 9), ErrorCode::buffer_range, 256);
    check_stops(with(good_load(), load::buffer_word, 300), ErrorCode::buffer_range, 300);
    const CommandWords rows = with(with(good_load(), load::count_y, 3), load::buffer_stride_y_word, 128);
    check_stops(rows, ErrorCode::buffer_range, 256);
    check_stops(with(good_store(), store::buffer_word, 256), ErrorCode::buffer_range, 256);
    check_runs(with(good_exec(), exec::activation_base, 511));
    check_stops(with(good_exec(), exec::activation_base, 512), ErrorCode::bad_opcode, 0);  // more than word_bits
    check_runs(with(good_exec(), exec::weight_base, 252));
    check_stops(with(good_exec(), exec::weight_base, 253), ErrorCode::buffer_range, 256);
    check_runs(with(good_exec(), exec::parameter_base, 124));
    check_stops(with(good_exec(), exec::parameter_base, 125), ErrorCode::buffer_range, 128);
    check_runs(with(good_exec(), exec::output_base, 255));
    check_stops(with(good_exec(), exec::output_base, 256), ErrorCode::buffer_range, 256);
    check_runs(with(good_exec(), exec::residual_base, 0x1ff));  // not read
    const CommandWords residual = with(good_exec(), exec::residual, 1);
    check_runs(with(residual, exec::residual_base, 255));
    check_stops(with(residual, exec::residual_base, 256), ErrorCode::buffer_range, 256);
    check_runs(with(with(good_exec(), exec::out_w, 128), exec::limit_w, 128));
    check_stops(with(good_exec(), exec::out_w, 129), ErrorCode::buffer_range, 128);
    check_stops(with(with(good_exec(), exec::out_w, 511), exec::out_h, 511), ErrorCode::buffer_range, 128);
}

TEST_CASE("windows of pages") {
    const CommandWords across = with(with(good_load(), load::address, 0xeffe), load::length, 8);
    CHECK(run(across, 16).success());
    const golden::Outcome read = run(across, 15);
    CHECK(read.code == ErrorCode::read_window);
    CHECK(read.address == 0xf000);
    CHECK(read.command == 4);
    const CommandWords stored = with(good_store(), store::address, 0x6ffe);
    CHECK(run(stored, 16, 8).success());
    const golden::Outcome written = run(stored, 16, 7);
    CHECK(written.code == ErrorCode::write_window);
    CHECK(written.address == 0x7000);
    CHECK(run(good_load(), 8).code == ErrorCode::read_window);  // the program itself lies above
    CHECK(run(good_load(), 8).address == test::InterpreterBench::program_address);
    CHECK(run(good_load(), 8).command == 0);
    test::InterpreterBench bench("tiny");
    bench.registers.read_base = 1;
    CHECK(bench.run({with(good_load(), load::address, 0x1000)}).success());
    CHECK(bench.run({with(good_load(), load::address, 0xfff)}).address == 0xfff);
}

TEST_CASE("program address") {
    test::InterpreterBench bench("tiny");
    bench.registers.program_address += 32;
    const golden::Outcome outcome = bench.run({good_load()});
    CHECK(outcome.code == ErrorCode::alignment);
    CHECK(outcome.address == test::InterpreterBench::program_address + 32);
    CHECK(outcome.command == 0);
}

TEST_CASE("a program of no command") {
    test::InterpreterBench bench("tiny");
    const golden::Outcome outcome = bench.run({});
    CHECK(outcome.code == ErrorCode::zero_count);
    CHECK(outcome.address == 0);
    CHECK(outcome.command == 0);
    bench.registers.program_address += 32;
    CHECK(bench.run({}).code == ErrorCode::alignment);
}

TEST_CASE("of several failures the first in the contract's order counts") {
    CommandWords words = with(with(good_exec(), exec::format, 9), exec::out_w, 0);
    check_stops(words, ErrorCode::bad_format, 0);
    words[15] = 1;
    check_stops(words, ErrorCode::bad_opcode, 0);
    words = with(with(with(good_load(), load::target, 1), load::length, 3), load::buffer_byte, 200);
    check_stops(words, ErrorCode::alignment, 0);
    check_stops(with(words, load::count_x, 0), ErrorCode::zero_count, 0);
}
