#include "driver/verify/lockstep.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sw/golden/interpreter/interpreter.hpp"

namespace napier::driver {

namespace {

constexpr const char* engine_names[] = {"load", "exec", "store"};
constexpr uint32_t job_registers[] = {spec::reg_completed_job, spec::reg_fetch_checksum, spec::reg_load_checksum,
                                      spec::reg_store_checksum};
constexpr const char* job_names[] = {"completed job", "checksum of commands", "checksum of loads",
                                     "checksum of stores"};

std::string cycle_text(sim::Cycle cycle) { return cycle == sim::never ? "never" : fmt::format("{}", cycle); }

struct Mismatch {
    sim::Cycle cycle = sim::never;  // when it shows
    std::string sentence;
};

// The earliest difference in an engine's commands.
Mismatch of_engine(sim::Engine engine, const DeviceRecord& left, const DeviceRecord& right,
                   const TestProgram& program) {
    const auto& a = left.trace.of(engine);
    const auto& b = right.trace.of(engine);
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const sim::CommandEvent none{engine, 0, sim::never, sim::never};
        const auto& x = i < a.size() ? a[i] : none;
        const auto& y = i < b.size() ? b[i] : none;
        if (x == y) continue;
        const uint32_t index = i < a.size() ? x.index : y.index;
        const bool starts = x.start != y.start;
        const sim::Cycle when = starts ? std::min(x.start, y.start) : std::min(x.end, y.end);
        const auto command =
            index < program.commands.size() ? spec::disassemble(program.commands[index]) : std::string("unknown");
        return {when, fmt::format("Command {} ({} {}) {} in cycle {} on {} and {} on {}: {}.", index,
                                  engine_names[int(engine)], i, starts ? "starts" : "ends",
                                  cycle_text(starts ? x.start : x.end), left.device,
                                  cycle_text(starts ? y.start : y.end), right.device, command)};
    }
    return {};
}

}  // namespace

void start(Device& device, const TestProgram& program) {
    device.configure_memory(program.memory);
    device.write_memory(program.memory.base, program.bytes);
    device.write_register(spec::reg_interrupt_status, ~0u);
    device.write_register(spec::reg_interrupt_enable,
                          1u << spec::interrupt_enable_done_bit | 1u << spec::interrupt_enable_error_bit);
    device.write_register(spec::reg_program_address, program.program_address);
    device.write_register(spec::reg_program_length, uint32_t(program.commands.size()));
    device.write_register(spec::reg_read_base, program.read_base);
    device.write_register(spec::reg_read_limit, program.read_limit);
    device.write_register(spec::reg_write_base, program.write_base);
    device.write_register(spec::reg_write_limit, program.write_limit);
    device.write_register(spec::reg_watchdog, program.watchdog);
    device.write_register(spec::reg_job, uint32_t(program.commands.size()));
    device.write_register(spec::reg_control, 1u << spec::control_start_bit);
}

DeviceRecord observe(Device& device, const TestProgram& program, bool interrupted) {
    DeviceRecord record;
    record.device = device.name();
    record.interrupted = interrupted;
    record.interrupt_cycle = device.cycle();
    // Before the registers: a job may go on while they are read.
    if (device.trace() != nullptr) record.trace = *device.trace();
    record.status = device.read_register(spec::reg_status);
    record.error_code = device.read_register(spec::reg_error_code);
    record.error_address = device.read_register(spec::reg_error_address);
    record.error_command = device.read_register(spec::reg_error_command);
    for (int i = 0; i < spec::counter_count; ++i)
        record.counters[size_t(i)] = device.read_register(spec::counters[i].offset);
    for (size_t i = 0; i < record.job.size(); ++i) record.job[i] = device.read_register(job_registers[i]);
    record.memory.resize(program.bytes.size());
    device.read_memory(program.memory.base, record.memory);
    record.violations = device.violations();
    return record;
}

DeviceRecord run(Device& device, const TestProgram& program, uint64_t limit) {
    start(device, program);
    const bool interrupted = device.wait_interrupt(limit);
    return observe(device, program, interrupted);
}

