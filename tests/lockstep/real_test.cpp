// Do the simulator and the RTL agree at the edges of a machine of blocks: what it refuses, and passes shorter than the
// turn of an accumulator?

#include <catch2/catch.hpp>

#include "tests/lockstep/hand.hpp"
#include "tests/support/program.hpp"

using namespace napier;
using namespace napier::test;
using namespace napier::spec;

namespace {

// Every byte of activations and weights is 127: a scale of 1, and the codes 15 and 7, -6 and 6. A bias is 12.1.
Hand filled(const Machine& machine) {
    Hand hand(machine);
    for (const load::Target target : {load::Target::activation, load::Target::weight, load::Target::parameter}) {
        hand.load({{load::target, int64_t(target)},
                   {load::fill, 1},
                   {load::fill_byte, target == load::Target::parameter ? 0x41 : 127},
                   {load::length, target_words(machine, target) * target_word_bytes(machine, target)},
                   {common::signal, target == load::Target::parameter ? load_exec : 0}});
    }
    return hand;
}

CommandWords exec_of(int64_t pixels, int64_t groups, int output) {
    return test::command(Opcode::exec,
                         {{exec::format, format_mx}, {exec::start, 1}, {exec::finish, 1}, {exec::group_count, groups},
                          {exec::out_w, pixels}, {exec::out_h, 1}, {exec::kernel_w, 1}, {exec::kernel_h, 1},
                          {exec::limit_w, 30000}, {exec::limit_h, 30000}, {exec::stride_x, 1}, {exec::pixel_stride, 1},
                          {exec::group_stride, 1}, {exec::output_stride, 1}, {exec::float_low, 0xff80},
                          {exec::float_high, 0x7f80}, {exec::element_a, element_mxfp4},
                          {exec::element_b, element_mxfp4}, {exec::element_output, output}});
}

}  // namespace

TEST_CASE("a machine of blocks refuses what it was not built for") {
    const Machine& machine = find_machine("mx-small");
    Pair pair(machine);
    const auto ends_with = [&](const Field& field, int64_t value, ErrorCode code) {
        Hand hand = filled(machine);
        CommandWords words = test::with(exec_of(2, 1, scalar_float32), field, value);
        hand.command(test::with(words, common::wait, from_load));
        INFO(field.name << " = " << value);
        CHECK(pair.difference(hand.program()) == "");
        CHECK(pair.record.error_code == uint32_t(code));
        if (code != ErrorCode::none) pair.soft_reset();
    };
    ends_with(exec::out_w, 3, ErrorCode::none);
    ends_with(exec::float_low, 0xff81, ErrorCode::bad_format);
    ends_with(exec::float_low, 0x7fc0, ErrorCode::bad_format);
    ends_with(exec::float_high, 0xffff, ErrorCode::bad_format);
    ends_with(exec::float_high, 0xff80, ErrorCode::none);
    ends_with(exec::element_a, element_mxint8, ErrorCode::bad_format);
    ends_with(exec::element_b, element_mxfp6_e2m3, ErrorCode::bad_format);
    ends_with(exec::element_output, scalar_bfloat16, ErrorCode::bad_format);
    ends_with(exec::format, format_int8, ErrorCode::bad_format);
    ends_with(exec::format, format_pam, ErrorCode::bad_format);
    ends_with(exec::residual, 1, ErrorCode::bad_opcode);
    ends_with(exec::pad_byte, 5, ErrorCode::bad_opcode);
    ends_with(exec::residual_stride, 1, ErrorCode::bad_opcode);
    ends_with(exec::weight_base, machine.weight_words - pass_words(machine) + 1, ErrorCode::buffer_range);
    ends_with(exec::activation_base, machine.activation_words - 1, ErrorCode::buffer_range);
    ends_with(exec::parameter_base, machine.parameter_words - 7, ErrorCode::buffer_range);
    ends_with(exec::output_base, machine.output_words - 1, ErrorCode::buffer_range);
}

TEST_CASE("tiles of every number of pixels, in blocks and in float32, one behind the other") {
    const Machine& machine = find_machine("mx-small");
    Pair pair(machine);
    for (const int output : {int(element_mxfp4), int(scalar_float32)}) {
        for (int64_t pixels = 1; pixels <= machine.accumulator_depth; pixels += pixels < 14 ? 1 : 5) {
            Hand hand = filled(machine);
            CommandWords words = exec_of(pixels, 5, output);
            hand.command(test::with(words, common::wait, from_load));
            words = test::with(words, exec::output_base, 24);
            hand.command(test::with(words, common::signal, from_store));
            hand.store({{common::wait, store_exec},
                        {store::address, Hand::results},
                        {store::buffer_word, 24},
                        {store::length, output == element_mxfp4 ? 17 : 128},
                        {store::count_x, pixels},
                        {store::buffer_stride_x_word, 1},
                        {store::memory_stride_x, 128}});
            INFO(pixels << " pixels");
            CHECK(pair.difference(hand.program()) == "");
            CHECK(pair.record.error_code == 0);
        }
    }
}
