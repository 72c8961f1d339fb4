// Legality of a command's fields: docs/architecture.md, Legality, 2 to 4.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "driver/check/command_reach.hpp"
#include "sw/formats/formats.hpp"

namespace napier::driver::check {
namespace {

using spec::CommandWords;
using spec::get;

template <typename Fields>
std::string first_zero(const CommandWords& words, const Fields& fields) {
    for (const spec::Field& field : fields) {
        if (get(words, field) == 0) return fmt::format("has a {} of zero", field.name);
    }
    return "";
}

template <typename Fields>
std::string first_unaligned(const CommandWords& words, const Fields& fields, int beat) {
    for (const spec::Field& field : fields) {
        if (get(words, field) % beat == 0) continue;
        return fmt::format("has a {} of {}, which is not a multiple of the bus beat of {} bytes", field.name,
                           get(words, field), beat);
    }
    return "";
}

std::string illegal_load(const CommandWords& words, const spec::Machine& machine) {
    using namespace spec::load;
    if (std::string zero = first_zero(words, std::array{length, count_x, count_y}); !zero.empty()) return zero;
    const Target to{static_cast<uint32_t>(get(words, target))};
    const std::array in_buffer{buffer_byte, buffer_stride_x_byte, buffer_stride_y_byte};
    if (spec::loads_whole_beats(to)) {
        std::string text = first_unaligned(words, std::array{length}, machine.beat_bytes);
        if (text.empty()) text = first_unaligned(words, in_buffer, machine.beat_bytes);
        if (text.empty() && get(words, fill) == 0) {
            text = first_unaligned(words, std::array{address, memory_stride_x, memory_stride_y}, machine.beat_bytes);
        }
        if (!text.empty()) return text;
    }
    for (const spec::Field& field : in_buffer) {
        const int limit = spec::target_word_bytes(machine, to);
        if (limit == 0) {
            return fmt::format("names buffer {}, which machine '{}' lacks", get(words, target), machine.name);
        }
        if (get(words, field) < limit) continue;
        return fmt::format("has a {} of {}, but a word has {} bytes", field.name, get(words, field), limit);
    }
    return "";
}

// What an EXEC of a machine of real numbers asks of it.
std::string illegal_real(const CommandWords& words, const spec::Machine& machine) {
    using namespace spec::exec;
    const std::pair<spec::Field, uint32_t> kinds[] = {{element_a, std::max(machine.elements_a, 1u)},
                                                      {element_b, std::max(machine.elements_b, 1u)},
                                                      {element_output, machine.outputs}};
    for (const auto& [field, mask] : kinds) {
        if ((mask >> get(words, field) & 1) != 0) continue;
        return fmt::format("has {} {}, which machine '{}' lacks", field.name, get(words, field), machine.name);
    }
    for (const spec::Field& field : {float_low, float_high}) {
        if ((get(words, field) & 0x7fff) > 0x7f80) return fmt::format("has a NaN as {}", field.name);
    }
    return "";
}

std::string illegal_exec(const CommandWords& words, const spec::Machine& machine) {
    using namespace spec::exec;
    const spec::Format* kind = formats::find_code(static_cast<uint32_t>(get(words, format)));
    const spec::RealFormat* real = spec::real_format(machine);
    if (real != nullptr ? get(words, format) != real->code : kind == nullptr || !spec::has_format(machine, *kind)) {
        return fmt::format("names number format {}, which machine '{}' lacks", get(words, format), machine.name);
    }
    if (real != nullptr) {
        if (std::string text = illegal_real(words, machine); !text.empty()) return text;
    } else if (get(words, engine) > static_cast<int64_t>(Engine::window_max)) {
        return fmt::format("names engine {}, which machine '{}' lacks", get(words, engine), machine.name);
    } else if (get(words, output_signs) != 0 && !spec::has_one_bit_channels(machine)) {
        return fmt::format("has outputs of one bit, which machine '{}' lacks", machine.name);
    }
    const std::string zero = first_zero(words, std::array{out_w, out_h, kernel_w, kernel_h, group_count});
    if (!zero.empty()) return zero;
    if (real == nullptr && spec::is_indexed(*kind) && get(words, palette_base) >= machine.palette_words) {
        return fmt::format("has the table in word {} of the palette buffer, which has {} words",
                           get(words, palette_base), machine.palette_words);
    }
    if (machine.activation_tables > 0 && get(words, tabled) != 0 && get(words, table) >= machine.activation_tables) {
        return fmt::format("looks its outputs up in activation table {}, of {}", get(words, table),
                           machine.activation_tables);
    }
    const int64_t vectors = get(words, out_w) * get(words, out_h);
    const bool windowed = get(words, engine) != static_cast<int64_t>(Engine::array);
    if (windowed && vectors > machine.window_taps) {
        return fmt::format("has windows of {} taps, but the window engine holds weights for {}", vectors,
                           machine.window_taps);
    }
    const int64_t passes = get(words, kernel_w) * get(words, kernel_h) * get(words, group_count);
    const int64_t pixels = windowed ? passes * spec::window_slots(machine) : vectors;
    if (pixels <= machine.accumulator_depth) return "";
    return fmt::format("has {} pixels, but the accumulators hold {}", pixels, machine.accumulator_depth);
}

}  // namespace

std::string illegal_field(const CommandWords& words, const spec::Machine& machine) {
    const spec::Command* command = spec::find_command(static_cast<uint32_t>(get(words, spec::common::opcode)));
    if (command == nullptr) return fmt::format("has the undefined opcode {}", get(words, spec::common::opcode));
    if (!spec::reserved_bits_are_zero(words, *command, machine)) {
        return "has a bit that is not zero and belongs to no field or is not kept by the machine";
    }
    switch (spec::Opcode{command->opcode}) {
        case spec::Opcode::load: return illegal_load(words, machine);
        case spec::Opcode::exec: return illegal_exec(words, machine);
        default: break;
    }
    return first_zero(words, std::array{spec::store::length, spec::store::count_x, spec::store::count_y});
}

}  // namespace napier::driver::check
