// Does EXEC compute blocks worked out by hand, round and write them as stated, and refuse what a machine of blocks does
// not have?

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <functional>

#include "sw/formats/block.hpp"
#include "sw/formats/element.hpp"
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

constexpr uint32_t activations = 0x100, weights = 0x400, parameters = 0xc00, outputs = 0x1000;
constexpr int columns = 32, block = 17, weight_row = 136, rows = 4;
constexpr int one = 127, half = 1, two = 4, greatest = 7;  // a scale, and codes of mxfp4

CommandWords load_row(load::Target target, uint32_t address, int64_t length, int64_t count) {
    return command(spec::Opcode::load, {{load::target, static_cast<int64_t>(target)}, {load::address, address},
                                        {load::length, length}, {load::count_x, count}, {load::count_y, 1},
                                        {load::memory_stride_x, length}, {load::buffer_stride_x_word, 1}});
}

CommandWords one_vector(int output) {
    return command(spec::Opcode::exec,
                   {{exec::format, spec::format_mx}, {exec::start, 1}, {exec::finish, 1}, {exec::group_count, 1},
                    {exec::out_w, 1}, {exec::out_h, 1}, {exec::kernel_w, 1}, {exec::kernel_h, 1}, {exec::limit_w, 2},
                    {exec::limit_h, 1}, {exec::stride_x, 1}, {exec::dilation_x, 1}, {exec::pixel_stride, 1},
                    {exec::tap_stride_x, 1}, {exec::output_stride, 1}, {exec::float_low, 0xff80},
                    {exec::float_high, 0x7f80}, {exec::element_a, spec::element_mxfp4},
                    {exec::element_b, spec::element_mxfp4}, {exec::element_output, output}});
}

// Machine mx-small. Two activation blocks: ones with scale 2, then twos with scale 1. Column c of a pass weighs
// element 0 alone, by 1/2 with the scale 2^(c - 16).
class BlockBench : public test::InterpreterBench {
public:
    BlockBench() : InterpreterBench("mx-small") {
        place_block(activations, one + 1, [](int) { return 2; });
        place_block(activations + block, one, [](int) { return two; });
        for (int pass = 0; pass < 2; ++pass) {
            for (int c = 0; c < columns; ++c) {
                place_block(weights + static_cast<uint32_t>(pass * rows * weight_row + c * block), one + c - 16,
                            [](int i) { return i == 0 ? half : 0; });
            }
        }
        for (uint32_t c = 0; c < columns; ++c) place_parameter(parameters + 8 * c, 0, 0, 0);
    }

    void place_block(uint32_t address, int scale, const std::function<int(int)>& code) {
        formats::Block packed{static_cast<uint8_t>(scale), {}};
        for (int i = 0; i < spec::block_elements; ++i) packed.element[static_cast<size_t>(i)] = uint8_t(code(i));
        formats::pack(spec::elements[spec::element_mxfp4], packed, &state.memory.bytes[address]);
    }
    void place_bias(int column, float bias) {
        place_parameter(parameters + static_cast<uint32_t>(8 * column), std::bit_cast<int32_t>(bias), 0, 0);
    }

    golden::Outcome compute(const CommandWords& words, int64_t stored) {
        return run({load_row(load::Target::activation, activations, block, 2),
                    load_row(load::Target::weight, weights, weight_row, 2 * rows),
                    load_row(load::Target::parameter, parameters, 32, 8), words,
                    command(spec::Opcode::store, {{store::address, outputs}, {store::length, stored},
                                                  {store::count_x, 1}, {store::count_y, 1}})});
    }
    float float_at(int column) const {
        uint32_t pattern = 0;
        for (uint32_t i = 4; i-- > 0;) {
            pattern = pattern << 8 | state.memory.bytes[outputs + static_cast<uint32_t>(4 * column) + i];
        }
        return std::bit_cast<float>(pattern);
    }
};

}  // namespace

