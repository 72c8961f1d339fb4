// Do the simulator and the RTL agree on every bit of every register and of every command?

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "tests/lockstep/hand.hpp"

using namespace napier;
using namespace napier::test;

namespace {

const spec::Machine& machine = spec::find_machine("odd");
constexpr uint32_t register_bytes = 4096;
constexpr uint64_t most_cycles = 1000;

// Every offset reads the same on both.
void registers_agree(Pair& pair) {
    for (uint32_t offset = 0; offset < register_bytes; offset += 4) {
        CAPTURE(offset);
        REQUIRE(pair.rtl->read_register(offset) == pair.sim->read_register(offset));
    }
}

// A load, an EXEC of two tiles with every step of the post-processor, and a store: a few hundred cycles.
driver::TestProgram small_job() {
    using namespace spec;
    Hand hand(machine);
    for (uint32_t i = 0; i < 64; ++i) hand.byte(Hand::data + i, int(i * 37 + 11));
    hand.parameters(Hand::data + 64, -3, 1 << 20, 20);
    hand.load({{load::target, int64_t(load::Target::activation)}, {load::address, Hand::data}, {load::length, 40}});
    hand.load({{load::target, int64_t(load::Target::weight)}, {load::address, Hand::data}, {load::length, 48}});
    hand.load({{load::target, int64_t(load::Target::residual)}, {load::address, Hand::data}, {load::length, 24}});
    hand.load({{load::target, int64_t(load::Target::parameter)},
               {load::address, Hand::data + 64},
               {load::length, 8 * machine.columns},
               {common::signal, load_exec}});
    hand.exec({{exec::start, 1}, {exec::kernel_w, 2}, {exec::out_w, 2}, {common::wait, from_load}});
    hand.exec({{exec::finish, 1}, {exec::out_w, 2}, {exec::residual, 1}, {common::signal, from_store}});
    hand.store({{store::address, Hand::results}, {store::length, 10}, {common::wait, store_exec}});
    driver::TestProgram program = hand.program();
    program.watchdog = 400;
    program.hazard_free = false;  // a changed bit may read what nobody wrote
    return program;
}

// What the devices do with the program in its first cycles; a long one is stopped then.
std::string difference(Pair& pair, const driver::TestProgram& program) {
    std::string found = pair.difference(program, false, most_cycles);
    if (!pair.record.interrupted) {
        pair.soft_reset();
        found = driver::first_difference(reset_in(*pair.rtl, program, most_cycles),
                                         reset_in(*pair.sim, program, most_cycles), program)
                    .value_or("");
    } else if (pair.record.error_code != 0) {
        pair.soft_reset();
    }
    return found;
}

}  // namespace

TEST_CASE("every bit of every register", "[odd]") {
    Pair pair(machine);
    for (const uint32_t value : {~0u, 0u, 0x55555555u, 0xaaaaaaaau, 0x33333333u}) {
        for (uint32_t offset = 4; offset < register_bytes; offset += 4) {  // control starts and resets
            pair.rtl->write_register(offset, value);
            pair.sim->write_register(offset, value);
        }
        registers_agree(pair);
    }
    for (uint32_t bit = 2; bit < 32; ++bit) {
        pair.rtl->write_register(spec::reg_control, 1u << bit);
        pair.sim->write_register(spec::reg_control, 1u << bit);
    }
    registers_agree(pair);
    pair.hard_reset();
    registers_agree(pair);
    for (uint32_t offset = 0; offset < 64; ++offset) {  // a register has one address, not four
        CAPTURE(offset);
        REQUIRE(pair.rtl->read_register(offset) == pair.sim->read_register(offset));
        pair.rtl->write_register(offset | 1, ~0u);
        pair.sim->write_register(offset | 1, ~0u);
    }
    registers_agree(pair);
}

TEST_CASE("every bit of every command, one at a time", "[odd]") {
    Pair pair(machine);
    const driver::TestProgram job = small_job();
    REQUIRE(pair.difference(job) == "");
    REQUIRE(pair.record.status == 1u << spec::status_done_bit);
    for (const size_t index : std::array<size_t, 3>{0, 5, 6}) {
        for (uint32_t bit = 0; bit < spec::command_bytes * 8; ++bit) {
            CAPTURE(index, bit);
            driver::TestProgram program = job;
            program.commands[index][bit / 32] ^= 1u << bit % 32;
            std::copy_n(reinterpret_cast<const uint8_t*>(program.commands.data()),
                        program.commands.size() * spec::command_bytes, program.bytes.begin());
            REQUIRE(difference(pair, program) == "");
        }
    }
    REQUIRE(pair.difference(job) == "");
}

TEST_CASE("programs of any length at any address, of which nothing can be read", "[odd]") {
    Pair pair(machine);
    for (uint32_t bit = 0; bit < 32; ++bit) {
        for (driver::Device* device : {pair.rtl.get(), pair.sim.get()}) {
            for (uint32_t setting = spec::reg_read_base; setting <= spec::reg_write_limit; setting += 4)
                device->write_register(setting, 0);
            device->write_register(spec::reg_interrupt_status, ~0u);
            device->write_register(spec::reg_interrupt_enable, 1u << spec::interrupt_enable_error_bit);
            device->write_register(spec::reg_program_address, 1u << bit);
            device->write_register(spec::reg_program_length, 1u << bit % 24);
            device->write_register(spec::reg_control, 1u << spec::control_start_bit);
            device->wait_interrupt(most_cycles);
        }
        CAPTURE(bit);
        REQUIRE(pair.rtl->read_register(spec::reg_status) == 1u << spec::status_error_bit);
        registers_agree(pair);
        pair.soft_reset();
    }
}

TEST_CASE("a row that is loaded 40,000 times", "[odd]") {
    Pair pair(machine);
    Hand hand(machine);
    hand.load({{spec::load::fill, 1}, {spec::load::length, 1}, {spec::load::count_x, 40'000}});
    REQUIRE(pair.difference(hand.program()) == "");
    REQUIRE(pair.record.status == 1u << spec::status_done_bit);
}

TEST_CASE("programs of thousands of commands, the last of which fails", "[odd]") {
    using namespace spec;
    constexpr int commands = 2048;
    Pair pair(machine);
    for (const Opcode last : {Opcode::load, Opcode::exec, Opcode::store}) {
        Hand hand(machine);
        hand.settings().memory.size = hand.settings().memory.size * 4;
        hand.settings().bytes.resize(hand.settings().memory.size);
        hand.settings().read_limit = uint32_t(hand.settings().bytes.size() / driver::page_bytes);
        for (int i = 1; i < commands; ++i) hand.load({{load::fill, 1}, {load::length, 1}});
        if (last == Opcode::load) hand.load({{load::fill, 1}, {load::length, 1}, {load::buffer_word, 0xffff}});
        if (last == Opcode::exec)
            hand.exec({{exec::start, 1}, {exec::finish, 1}, {exec::output_base, machine.output_words}});
        if (last == Opcode::store) hand.store({{store::length, 1}, {store::buffer_word, machine.output_words}});
        REQUIRE(pair.difference(hand.program(), false) == "");
        REQUIRE(pair.record.error_code == uint32_t(ErrorCode::buffer_range));
        REQUIRE(pair.record.error_command == commands - 1);
        pair.soft_reset();
    }
}