std::optional<std::string> first_difference(const DeviceRecord& left, const DeviceRecord& right,
                                            const TestProgram& program) {
    for (const DeviceRecord* record : {&left, &right})
        if (!record->violations.empty())
            return fmt::format("The bus rules are broken on {}: {}", record->device, record->violations.front());
    Mismatch first;
    for (int engine = 0; engine < sim::engine_count; ++engine) {
        Mismatch mismatch = of_engine(sim::Engine(engine), left, right, program);
        if (!mismatch.sentence.empty() && (first.sentence.empty() || mismatch.cycle < first.cycle))
            first = std::move(mismatch);
    }
    if (!first.sentence.empty()) return first.sentence;
    const auto differ = [&](const char* what, uint64_t a, uint64_t b) {
        return fmt::format("The {} is {:#x} on {} and {:#x} on {}.", what, a, left.device, b, right.device);
    };
    if (left.error_code != right.error_code) return differ("error code", left.error_code, right.error_code);
    if (left.error_command != right.error_command)
        return differ("error command", left.error_command, right.error_command);
    if (left.error_address != right.error_address)
        return differ("error address", left.error_address, right.error_address);
    if (left.interrupted != right.interrupted) return differ("interrupt", left.interrupted, right.interrupted);
    if (left.status != right.status) return differ("status", left.status, right.status);
    for (size_t i = 0; i < spec::counter_count; ++i)
        if (left.counters[i] != right.counters[i])
            return fmt::format("The counter {} is {} on {} and {} on {}.", spec::counters[i].name, left.counters[i],
                               left.device, right.counters[i], right.device);
    if (left.interrupted && left.interrupt_cycle != right.interrupt_cycle)
        return fmt::format("The interrupt comes in cycle {} on {} and {} on {}.", left.interrupt_cycle, left.device,
                           right.interrupt_cycle, right.device);
    if (!program.hazard_free) return std::nullopt;
    for (size_t i = 0; i < left.job.size(); ++i)
        if (left.job[i] != right.job[i]) return differ(job_names[i], left.job[i], right.job[i]);
    return first_difference(left.device, left.memory, right.device, right.memory, program.memory.base);
}

std::optional<std::string> first_difference(const char* left, const std::vector<uint8_t>& left_bytes, const char* right,
                                            const std::vector<uint8_t>& right_bytes, uint32_t base) {
    if (left_bytes.size() != right_bytes.size())
        return fmt::format("The memory has {} bytes on {} and {} on {}.", left_bytes.size(), left, right_bytes.size(),
                           right);
    const auto place = std::mismatch(left_bytes.begin(), left_bytes.end(), right_bytes.begin());
    if (place.first == left_bytes.end()) return std::nullopt;
    const size_t offset = size_t(place.first - left_bytes.begin());
    size_t count = 0;
    for (size_t i = offset; i < left_bytes.size(); ++i)
        count += left_bytes[i] != right_bytes[i];
    return fmt::format("The byte at {:#x} is {} on {} and {} on {} ({} bytes differ).", base + offset,
                       int8_t(*place.first), left, int8_t(*place.second), right, count);
}

std::optional<std::string> difference_from_golden(const DeviceRecord& record, const TestProgram& program) {
    if (!program.hazard_free) return std::nullopt;
    golden::State state(spec::find_machine(program.machine), {program.memory.base, program.bytes});
    const golden::Outcome outcome =
        golden::interpret(state, {program.program_address, uint32_t(program.commands.size()), program.read_base,
                                  program.read_limit, program.write_base, program.write_limit});
    if (!outcome.program_error.empty()) return "The golden interpreter rejects the program: " + outcome.program_error;
    if (outcome.code != spec::ErrorCode(record.error_code) ||
        (!outcome.success() && (outcome.address != record.error_address || outcome.command != record.error_command))) {
        return fmt::format(
            "The error is {} at {:#x} in command {} on {} and {} at {:#x} in command {} in the golden interpreter.",
            record.error_code, record.error_address, record.error_command, record.device, uint32_t(outcome.code),
            outcome.address, outcome.command);
    }
    if (!outcome.success()) return std::nullopt;
    if ((record.status >> spec::status_done_bit & 1) == 0)
        return fmt::format("The program did not end on {} (status {:#x}).", record.device, record.status);
    return first_difference(record.device, record.memory, "golden", state.memory.bytes, program.memory.base);
}

}  // namespace napier::driver
