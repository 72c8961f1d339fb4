#pragma once
// Sizes that follow from a machine's knobs; none of them is typed anywhere. See docs/architecture.md, Words.

#include <algorithm>
#include <string>
#include <string_view>

#include "sw/spec/spec.hpp"

namespace napier::spec {

constexpr int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

// True if the machine was built with the format.
constexpr bool has_format(const Machine& machine, const Format& format) {
    return (machine.formats >> format.code & 1) != 0;
}

// The machine's format of real numbers; null of a machine of integers.
constexpr const RealFormat* real_format(const Machine& machine) {
    for (const RealFormat& format : real_formats) {
        if ((machine.formats >> format.code & 1) != 0) return &format;
    }
    return nullptr;
}
constexpr bool is_real(const Machine& machine) { return real_format(machine) != nullptr; }
constexpr bool has_blocks(const Machine& machine) { return (machine.formats >> format_mx & 1) != 0; }

// Bytes of a block of elements of that many bits, the scale with them.
constexpr int block_bytes(int element_bits) { return 1 + block_elements * element_bits / 8; }

// Bits of the widest element in the mask; 0: there is none.
constexpr int widest_element(uint32_t mask) {
    int most = 0;
    for (const Element& element : elements) {
        if ((mask >> element.code & 1) != 0) most = std::max(most, element.bits);
    }
    return most;
}

// Lanes of a PE that the format's operands have room for; 0 if they do not fit.
constexpr int room(const Machine& machine, const Format& format) {
    return std::min(machine.activation_bits / format.activation_bits, machine.weight_bits / format.weight_bits);
}

// Lanes of them that the format fills: of channels that share a scale no more than one vector.
constexpr int lanes(const Machine& machine, const Format& format) {
    const int most = format.scale_vector == 0 ? room(machine, format) : std::max(1, format.scale_vector / machine.rows);
    return std::min(room(machine, format), most);
}

// The most lanes of any format of integers the machine was built with.
constexpr int lanes_max(const Machine& machine) {
    int most = 0;
    for (const Format& format : formats) {
        if (has_format(machine, format)) most = std::max(most, room(machine, format));
    }
    return most;
}

// True if a weight's code in the format is an index into a table, a word of the palette buffer; and the table's bytes.
constexpr bool is_indexed(const Format& format) { return format.held_bits != format.weight_bits; }
constexpr int table_bytes(const Format& format) { return (1 << format.weight_bits) * format.held_bits / 8; }

// True if each pass in the format has integer scales, a word of the palette buffer with a byte a column.
constexpr bool is_scaled(const Format& format) { return format.scale_bits > 0; }
constexpr bool has_scales(const Machine& machine) {
    return std::any_of(std::begin(formats), std::end(formats),
                       [&](const Format& format) { return has_format(machine, format) && is_scaled(format); });
}

// Products of the whole array in a cycle.
constexpr int products(const Machine& machine, const Format& format) {
    return machine.rows * machine.columns * lanes(machine, format) * format.channels;
}

// True if the machine has a format of one-bit channels, and so outputs of one bit.
constexpr bool has_one_bit_channels(const Machine& machine) {
    return std::any_of(std::begin(formats), std::end(formats), [&](const Format& format) {
        return has_format(machine, format) && format.channels > 1;
    });
}

// Bytes of a slot, and of one word of each buffer. The residual buffer has the output buffer's words.
constexpr int slot_bytes(const Machine& machine) {
    if (!is_real(machine)) return machine.rows;
    return has_blocks(machine) ? round_up(block_bytes(machine.activation_bits), machine.beat_bytes)
                               : machine.activation_bits / 8;
}
constexpr int activation_word_bytes(const Machine& machine) {
    if (!is_real(machine)) return machine.rows * lanes_max(machine);
    return has_blocks(machine) ? slot_bytes(machine) : 2 * machine.beat_bytes;
}
constexpr int slots_in_word(const Machine& machine) { return activation_word_bytes(machine) / slot_bytes(machine); }

// Words of the weight buffer that a pass takes; bytes from a column's weights to the next one's in a word of a machine
// of real numbers, column_span columns a word; bytes of a word.
constexpr int pass_words(const Machine& machine) {
    return is_real(machine) ? machine.columns / machine.column_span : machine.rows;
}
constexpr int column_bytes(const Machine& machine) {
    return has_blocks(machine) ? block_bytes(machine.weight_bits) : machine.weight_bits / 8;
}
constexpr int weight_word_bytes(const Machine& machine) {
    const int bytes = is_real(machine) ? machine.column_span * column_bytes(machine)
                                       : machine.columns * machine.weight_bits / 8;
    return round_up(bytes, machine.beat_bytes);
}
constexpr int parameter_word_bytes(const Machine& machine) {
    return round_up(machine.post_lanes * parameter_bytes, machine.beat_bytes);
}
constexpr int output_word_bytes(const Machine& machine) {
    int bytes = machine.columns;
    if (is_real(machine)) {
        bytes = block_bytes(widest_element(machine.outputs));
        for (const Scalar& scalar : scalars) {
            if ((machine.outputs >> scalar.code & 1) != 0) bytes = std::max(bytes, machine.columns * scalar.bits / 8);
        }
    }
    return round_up(bytes, machine.beat_bytes);
}
constexpr int palette_word_bytes(const Machine& machine) {
    int most = 0;  // 0 without a palette buffer
    for (const Format& format : formats) {
        if (!has_format(machine, format)) continue;
        if (is_indexed(format)) most = std::max(most, table_bytes(format));
        if (is_scaled(format)) most = std::max(most, machine.columns);
    }
    return round_up(most, machine.beat_bytes);
}

// Words of its buffer that an activation table takes, and bytes of one; 0 without tables.
inline constexpr int activation_table_words = activation_table_entries / activation_table_word_entries;
constexpr int activation_table_word_bytes(const Machine& machine) {
    return machine.activation_tables == 0 ? 0 : round_up(activation_table_word_entries, machine.beat_bytes);
}

// Accumulator words, and words of weights for each tap, of a pixel of the window engine; 0: the machine has none.
constexpr int window_slots(const Machine& machine) { return machine.window_channels / machine.columns; }

// Bytes of the longest burst; bursts end at its multiples.
constexpr int burst_bytes(const Machine& machine) { return machine.beat_bytes * machine.burst_beats; }

// Words of each buffer and bytes of one word, by LOAD target; 0 of a buffer that the machine lacks.
constexpr int target_words(const Machine& machine, load::Target target) {
    switch (target) {
        case load::Target::activation: return machine.activation_words;
        case load::Target::weight: return machine.weight_words;
        case load::Target::parameter: return machine.parameter_words;
        case load::Target::residual: return machine.residual_words;
        case load::Target::palette: return machine.palette_words;
        case load::Target::table: return machine.activation_tables * activation_table_words;
        default: return 0;
    }
}
constexpr int target_word_bytes(const Machine& machine, load::Target target) {
    switch (target) {
        case load::Target::activation: return activation_word_bytes(machine);
        case load::Target::weight: return weight_word_bytes(machine);
        case load::Target::parameter: return parameter_word_bytes(machine);
        case load::Target::residual: return output_word_bytes(machine);
        case load::Target::palette: return palette_word_bytes(machine);
        case load::Target::table: return activation_table_word_bytes(machine);
        default: return 0;
    }
}

// True if rows of a LOAD to the buffer are whole beats.
constexpr bool loads_whole_beats(load::Target target) {
    return target == load::Target::weight || target == load::Target::parameter || target == load::Target::palette ||
           target == load::Target::table;
}

// Memory addresses count modulo 2^address_bits; buffer words, slots and coordinates modulo 2^word_bits.
constexpr uint32_t address_mask(const Machine& machine) { return 0xffffffffu >> (32 - machine.address_bits); }
constexpr uint32_t word_mask(const Machine& machine) { return (1u << machine.word_bits) - 1; }

// Bits of a command's index, and the most commands of a program.
constexpr int index_bits(const Machine& machine) { return std::min(24, machine.address_bits - 6); }
constexpr uint32_t most_commands(const Machine& machine) { return (1u << index_bits(machine)) - 1; }

// The machine or format of that name; throws napier::Error (usage) with the nearest name.
const Machine& find_machine(std::string_view name);
const Format& find_format(std::string_view name);

// The names of a machine's formats, separated by commas.
std::string format_names(const Machine& machine);

// The error of that code, or null if the description has none.
const ErrorText* find_error(uint32_t code);

}  // namespace napier::spec
