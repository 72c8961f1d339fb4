#pragma once
// Random EXEC commands that are legal on a machine and stay inside its buffers.

#include "sw/formats/formats.hpp"
#include "sw/spec/command.hpp"
#include "sw/spec/machine.hpp"
#include "tests/support/random.hpp"

namespace napier::test {

// True if every word the command touches is in its buffer.
inline bool stays_inside(const spec::Machine& machine, const spec::CommandWords& words) {
    namespace exec = spec::exec;
    const auto field = [&](const spec::Field& which) { return spec::get(words, which); };
    const int64_t passes = field(exec::kernel_h) * field(exec::kernel_w) * field(exec::group_count);
    const bool windowed = field(exec::engine) != 0;
    const int64_t window_slots = spec::window_slots(machine), sets = windowed ? window_slots : 1;
    const int64_t taps = field(exec::out_w) * field(exec::out_h);
    const int64_t pixels = windowed ? passes * window_slots : taps;
    const int64_t slots = int64_t{machine.activation_words} * spec::lanes_max(machine);
    const int64_t wrap = spec::word_mask(machine);
    const auto last_word = [&](const spec::Field& base, const spec::Field& stride) {
        return field(base) + (pixels - 1) * field(stride);
    };
    const int64_t weights = !windowed ? passes * machine.rows
                            : field(exec::engine) == int64_t(exec::Engine::window_sum) ? taps * window_slots : 0;
    if (pixels > machine.accumulator_depth || (windowed && taps > machine.window_taps)) return false;
    if (field(exec::weight_base) + weights > machine.weight_words) return false;
    const bool scaled = !windowed && formats::is_scaled(static_cast<uint32_t>(field(exec::format)));
    if (scaled && field(exec::palette_base) + passes > machine.palette_words) return false;
    const int64_t parameters = sets * machine.columns / machine.post_lanes;
    if (field(exec::parameter_base) + parameters > machine.parameter_words) return false;
    if (last_word(exec::output_base, exec::output_stride) >= machine.output_words) return false;
    if (last_word(exec::residual_base, exec::residual_stride) >= machine.residual_words) return false;
    for (int64_t ky = 0; ky < field(exec::kernel_h); ++ky) {
        for (int64_t kx = 0; kx < field(exec::kernel_w); ++kx) {
            for (int64_t oy = 0; oy < field(exec::out_h); ++oy) {
                for (int64_t ox = 0; ox < field(exec::out_w); ++ox) {
                    const int64_t x = field(exec::origin_x) + ox * field(exec::stride_x) + kx * field(exec::dilation_x);
                    const int64_t y = field(exec::origin_y) + oy * field(exec::stride_y) + ky * field(exec::dilation_y);
                    if ((x & wrap) >= field(exec::limit_w) || (y & wrap) >= field(exec::limit_h)) continue;
                    for (int64_t g = 0; g < field(exec::group_count); ++g) {
                        const int64_t slot = field(exec::activation_base) + oy * field(exec::row_stride) +
                                             ox * field(exec::pixel_stride) + ky * field(exec::tap_stride_y) +
                                             kx * field(exec::tap_stride_x) + g * field(exec::group_stride);
                        if ((slot & wrap) >= slots) return false;
                    }
                }
            }
        }
    }
    return true;
}

// start, finish: as the command's fields.
inline spec::CommandWords random_exec(const spec::Machine& machine, Random& random, bool start, bool finish, int out_w,
                                      int out_h) {
    namespace exec = spec::exec;
    for (;;) {
        spec::CommandWords words{};
        const auto set = [&](const spec::Field& field, int64_t value) { spec::set(words, field, value); };
        const auto small = [&](int most) { return random.chance(50) ? 1 : random.number(1, most); };
        set(spec::common::opcode, static_cast<int64_t>(spec::Opcode::exec));
        set(spec::common::wait, random.number(0, 3));
        set(spec::common::signal, random.number(0, 3));
        std::vector<int64_t> codes;
        for (const spec::Format& format : spec::formats) {
            if (spec::has_format(machine, format)) codes.push_back(format.code);
        }
        set(exec::format, random.pick(codes));
        set(exec::start, start);
        set(exec::finish, finish);
        set(exec::residual, random.number(0, 1));
        set(exec::rectify, random.number(0, 1));
        set(exec::triple, random.chance(start ? 10 : 60));
        set(exec::output_signs, spec::has_one_bit_channels(machine) && random.chance(30));
        if (machine.activation_tables > 0) {
            set(exec::tabled, random.chance(40));
            set(exec::table, random.number(0, machine.activation_tables - 1));
        }
        set(exec::pad_byte, random.number(0, 255));
        const int slots = machine.activation_words * spec::lanes_max(machine);
        const int last_word = static_cast<int>(spec::word_mask(machine));
        set(exec::activation_base,
            random.chance(20) ? random.number(last_word - 200, last_word) : random.number(0, slots - 1));
        if (machine.palette_words > 0) set(exec::palette_base, random.number(0, machine.palette_words - 1));
        set(exec::weight_base, random.number(0, machine.weight_words - machine.rows));
        set(exec::pixel_stride, random.number(0, 8));
        set(exec::row_stride, random.number(0, 40));
        set(exec::tap_stride_x, random.chance(10) ? 65535 : random.number(0, 8));
        set(exec::tap_stride_y, random.number(0, 40));
        set(exec::group_stride, random.number(0, 8));
        set(exec::group_count, small(4));
        set(exec::out_w, out_w);
        set(exec::out_h, out_h);
        set(exec::kernel_w, small(4));
        set(exec::kernel_h, small(4));
        if (machine.window_channels > 0 && random.chance(40)) {
            set(exec::engine, random.number(1, 2));
            set(exec::out_w, random.chance(20) ? random.number(1, machine.window_taps) : small(3));
            set(exec::out_h, random.chance(20) ? 1 : small(3));
        }
        set(exec::origin_x, random.number(-4, 2));
        set(exec::origin_y, random.number(-4, 2));
        set(exec::stride_x, random.number(0, 3));
        set(exec::stride_y, random.number(0, 3));
        set(exec::dilation_x, random.number(0, 3));
        set(exec::dilation_y, random.number(0, 3));
        set(exec::limit_w, random.number(0, 20));
        set(exec::limit_h, random.number(0, 20));
        set(exec::output_base, random.number(0, machine.output_words - 1));
        set(exec::output_stride, random.number(0, 2));
        set(exec::parameter_base, random.number(0, machine.parameter_words - 1));
        set(exec::residual_base, random.number(0, machine.residual_words - 1));
        set(exec::residual_stride, random.number(0, 2));
        const bool wide = random.chance(70);
        set(exec::clamp_low, wide ? -128 : random.number(-128, 127));
        set(exec::clamp_high, wide ? 127 : random.number(-128, 127));
        set(exec::output_zero, random.number(-128, 127));
        set(exec::residual_zero, random.number(-128, 127));
        set(exec::residual_significand, random.chance(20) ? 0xffffff : random.number(0, 0xffffff));
        if (stays_inside(machine, words)) return words;
    }
}

// Tiles of one or two pixels, fewer than the array has rows: passes and commands follow each other as fast as they can.
inline std::vector<spec::CommandWords> random_short_tiles(const spec::Machine& machine, Random& random, int tiles) {
    std::vector<spec::CommandWords> commands;
    for (int tile = 0; tile < tiles; ++tile) {
        commands.push_back(random_exec(machine, random, true, true, random.number(1, 2), 1));
    }
    return commands;
}

// Commands of whole tiles; a tile may be spread over several.
inline std::vector<spec::CommandWords> random_tiles(const spec::Machine& machine, Random& random, int tiles) {
    std::vector<spec::CommandWords> commands;
    for (int tile = 0; tile < tiles; ++tile) {
        const int out_w = random.number(1, random.chance(30) ? 3 : 12);
        const int out_h = random.number(1, std::min(machine.accumulator_depth / out_w, random.chance(30) ? 1 : 6));
        const int parts = random.chance(70) ? 1 : random.number(2, 4);
        for (int part = 0; part < parts; ++part) {
            commands.push_back(random_exec(machine, random, part == 0, part == parts - 1, out_w, out_h));
        }
    }
    return commands;
}

}  // namespace napier::test
