#include "sw/spec/command.hpp"

#include <fmt/format.h>

#include <bit>

#include "sw/base/error.hpp"

namespace napier::spec {

void set(uint32_t* words, const Field& field, int64_t value) {
    if (!fits(field, value)) {
        throw Error(ErrorKind::capacity, fmt::format("The value {} does not fit the {} bits of command field '{}'; "
                                                     "split the work into smaller commands.",
                                                     value, field.width, field.name));
    }
    const uint32_t mask = field_mask(field) << field.lsb;
    words[field.word] = (words[field.word] & ~mask) | (static_cast<uint32_t>(value) << field.lsb & mask);
}

const Command* find_command(uint32_t opcode) {
    for (const Command& command : commands) {
        if (command.opcode == opcode) return &command;
    }
    return nullptr;
}

CommandWords used_bits(const Command& command, const Machine& machine) {
    CommandWords used{};
    for (const Field& field : common::fields) used[field.word] |= field_mask(field) << field.lsb;
    for (const Field& field : command.fields) {
        if (!knows(machine, field)) continue;
        const uint32_t mask = field.wraps ? field_mask(field) : kept_mask(machine, field);
        used[field.word] |= mask << field.lsb;
    }
    return used;
}

bool within(const CommandWords& words, const CommandWords& used) {
    uint32_t reserved = 0;
    for (size_t i = 0; i < words.size(); ++i) reserved |= words[i] & ~used[i];
    return reserved == 0;
}

bool reserved_bits_are_zero(const CommandWords& words, const Command& command, const Machine& machine) {
    return within(words, used_bits(command, machine));
}

void require_kept(const CommandWords& words, const Command& command, const Machine& machine) {
    for (const Field& field : command.fields) {
        const uint32_t bits = words[field.word] >> field.lsb & field_mask(field);
        if (field.wraps || !knows(machine, field) || (bits & ~kept_mask(machine, field)) == 0) continue;
        throw Error(ErrorKind::capacity,
                    fmt::format("The value {} does not fit the {} bits that machine '{}' keeps of command field '{}'; "
                                "choose a machine that keeps more.",
                                bits, std::popcount(kept_mask(machine, field)), machine.name, field.name));
    }
}

std::string disassemble(const CommandWords& words) {
    const Command* command = find_command(static_cast<uint32_t>(get(words, common::opcode)));
    if (command == nullptr) return fmt::format("undefined opcode {}", get(words, common::opcode));
    std::string line = command->name;
    const auto append = [&](const Field& field) {
        if (get(words, field) != 0) line += fmt::format(" {}={}", field.name, get(words, field));
    };
    append(common::wait);
    append(common::signal);
    const bool real = std::any_of(std::begin(real_formats), std::end(real_formats), [&](const RealFormat& format) {
        return command->opcode == static_cast<uint32_t>(Opcode::exec) && get(words, exec::format) == format.code;
    });
    for (const Field& field : command->fields) {
        if (field.family == Family::both || (field.family == Family::real) == real) append(field);
    }
    return line;
}

}  // namespace napier::spec
