// Do the RTL and the simulator stop alike with every error, and does a soft reset bring both back?

#include <catch2/catch.hpp>

#include "tests/lockstep/hand.hpp"

using namespace napier;
using namespace napier::test;
using spec::ErrorCode;

namespace {

const spec::Machine& machine = spec::find_machine("odd");

// The program fails with this error on both, golden agrees where it can know, and after a soft reset a known job is
// right.
void fails(Pair& pair, const driver::TestProgram& program, ErrorCode code, bool golden = true) {
    CAPTURE(uint32_t(code));
    REQUIRE(pair.difference(program, golden) == "");
    REQUIRE(pair.record.error_code == uint32_t(code));
    REQUIRE(pair.record.status == 1u << spec::status_error_bit);
    pair.soft_reset();
    REQUIRE(pair.rtl->read_register(spec::reg_status) == 0);
    REQUIRE(pair.difference(known_answer(machine)) == "");
    REQUIRE(pair.record.status == 1u << spec::status_done_bit);
}

Hand good_load() {
    Hand hand(machine);
    hand.load({{spec::load::address, Hand::data}, {spec::load::length, 100}});
    return hand;
}

}  // namespace

TEST_CASE("a command that is not one", "[odd]") {
    Pair pair(machine);
    for (const uint32_t word : {0u, 4u, 15u, 1u << 13 | 1u, 1u << 18 | 3u})
        fails(pair, good_load().command({word}).program(), ErrorCode::bad_opcode);
    Hand reserved = good_load();
    reserved.store({{spec::store::length, 1}});
    driver::TestProgram program = reserved.program();
    program.commands[1][15] = 1;
    std::copy_n(reinterpret_cast<const uint8_t*>(program.commands.data()), 128, program.bytes.begin());
    fails(pair, program, ErrorCode::bad_opcode);
}

TEST_CASE("zero counts", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    fails(pair, good_load().load({{load::length, 0}}).program(), ErrorCode::zero_count);
    fails(pair, good_load().load({{load::length, 1}, {load::count_x, 0}}).program(), ErrorCode::zero_count);
    fails(pair, good_load().store({{store::length, 1}, {store::count_y, 0}}).program(), ErrorCode::zero_count);
    for (const Field& field : {exec::out_w, exec::out_h, exec::kernel_w, exec::kernel_h, exec::group_count})
        fails(pair, good_load().exec({{exec::start, 1}, {exec::finish, 1}, {field, 0}}).program(),
              ErrorCode::zero_count);
    driver::TestProgram empty = good_load().program();
    empty.commands.clear();
    fails(pair, empty, ErrorCode::zero_count);
    empty.program_address = 32;  // goes first
    fails(pair, empty, ErrorCode::alignment);
}

TEST_CASE("a format the machine has not", "[odd]") {
    Pair pair(machine);
    fails(pair, good_load().exec({{spec::exec::format, spec::format_mx}, {spec::exec::start, 1}}).program(),
          ErrorCode::bad_format);
}

TEST_CASE("alignment", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    const auto weight = int64_t(load::Target::weight), parameter = int64_t(load::Target::parameter);
    for (const int64_t target : {weight, parameter, int64_t(load::Target::palette), int64_t(load::Target::table)}) {
        fails(pair, good_load().load({{load::target, target}, {load::length, 6}}).program(), ErrorCode::alignment);
        fails(pair, good_load().load({{load::target, target}, {load::length, 8}, {load::address, 2}}).program(),
              ErrorCode::alignment);
        fails(pair, good_load().load({{load::target, target}, {load::length, 8}, {load::buffer_byte, 1}}).program(),
              ErrorCode::alignment);
        fails(pair, good_load().load({{load::target, target}, {load::length, 8}, {load::memory_stride_y, 2}}).program(),
              ErrorCode::alignment);
        fails(pair,
              good_load()
                  .load({{load::target, target}, {load::fill, 1}, {load::length, 8}, {load::buffer_stride_x_byte, 2}})
                  .program(),
              ErrorCode::alignment);
    }
    driver::TestProgram shifted = good_load().program();
    shifted.program_address = 32;
    fails(pair, shifted, ErrorCode::alignment);
}

