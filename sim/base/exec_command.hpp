#pragma once
// The fields of an EXEC as plain numbers, decoded once.

#include <cstdint>

#include "sw/spec/command.hpp"

namespace napier::sim {

struct ExecCommand {
    explicit ExecCommand(const spec::CommandWords& words);

    int64_t passes() const { return kernel_h * kernel_w * group_count; }
    int64_t pixels() const { return out_w * out_h; }
    // A command of the window engine: its passes are output pixels, its pixels the taps of each.
    bool windowed() const { return engine != spec::exec::Engine::array; }
    // It reads weights: those of all taps, with the first pixel.
    bool sums() const { return engine == spec::exec::Engine::window_sum; }

    uint32_t format;
    spec::exec::Engine engine;
    bool start, finish, residual, triple, output_signs, rectify, tabled;
    uint8_t pad_byte;
    // Slots and words as they stand in the command; what is computed from them wraps at 2^word_bits.
    int64_t activation_base, weight_base, pixel_stride, row_stride, tap_stride_x, tap_stride_y, group_stride;
    int64_t group_count, out_w, out_h, kernel_w, kernel_h;
    int64_t origin_x, origin_y;  // signed
    int64_t stride_x, stride_y, dilation_x, dilation_y, limit_w, limit_h;
    int64_t output_base, output_stride, parameter_base, residual_base, residual_stride, palette_base;
    int64_t table;
    int clamp_low, clamp_high, output_zero, residual_zero;
    int64_t residual_significand;
    // Of machines of real numbers; the clamps as patterns of float32.
    uint32_t float_low, float_high;
    int element_a, element_b, element_output, scale_rule;
};

}  // namespace napier::sim
