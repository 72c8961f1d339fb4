#include "driver/verify/program_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "driver/verify/test_memory.hpp"
#include "sw/base/error.hpp"

namespace napier::driver {

using spec::CommandWords;

namespace {

constexpr int64_t most_work = 12000;  // cycles of a program, about
constexpr int most_pending_tokens = 40;

bool is(const CommandWords& command, spec::Opcode opcode) {
    return spec::get(command, spec::common::opcode) == int64_t(opcode);
}

}  // namespace

ProgramBuilder::ProgramBuilder(const spec::Machine& machine, uint64_t seed)
    : machine_(machine),
      random_(seed, "program"),
      areas_(machine),
      program_{fmt::format("random {:#x} on {}", seed, machine.name),
               machine.name,
               {},
               test_timing(areas_, machine, Random(seed, "timing")),
               test_bytes(areas_, machine, Random(seed, "bytes"))},
      placer_(machine, program_.memory.base, areas_.size, int(random_.pick({0, 10, 50})), Random(seed, "tokens")) {
    for (int place = 0; place < int(Place::output); ++place)
        written_[place].assign(size_t(spec::target_words(machine, spec::load::Target(place))), false);
    written_[int(Place::output)].assign(size_t(machine.output_words), false);
    // The window of reads is the whole memory, that of writes the output area and, at times, no more.
    const uint32_t first = program_.memory.base / page_bytes;
    program_.read_base = first;
    program_.read_limit = first + areas_.size / page_bytes;
    program_.write_base = first + areas_.output.first / page_bytes;
    program_.write_limit = program_.read_limit;
}

void ProgramBuilder::append(const CommandWords& command, const Footprint& touched) {
    if (is(command, spec::Opcode::exec)) {
        for (const Place place : {Place::activation, Place::weight, Place::parameter, Place::residual, Place::palette,
                                  Place::table})
            cover(place, touched.read[int(place)]);
    }
    placer_.append(command, touched);
}

TestProgram ProgramBuilder::finish() {
    TestProgram program = program_;
    program.commands = placer_.commands();
    const size_t bytes = program.commands.size() * spec::command_bytes;
    const uint32_t room = areas_.program.bytes - uint32_t(bytes);
    const uint32_t first =
        areas_.program.first + uint32_t(random_.below(room / spec::command_bytes + 1)) * spec::command_bytes;
    std::memcpy(program.bytes.data() + first, program.commands.data(), bytes);
    program.program_address = program.memory.base + first;
    return program;
}

namespace {

std::optional<TestProgram> attempt(const spec::Machine& machine, uint64_t seed, Random random) {
    ProgramBuilder builder(machine, seed);
    const int64_t steps = random.small(1, 40);
    const int loads = int(random.between(0, 40)), stores = int(random.between(10, 50));
    for (int64_t step = 0; (step < steps && builder.work() < most_work) || builder.tile_open(); ++step) {
        if (builder.commands() > builder.most_commands()) return std::nullopt;
        const int kind = int(random.below(100));
        if (kind < loads) builder.add_load();
        else if (kind < loads + stores) builder.add_store();
        else builder.add_exec();
    }
    builder.add_store();
    const size_t commands = builder.commands();
    if (commands == 0 || commands > builder.most_commands() || builder.most_pending() > most_pending_tokens)
        return std::nullopt;
    return builder.finish();
}

}  // namespace

TestProgram random_program(const spec::Machine& machine, uint64_t seed) {
    Random random(seed, "attempts");
    for (int i = 0; i < 100; ++i) {
        if (auto program = attempt(machine, i == 0 ? seed : random.next(), Random(seed + i, "steps"))) {
            program->name = fmt::format("random program of seed {:#x} on machine {}", seed, machine.name);
            return *program;
        }
    }
    throw Error(
        ErrorKind::mismatch,
        fmt::format("No legal program came of seed {:#x} on machine {}; take another seed.", seed, machine.name));
}

}  // namespace napier::driver