TEST_CASE("past the end of a buffer", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    for (int64_t target = 0; target < int64_t(std::size(load::target_names)); ++target) {
        const auto to = load::Target(target);
        const int64_t last = target_words(machine, to) - 1, bytes = target_word_bytes(machine, to);
        for (const int64_t fill : {0, 1}) {
            fails(pair,
                  good_load()
                      .load({{load::target, target},
                             {load::fill, fill},
                             {load::address, Hand::data},
                             {load::buffer_word, last},
                             {load::length, bytes + machine.beat_bytes}})
                      .program(),
                  ErrorCode::buffer_range);
        }
        fails(pair,
              good_load()
                  .load({{load::target, target},
                         {load::address, Hand::data},
                         {load::length, 4},
                         {load::buffer_stride_y_byte, bytes}})
                  .program(),
              ErrorCode::buffer_range);
    }
    const int64_t weight = int64_t(load::Target::weight), most = int64_t{machine.weight_words} * 2;  // beats
    for (int64_t beats = 1; beats <= 12; ++beats) {
        for (int64_t room = 0; room < beats * 5 / 4; ++room) {
            const int64_t place = most - room;
            fails(pair,
                  good_load()
                      .load({{load::target, weight},
                             {load::packed, 1},
                             {load::address, Hand::data + 4 * (room % 7)},
                             {load::buffer_word, place / 2},
                             {load::buffer_byte, place % 2 * 4},
                             {load::length, beats * 4}})
                      .program(),
                  ErrorCode::buffer_range);
        }
    }
    fails(pair,
          good_load()
              .fill(Hand::results, 64, 0x5a)  // a byte of no word is written as 0
              .store({{store::buffer_word, machine.output_words - 1},
                      {store::length, output_word_bytes(machine) + 1},
                      {store::address, Hand::results}})
              .program(),
          ErrorCode::buffer_range, false);
    const auto exec_fails = [&](Fields fields) {
        fails(pair, good_load().exec(fields).program(), ErrorCode::buffer_range, false);
    };
    exec_fails({{exec::start, 1}, {exec::finish, 1}, {exec::out_w, machine.accumulator_depth + 1}});
    exec_fails({{exec::start, 1}, {exec::finish, 1}, {exec::weight_base, machine.weight_words - machine.rows + 1}});
    exec_fails({{exec::engine, int64_t(exec::Engine::window_max)},  // a tap each of more pixels than a tile has
                {exec::start, 1},
                {exec::finish, 1},
                {exec::kernel_w, machine.accumulator_depth / window_slots(machine) + 1}});
    exec_fails({{exec::format, format_palette}, {exec::start, 1}, {exec::palette_base, machine.palette_words}});
    // Of the same pass, too: its weights, then its activations, behind its scales.
    const auto scales_fail = [&](int64_t word, int64_t passes, int64_t width, int64_t weights, int64_t slot) {
        exec_fails({{exec::format, format_vsq},
                    {exec::start, 1},
                    {exec::palette_base, word},
                    {exec::group_count, passes},
                    {exec::out_w, width},
                    {exec::weight_base, weights},
                    {exec::activation_base, slot}});
    };
    const int64_t last = machine.weight_words - machine.rows, slots = machine.activation_words * lanes_max(machine);
    scales_fail(machine.palette_words, 1, 1, 0, 0);
    scales_fail(machine.palette_words - 2, 4, 1, 0, 0);
    scales_fail(machine.palette_words + 5, 2, 7, 0, 0);
    scales_fail(machine.palette_words - 1, 2, 1, last, 0);
    scales_fail(machine.palette_words - 2, 2, 1, last, 0);
    scales_fail(machine.palette_words, 1, 1, 0, slots);
    exec_fails({{exec::format, format_palette},
                {exec::start, 1},
                {exec::palette_base, machine.palette_words},
                {exec::out_w, machine.accumulator_depth + 1}});
    exec_fails({{exec::start, 1}, {exec::tabled, 1}, {exec::table, machine.activation_tables}});
    exec_fails({{exec::start, 1}, {exec::tabled, 1}, {exec::table, 255}, {exec::out_w, machine.accumulator_depth + 1}});
    exec_fails({{exec::format, format_palette},
                {exec::start, 1},
                {exec::palette_base, machine.palette_words},
                {exec::tabled, 1},
                {exec::table, machine.activation_tables}});
    fails(pair, good_load().load({{load::target, 6}, {load::length, 4}, {load::buffer_word, 7}}).program(),
          ErrorCode::buffer_range);
    exec_fails(
        {{exec::start, 1}, {exec::finish, 1}, {exec::activation_base, machine.activation_words * lanes_max(machine)}});
    exec_fails({{exec::start, 1}, {exec::finish, 1}, {exec::parameter_base, machine.parameter_words}});
    exec_fails({{exec::start, 1}, {exec::finish, 1}, {exec::output_base, machine.output_words - 2}, {exec::out_w, 3}});
    exec_fails({{exec::start, 1},
                {exec::finish, 1},
                {exec::residual, 1},
                {exec::residual_base, machine.residual_words - 1},
                {exec::out_w, 2}});
    // Both outside at the same pixel: the residual's is the fault.
    REQUIRE(machine.residual_words != machine.output_words);
    exec_fails({{exec::start, 1},
                {exec::finish, 1},
                {exec::residual, 1},
                {exec::residual_base, machine.residual_words},
                {exec::output_base, machine.output_words}});
}

