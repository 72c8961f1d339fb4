#include "driver/verify/trouble.hpp"

#include <algorithm>
#include <cstring>

namespace napier::driver {

namespace {

constexpr uint32_t patience = 3000;  // cycles of the watchdog where the bus dies

// Any bit of any command; or a field set to one of its ends.
void spoil_command(TestProgram& program, const spec::Machine& machine, Random& random) {
    const size_t index = size_t(random.below(int64_t(program.commands.size())));
    spec::CommandWords& words = program.commands[index];
    const spec::Command* command = spec::find_command(uint32_t(spec::get(words, spec::common::opcode)));
    if (random.chance(40)) {
        words[size_t(random.below(spec::command_words))] ^= 1u << random.below(32);
    } else {
        const spec::Field& field = command->fields[size_t(random.below(int64_t(command->fields.size())))];
        const uint32_t mask = random.chance(50) ? spec::kept_mask(machine, field) : spec::field_mask(field);
        const int64_t most = int64_t(mask >> (field.is_signed ? 1 : 0));
        spec::set(words, field, random.pick({int64_t{0}, most, most / 2, std::max<int64_t>(0, most - 1)}));
    }
    const uint32_t place = program.program_address - program.memory.base + uint32_t(index) * spec::command_bytes;
    std::memcpy(program.bytes.data() + place, words.data(), sizeof words);
    program.hazard_free = false;
}

}  // namespace

void add_trouble(TestProgram& program, const spec::Machine& machine, Random& random) {
    program.watchdog = patience;
    switch (random.below(13)) {
        case 0: program.read_limit -= uint32_t(random.below(8)); break;
        case 1: program.write_limit -= uint32_t(random.below(4)); break;
        case 2: program.memory.read_error = random.small(0, 400); break;
        case 3: program.memory.write_error = random.small(0, 100); break;
        case 4: program.memory.read_dead = random.small(0, 400); break;
        case 5: program.memory.write_dead = random.small(0, 100); break;
        case 6: program.watchdog = uint32_t(random.small(1, 300)); break;
        case 7:
            program.memory.read_error = random.small(0, 400);
            program.memory.read_error_beat = random.below(64);
            break;
        case 8:
        case 9:
            (random.chance(50) ? program.memory.read_late : program.memory.write_late) = random.small(0, 100);
            program.memory.late_cycles = uint32_t(random.small(1, 2 * patience));
            break;
        default: spoil_command(program, machine, random);
    }
}

}  // namespace napier::driver
