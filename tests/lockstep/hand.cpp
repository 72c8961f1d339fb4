#include "tests/lockstep/hand.hpp"

#include <algorithm>
#include <cstring>

#include "driver/verify/program_generator.hpp"

namespace napier::test {

using driver::TestProgram;
using spec::CommandWords;

namespace {

CommandWords words_of(spec::Opcode opcode, Fields ones, Fields fields) {
    CommandWords words{};
    spec::set(words, spec::common::opcode, int64_t(opcode));
    for (const auto& [field, value] : ones) spec::set(words, field, value);
    for (const auto& [field, value] : fields) {
        const int64_t wrapped = spec::fits(field, value) ? value : value & spec::field_mask(field);
        spec::set(words, field, wrapped);
    }
    return words;
}

}  // namespace

Hand::Hand(const spec::Machine& machine) : machine_(machine) {
    program_.name = "by hand";
    program_.machine = machine.name;
    program_.memory.size = memory_bytes;
    program_.memory.bytes_per_cycle = machine.beat_bytes;
    program_.bytes.resize(memory_bytes);
    program_.read_limit = program_.write_limit = memory_bytes / driver::page_bytes;
}

Hand& Hand::load(Fields fields) {
    return command(words_of(spec::Opcode::load, {{spec::load::count_x, 1}, {spec::load::count_y, 1}}, fields));
}

Hand& Hand::exec(Fields fields) {
    using namespace spec::exec;
    const int64_t most_side = spec::word_mask(machine_) / 2;
    return command(words_of(spec::Opcode::exec,
                            {{group_count, 1},
                             {out_w, 1},
                             {out_h, 1},
                             {kernel_w, 1},
                             {kernel_h, 1},
                             {limit_w, most_side},
                             {limit_h, most_side},
                             {output_stride, 1},
                             {residual_stride, 1},
                             {clamp_low, -128},
                             {clamp_high, 127}},
                            fields));
}

Hand& Hand::store(Fields fields) {
    return command(words_of(spec::Opcode::store, {{spec::store::count_x, 1}, {spec::store::count_y, 1}}, fields));
}

Hand& Hand::command(const CommandWords& words) {
    program_.commands.push_back(words);
    return *this;
}

Hand& Hand::fill(uint32_t address, uint32_t count, int value) {
    std::fill_n(program_.bytes.begin() + address, count, uint8_t(value));
    return *this;
}

Hand& Hand::byte(uint32_t address, int value) { return fill(address, 1, value); }

Hand& Hand::parameters(uint32_t address, int64_t bias, int64_t significand, int64_t shift) {
    uint32_t words[2] = {};
    spec::set(words, spec::parameter::bias, bias);
    spec::set(words, spec::parameter::significand, significand);
    spec::set(words, spec::parameter::shift, shift);
    for (int column = 0; column < machine_.columns; ++column) {
        const int word = column / machine_.post_lanes * spec::parameter_word_bytes(machine_);
        std::memcpy(program_.bytes.data() + address + word + column % machine_.post_lanes * spec::parameter_bytes,
                    words, sizeof words);
    }
    return *this;
}

TestProgram Hand::program() const {
    TestProgram program = program_;
    std::memcpy(program.bytes.data() + program.program_address, program.commands.data(),
                program.commands.size() * spec::command_bytes);
    return program;
}

TestProgram known_answer(const spec::Machine& machine) {
    // The first random program with a residual, a split tile and stores; the seed counts up from 1.
    for (uint64_t seed = 1;; ++seed) {
        TestProgram program = driver::random_program(machine, seed);
        int stores = 0, split = 0, residuals = 0;
        for (const CommandWords& words : program.commands) {
            const auto opcode = spec::Opcode(spec::get(words, spec::common::opcode));
            const bool finishes = opcode == spec::Opcode::exec && spec::get(words, spec::exec::finish) != 0;
            stores += opcode == spec::Opcode::store;
            split += opcode == spec::Opcode::exec && !finishes;
            residuals += finishes && spec::get(words, spec::exec::residual) != 0;
        }
        if (program.commands.size() < 40 && stores > 1 && split > 0 && residuals > 0) return program;
    }
}

Pair::Pair(const spec::Machine& machine, uint64_t power_up_seed) {
    driver::DeviceConfig config;
    config.memory.size = driver::page_bytes;
    config.power_up_seed = power_up_seed;
    rtl = driver::make_device("rtl", machine, config);
    sim = driver::make_device("sim", machine, config);
}

std::string Pair::difference(const TestProgram& program, bool golden, uint64_t limit) {
    record = driver::run(*rtl, program, limit);
    const driver::DeviceRecord other = driver::run(*sim, program, limit);
    auto found = driver::first_difference(record, other, program);
    if (!found && golden) found = driver::difference_from_golden(record, program);
    return found.value_or("");
}

void soft_reset(driver::Device& device) {
    device.write_register(spec::reg_control, 1u << spec::control_reset_bit);
    for (int i = 0; i < 100 && device.read_register(spec::reg_status) != 0; ++i) device.wait_interrupt(100);
}

driver::DeviceRecord reset_in(driver::Device& device, const TestProgram& program, uint64_t cycle) {
    driver::start(device, program);
    device.wait_interrupt(cycle - std::min(cycle, device.cycle()));
    soft_reset(device);
    driver::DeviceRecord record = driver::observe(device, program, false);
    record.interrupt_cycle = 0;
    return record;
}

void Pair::soft_reset() { test::soft_reset(*rtl), test::soft_reset(*sim); }

void Pair::hard_reset() { rtl->reset(), sim->reset(); }

}  // namespace napier::test
