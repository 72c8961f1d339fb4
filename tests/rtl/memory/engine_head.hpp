#pragma once
// Brings a command to the head of the loader or the storer, as command_queue does; beats of 4 bytes.

#include "sw/spec/command.hpp"
#include "tests/rtl/clocked.hpp"
#include "tests/rtl/ports.hpp"

namespace napier::test {

// Ends in the first cycle of head_valid_i.
template <typename Module>
void load_head(Clocked<Module>& engine, spec::CommandWords command, uint32_t index) {
    command[spec::command_words - 1] = index;
    engine->head_beat_valid_i = 1;
    engine->head_beat_again_i = 1;
    for (int word = 0; word < spec::command_words; ++word) {
        engine->head_beat_index_i = static_cast<uint8_t>(word);
        engine->head_beat_data_i = command[static_cast<size_t>(word)];
        engine.tick();
    }
    engine->head_beat_valid_i = 0;
    engine->head_valid_i = 1;
}

// A LOAD or STORE of one row.
inline spec::CommandWords one_row(spec::Opcode opcode, uint32_t address, uint32_t length, uint32_t word,
                                  uint32_t byte) {
    spec::CommandWords command{};
    spec::set(command, spec::common::opcode, int64_t(opcode));
    spec::set(command, spec::load::address, address);
    spec::set(command, spec::load::length, length);
    spec::set(command, spec::load::count_x, 1);
    spec::set(command, spec::load::count_y, 1);
    spec::set(command, spec::load::buffer_word, word);
    spec::set(command, spec::load::buffer_byte, byte);
    return command;
}

}  // namespace napier::test