TEST_CASE("one block in every column, with bias and clamp, as float32") {
    BlockBench bench;
    bench.place_bias(20, -100.0f);
    CHECK(bench.compute(one_vector(spec::scalar_float32), 128).success());
    // 1 * 2 * 1/2 * 2^(c - 16).
    CHECK(bench.float_at(16) == 1.0f);
    CHECK(bench.float_at(3) == 0x1p-13f);
    CHECK(bench.float_at(20) == -84.0f);
    const CommandWords positive = with(one_vector(spec::scalar_float32), exec::float_low, 0);
    const CommandWords relu = with(positive, exec::float_high, 0x40c0);
    CHECK(bench.compute(relu, 128).success());
    CHECK(bench.float_at(20) == 0.0f);
    CHECK(bench.float_at(16) == 1.0f);
    CHECK(bench.float_at(30) == 6.0f);
}

TEST_CASE("two taps, one of them padded, and a tile in two commands") {
    BlockBench bench;
    const CommandWords taps = with(one_vector(spec::scalar_float32), exec::kernel_w, 2);
    CHECK(bench.compute(taps, 128).success());
    CHECK(bench.float_at(16) == 1.0f + 1.0f);
    CHECK(bench.compute(with(taps, exec::limit_w, 1), 128).success());
    CHECK(bench.float_at(16) == 1.0f);
    CHECK(bench.compute(with(taps, exec::activation_base, 1), 128).program_error != "");
}

TEST_CASE("outputs as a block by each scale rule") {
    BlockBench bench;
    for (int c = 0; c < columns; ++c) bench.place_bias(c, -std::ldexp(1.0f, c - 16));
    bench.place_bias(31, 7.0f - 0x1p15f);
    const CommandWords words = one_vector(spec::element_mxfp4);
    // 7 is 6 * 2^0 clamped by floor; by the other rules 4 * 2^1, the tie of 3 and 4 in steps of 2.
    CHECK(bench.compute(words, block).success());
    CHECK(bench.memory(outputs) == one);
    CHECK(bench.memory(outputs + 16) == static_cast<int8_t>(greatest << 4));
    for (int rule = 1; rule < 4; ++rule) {
        CHECK(bench.compute(with(words, exec::scale_rule, rule), block).success());
        CHECK(bench.state.memory.bytes[outputs] == one + 1);
        CHECK(bench.memory(outputs + 16) == static_cast<int8_t>(6 << 4));
        CHECK(bench.memory(outputs + 1) == 0);
    }
    // Zeros behind the block.
    CHECK(bench.compute(words, 128).success());
    CHECK(bench.memory(outputs + block, 128 - block) == std::vector<int>(128 - block, 0));
}

TEST_CASE("what a machine of blocks refuses") {
    BlockBench bench;
    const CommandWords good = one_vector(spec::scalar_float32);
    const auto code = [&](const CommandWords& words) { return bench.compute(words, 128).code; };
    CHECK(code(good) == ErrorCode::none);
    CHECK(code(with(good, exec::format, spec::format_int8)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::format, spec::format_pam)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::element_a, spec::element_mxint8)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::element_b, spec::element_mxfp8_e4m3)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::element_output, spec::scalar_bfloat16)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::float_low, 0xff81)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::float_high, 0x7fc0)) == ErrorCode::bad_format);
    CHECK(code(with(good, exec::pad_byte, 1)) == ErrorCode::bad_opcode);
    CHECK(code(with(good, exec::residual, 1)) == ErrorCode::bad_opcode);
    CHECK(code(with(good, exec::triple, 1)) == ErrorCode::bad_opcode);
    CHECK(code(with(good, exec::residual_significand, 1 << 11)) == ErrorCode::bad_opcode);
    CHECK(code(with(good, exec::weight_base, 61)) == ErrorCode::buffer_range);
    CHECK(spec::disassemble(good).find("clamp_low") == std::string::npos);
    CHECK(spec::disassemble(good).find("float_high=32640") != std::string::npos);
}