TEST_CASE("windows", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    driver::TestProgram program = good_load().load({{load::address, Hand::data - 50}, {load::length, 100}}).program();
    program.read_limit = Hand::data / driver::page_bytes;
    program.commands[0][1] = 0;
    std::copy_n(reinterpret_cast<const uint8_t*>(program.commands.data()), 64, program.bytes.begin());
    fails(pair, program, ErrorCode::read_window);
    program.read_base = 1;
    fails(pair, program, ErrorCode::read_window);
    driver::TestProgram writes =
        good_load().store({{store::address, Hand::results + 4090}, {store::length, 20}}).program();
    writes.write_limit = Hand::results / driver::page_bytes + 1;
    fails(pair, writes, ErrorCode::write_window, false);
    writes.write_base = writes.write_limit;
    fails(pair, writes, ErrorCode::write_window, false);
}

TEST_CASE("error responses of the bus, at every burst", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    const driver::TestProgram job = known_answer(machine);
    REQUIRE(pair.difference(job) == "");
    const int64_t reads = pair.record.counters[counter_read_bursts],
                  writes = pair.record.counters[counter_write_bursts];
    for (int64_t burst = 0; burst < reads; burst += 1 + burst / 16) {
        driver::TestProgram program = job;
        program.memory.read_error = burst;
        fails(pair, program, ErrorCode::read_response, false);
    }
    for (int64_t burst = 0; burst < writes; ++burst) {
        driver::TestProgram program = job;
        program.memory.write_error = burst;
        fails(pair, program, ErrorCode::write_response, false);
    }
}

TEST_CASE("a bus that never answers, and the watchdog", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    const driver::TestProgram job = known_answer(machine);
    REQUIRE(pair.difference(job) == "");
    const int64_t reads = pair.record.counters[counter_read_bursts],
                  writes = pair.record.counters[counter_write_bursts];
    for (const bool read : {true, false}) {
        for (int64_t burst = 0; burst < (read ? reads : writes); burst += 1 + burst / 4) {
            driver::TestProgram program = job;
            (read ? program.memory.read_dead : program.memory.write_dead) = burst;
            program.watchdog = 2000;
            REQUIRE(pair.difference(program, false) == "");
            REQUIRE(pair.record.error_code == uint32_t(ErrorCode::watchdog));
            pair.hard_reset();
            REQUIRE(pair.difference(job) == "");
        }
    }
}

TEST_CASE("a watchdog of any length", "[odd]") {
    Pair pair(machine);
    driver::TestProgram job = known_answer(machine);
    job.memory.read_latency = 60;
    for (uint32_t watchdog = 1; watchdog < 100; ++watchdog) {
        job.watchdog = watchdog;
        REQUIRE(pair.difference(job, false) == "");
        pair.soft_reset();
    }
}

TEST_CASE("an error on a bus that never answers: the watchdog gives the drain up", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    bool given_up = false;
    for (int64_t answered = 1; answered <= 12; ++answered) {
        CAPTURE(answered);
        driver::TestProgram program =
            good_load().exec({{exec::format, format_mx}, {exec::start, 1}}).program();
        program.memory.read_dead = answered;
        program.watchdog = 300;
        REQUIRE(pair.difference(program, false) == "");
        const auto code = ErrorCode(pair.record.error_code);
        REQUIRE((code == ErrorCode::watchdog || code == ErrorCode::bad_format));
        given_up |= code == ErrorCode::bad_format && pair.record.interrupt_cycle > program.watchdog;
        pair.hard_reset();
        REQUIRE(pair.difference(known_answer(machine)) == "");
    }
    REQUIRE(given_up);
}

TEST_CASE("tokens that nobody takes", "[odd]") {
    using namespace spec;
    Pair pair(machine);
    for (const int64_t to : {load_exec, load_store}) {
        Hand hand(machine);
        for (uint32_t i = 0; i <= token_max; ++i)
            hand.load({{common::signal, to}, {load::fill, 1}, {load::length, 4}});
        fails(pair, hand.program(), ErrorCode::token_overflow, false);
    }
    for (const int64_t to : {from_load, from_store}) {
        Hand hand(machine);
        for (uint32_t i = 0; i <= token_max; ++i)
            hand.exec({{common::signal, to}, {exec::start, 1}});
        fails(pair, hand.program(), ErrorCode::token_overflow, false);
    }
    for (const int64_t to : {store_load, store_exec}) {
        Hand hand(machine);
        for (uint32_t i = 0; i <= token_max; ++i)
            hand.store({{common::signal, to}, {store::address, Hand::results}, {store::length, 4}});
        fails(pair, hand.program(), ErrorCode::token_overflow, false);
    }
}
