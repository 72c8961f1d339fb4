#include "sim/base/exec_command.hpp"

namespace napier::sim {

namespace exec = spec::exec;
using spec::get;

ExecCommand::ExecCommand(const spec::CommandWords& words)
    : format(static_cast<uint32_t>(get(words, exec::format))),
      engine(static_cast<exec::Engine>(get(words, exec::engine))),
      start(get(words, exec::start) != 0),
      finish(get(words, exec::finish) != 0),
      residual(get(words, exec::residual) != 0),
      triple(get(words, exec::triple) != 0),
      output_signs(get(words, exec::output_signs) != 0),
      rectify(get(words, exec::rectify) != 0),
      tabled(get(words, exec::tabled) != 0),
      pad_byte(static_cast<uint8_t>(get(words, exec::pad_byte))),
      activation_base(get(words, exec::activation_base)),
      weight_base(get(words, exec::weight_base)),
      pixel_stride(get(words, exec::pixel_stride)),
      row_stride(get(words, exec::row_stride)),
      tap_stride_x(get(words, exec::tap_stride_x)),
      tap_stride_y(get(words, exec::tap_stride_y)),
      group_stride(get(words, exec::group_stride)),
      group_count(get(words, exec::group_count)),
      out_w(get(words, exec::out_w)),
      out_h(get(words, exec::out_h)),
      kernel_w(get(words, exec::kernel_w)),
      kernel_h(get(words, exec::kernel_h)),
      origin_x(get(words, exec::origin_x)),
      origin_y(get(words, exec::origin_y)),
      stride_x(get(words, exec::stride_x)),
      stride_y(get(words, exec::stride_y)),
      dilation_x(get(words, exec::dilation_x)),
      dilation_y(get(words, exec::dilation_y)),
      limit_w(get(words, exec::limit_w)),
      limit_h(get(words, exec::limit_h)),
      output_base(get(words, exec::output_base)),
      output_stride(get(words, exec::output_stride)),
      parameter_base(get(words, exec::parameter_base)),
      residual_base(get(words, exec::residual_base)),
      residual_stride(get(words, exec::residual_stride)),
      palette_base(get(words, exec::palette_base)),
      table(get(words, exec::table)),
      clamp_low(static_cast<int>(get(words, exec::clamp_low))),
      clamp_high(static_cast<int>(get(words, exec::clamp_high))),
      output_zero(static_cast<int>(get(words, exec::output_zero))),
      residual_zero(static_cast<int>(get(words, exec::residual_zero))),
      residual_significand(get(words, exec::residual_significand)),
      float_low(static_cast<uint32_t>(get(words, exec::float_low)) << 16),
      float_high(static_cast<uint32_t>(get(words, exec::float_high)) << 16),
      element_a(static_cast<int>(get(words, exec::element_a))),
      element_b(static_cast<int>(get(words, exec::element_b))),
      element_output(static_cast<int>(get(words, exec::element_output))),
      scale_rule(static_cast<int>(get(words, exec::scale_rule))) {}

}  // namespace napier::sim
