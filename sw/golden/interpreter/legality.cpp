#include "sw/golden/interpreter/legality.hpp"

#include <algorithm>

#include "sw/formats/formats.hpp"

namespace napier::golden {

namespace {

using spec::CommandWords;
using spec::ErrorCode;
using spec::get;

void check_opcode(const spec::Machine& machine, const CommandWords& words) {
    const spec::Command* command = spec::find_command(static_cast<uint32_t>(get(words, spec::common::opcode)));
    if (command == nullptr || !spec::reserved_bits_are_zero(words, *command, machine)) {
        throw Stop{ErrorCode::bad_opcode, 0};
    }
}

template <size_t count>
void check_counts(const CommandWords& words, const spec::Field (&fields)[count]) {
    for (const spec::Field& field : fields) {
        if (get(words, field) == 0) {
            throw Stop{ErrorCode::zero_count, 0};
        }
    }
}

void check_load_alignment(const spec::Machine& machine, const CommandWords& words) {
    namespace load = spec::load;
    const auto aligned = [&](const spec::Field& field) { return get(words, field) % machine.beat_bytes == 0; };
    const bool buffer_side = aligned(load::length) && aligned(load::buffer_byte) &&
                             aligned(load::buffer_stride_x_byte) && aligned(load::buffer_stride_y_byte);
    const bool memory_side = get(words, load::fill) != 0 ||
                             (aligned(load::address) && aligned(load::memory_stride_x) &&
                              aligned(load::memory_stride_y));
    if (!buffer_side || !memory_side) {
        throw Stop{ErrorCode::alignment, static_cast<uint32_t>(get(words, load::address))};
    }
}

void check_load(const spec::Machine& machine, const CommandWords& words) {
    namespace load = spec::load;
    check_counts(words, {load::length, load::count_x, load::count_y});
    const load::Target target{static_cast<uint32_t>(get(words, load::target))};
    if (spec::loads_whole_beats(target)) {
        check_load_alignment(machine, words);
    }
    for (const spec::Field& field : {load::buffer_byte, load::buffer_stride_x_byte, load::buffer_stride_y_byte}) {
        if (get(words, field) >= spec::target_word_bytes(machine, target)) {
            throw Stop{ErrorCode::buffer_range, static_cast<uint32_t>(get(words, load::buffer_word))};
        }
    }
}

bool is_integer_format(const spec::Machine& machine, const CommandWords& words) {
    const spec::Format* format = formats::find_code(static_cast<uint32_t>(get(words, spec::exec::format)));
    return format != nullptr && spec::has_format(machine, *format) &&
           get(words, spec::exec::engine) <= static_cast<int64_t>(spec::exec::Engine::window_max) &&
           (get(words, spec::exec::output_signs) == 0 || spec::has_one_bit_channels(machine));
}

// An operand's element is one of the machine's, or 0 where it has none; clamps are numbers.
bool is_real_format(const spec::Machine& machine, const spec::RealFormat& format, const CommandWords& words) {
    namespace exec = spec::exec;
    const auto holds = [&](uint32_t mask, const spec::Field& field) { return (mask >> get(words, field) & 1) != 0; };
    const auto is_number = [&](const spec::Field& field) { return (get(words, field) & 0x7FFF) <= 0x7F80; };
    return get(words, exec::format) == format.code && holds(std::max(machine.elements_a, 1u), exec::element_a) &&
           holds(std::max(machine.elements_b, 1u), exec::element_b) && holds(machine.outputs, exec::element_output) &&
           is_number(exec::float_low) && is_number(exec::float_high);
}

void check_exec(const spec::Machine& machine, const CommandWords& words) {
    namespace exec = spec::exec;
    const spec::RealFormat* real = spec::real_format(machine);
    if (!(real == nullptr ? is_integer_format(machine, words) : is_real_format(machine, *real, words))) {
        throw Stop{ErrorCode::bad_format, 0};
    }
    check_counts(words, {exec::out_w, exec::out_h, exec::kernel_w, exec::kernel_h, exec::group_count});
    if (formats::is_indexed(static_cast<uint32_t>(get(words, exec::format))) &&
        get(words, exec::palette_base) >= machine.palette_words) {
        throw Stop{ErrorCode::buffer_range, static_cast<uint32_t>(get(words, exec::palette_base))};
    }
    if (machine.activation_tables > 0 && get(words, exec::tabled) != 0 &&
        get(words, exec::table) >= machine.activation_tables) {
        throw Stop{ErrorCode::buffer_range, static_cast<uint32_t>(get(words, exec::table))};
    }
    const bool windowed = get(words, exec::engine) != static_cast<int64_t>(exec::Engine::array);
    const int most = windowed ? machine.window_taps : machine.accumulator_depth;
    if (get(words, exec::out_w) * get(words, exec::out_h) > most) {
        throw Stop{ErrorCode::buffer_range, static_cast<uint32_t>(most)};
    }
}

}  // namespace

void check_legality(const State& state, const CommandWords& words) {
    check_opcode(state.machine, words);
    switch (static_cast<spec::Opcode>(get(words, spec::common::opcode))) {
        case spec::Opcode::load: return check_load(state.machine, words);
        case spec::Opcode::exec: return check_exec(state.machine, words);
        case spec::Opcode::store:
            return check_counts(words, {spec::store::length, spec::store::count_x, spec::store::count_y});
    }
}

}  // namespace napier::golden
