#include "sim/array/command_check.hpp"

#include <bit>

#include "sw/formats/formats.hpp"
#include "sw/spec/machine.hpp"

namespace napier::sim {

std::optional<FaultReport> check_fields(const spec::Machine& machine, const ExecCommand& command) {
    if ((machine.formats >> command.format & 1) == 0) return FaultReport{spec::ErrorCode::bad_format, 0};
    if (spec::is_real(machine)) {
        const auto in = [](uint32_t mask, int code) { return (mask >> code & 1) != 0; };
        const auto nan = [](uint32_t pattern) { return (pattern & 0x7fffffff) > 0x7f800000; };
        const bool operands = in(spec::has_blocks(machine) ? machine.elements_a : 1, command.element_a) &&
                              in(spec::has_blocks(machine) ? machine.elements_b : 1, command.element_b);
        if (!operands || !in(machine.outputs, command.element_output) || nan(command.float_low) ||
            nan(command.float_high)) {
            return FaultReport{spec::ErrorCode::bad_format, 0};
        }
    } else if (command.engine > spec::exec::Engine::window_max ||
               (command.output_signs && !spec::has_one_bit_channels(machine))) {
        return FaultReport{spec::ErrorCode::bad_format, 0};
    }
    if (command.passes() == 0 || command.pixels() == 0) return FaultReport{spec::ErrorCode::zero_count, 0};
    if (formats::is_indexed(command.format) && command.palette_base >= machine.palette_words) {
        return FaultReport{spec::ErrorCode::buffer_range, static_cast<uint32_t>(command.palette_base)};
    }
    if (machine.activation_tables > 0 && command.tabled && command.table >= machine.activation_tables) {
        return FaultReport{spec::ErrorCode::buffer_range, static_cast<uint32_t>(command.table)};
    }
    const uint32_t depth = static_cast<uint32_t>(machine.accumulator_depth);
    const int count_bits = std::bit_width(depth);
    if (command.out_w >> count_bits != 0 || command.out_h >> count_bits != 0) {
        const uint32_t most = command.windowed() ? static_cast<uint32_t>(machine.window_taps) : depth;
        return FaultReport{spec::ErrorCode::buffer_range, most};
    }
    return std::nullopt;
}

}  // namespace napier::sim
