#pragma once
// One 64-byte command as words, and its fields.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "sw/spec/machine.hpp"

namespace napier::spec {

using CommandWords = std::array<uint32_t, command_words>;

constexpr uint32_t field_mask(const Field& field) {
    return field.width == 32 ? 0xffffffffu : (1u << field.width) - 1;
}

// The field's value, sign-extended if the field is signed.
constexpr int64_t get(const uint32_t* words, const Field& field) {
    const uint32_t bits = words[field.word] >> field.lsb & field_mask(field);
    const bool negative = field.is_signed && (bits >> (field.width - 1) & 1) != 0;
    return negative ? static_cast<int64_t>(bits) - (int64_t{1} << field.width) : static_cast<int64_t>(bits);
}
constexpr int64_t get(const CommandWords& words, const Field& field) { return get(words.data(), field); }

// True if the field can hold the value.
constexpr bool fits(const Field& field, int64_t value) {
    const int64_t span = int64_t{1} << field.width;
    return field.is_signed ? -span / 2 <= value && value < span / 2 : 0 <= value && value < span;
}

// True if the machine knows the field: it is of no family or of the machine's.
constexpr bool knows(const Machine& machine, const Field& field) {
    return field.family == Family::both || (field.family == Family::real) == is_real(machine);
}

// The field's low bits that the machine keeps; none if it lacks the field.
constexpr uint32_t kept_mask(const Machine& machine, const Field& field) {
    if (!knows(machine, field)) return 0;
    const auto has = [&](int Machine::*knob) { return knob != nullptr && machine.*knob != 0; };
    if (field.needs[0] != nullptr && !has(field.needs[0]) && !has(field.needs[1])) return (1u << field.without) - 1;
    const int kept = field.kept == nullptr ? field.width : std::min(machine.*field.kept, field.width);
    return kept == 32 ? 0xffffffffu : (1u << kept) - 1;
}

// True if a LOAD unpacks trits: four beats of a row of memory fill five of the weight buffer, rounded down.
constexpr bool is_packed(const CommandWords& words) {
    return get(words, load::packed) != 0 && get(words, load::fill) == 0 &&
           get(words, load::target) == static_cast<int64_t>(load::Target::weight);
}
// Bytes that a row of a LOAD takes in its buffer.
constexpr int64_t buffer_length(const CommandWords& words, const Machine& machine) {
    const int64_t length = get(words, load::length), beat = machine.beat_bytes;
    return is_packed(words) ? length / beat * 5 / 4 * beat : length;
}

// Writes the field; throws napier::Error (capacity) if it cannot hold the value.
void set(uint32_t* words, const Field& field, int64_t value);
inline void set(CommandWords& words, const Field& field, int64_t value) { set(words.data(), field, value); }

// The command of an opcode, or null if the description has none.
const Command* find_command(uint32_t opcode);

// The bits that belong to fields of the command, without those that the machine does not keep and must not ignore.
CommandWords used_bits(const Command& command, const Machine& machine);
// True if no other bit is one.
bool within(const CommandWords& words, const CommandWords& used);
// Both in one.
bool reserved_bits_are_zero(const CommandWords& words, const Command& command, const Machine& machine);

// Throws napier::Error (capacity) if a field holds more than the machine keeps of it.
void require_kept(const CommandWords& words, const Command& command, const Machine& machine);

// One line: the command's name and every field of its format's family that is not zero, as name=value.
std::string disassemble(const CommandWords& words);

}  // namespace napier::spec
