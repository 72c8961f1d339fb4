#include "driver/verify/fault_campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "driver/compile/compile.hpp"
#include "driver/compile/program_file.hpp"
#include "driver/session/session.hpp"
#include "driver/verify/file_faults.hpp"
#include "sw/spec/machine.hpp"

namespace napier::driver {
namespace {

constexpr uint32_t patience = 3000;         // cycles of the watchdog
constexpr uint64_t shortest_deadline = 30'000;
constexpr uint64_t deadline_slack = 2'000;  // cycles of the last look at the registers
constexpr uint8_t pattern = 0xa5;           // of memory that nobody has written
constexpr size_t most_failures = 10;
constexpr uint64_t log_every = 10'000;      // faults

struct Result {
    int outcome = 0;       // of FaultTable
    bool wrong = false;
    std::string sentence;  // of the error
};

class Campaign {
public:
    explicit Campaign(const FaultOptions& options)
        : options_(options), memory_(memory_of(options)),
          device_(make_device(options.device, spec::find_machine(options.machine), config())),
          faulty_(*device_, memory_) {
        if (options_.allocations) faulty_.on_call([this](bool inside) { inside_ = inside, count_host(); });
        for (const KnownJob& job : options_.jobs) shapes_.push_back(measure(job));
        kinds_ = options_.kinds;
        for (int i = 0; kinds_.empty() || (options_.kinds.empty() && i < fault_kind_count); ++i) {
            if (possible(fault_row(FaultKind(i)))) kinds_.push_back(FaultKind(i));
        }
    }

    FaultTable run(const std::function<void(const std::string&)>& log) {
        for (uint64_t i = 0; i < options_.faults; ++i) {
            Random random(options_.seed + i, "faults");
            const FaultKind kind = kinds_[size_t(random.below(int64_t(kinds_.size())))];
            const size_t job = size_t(random.below(int64_t(options_.jobs.size())));
            one(random_fault(kind, shapes_[job], random), job, options_.seed + i);
            if ((i + 1) % log_every == 0) log(fmt::format("{} faults", i + 1));
        }
        return table_;
    }

    FaultTable resets() {
        const uint64_t cycles = shapes_.front().cycles;
        for (uint64_t cycle = 0; cycle < cycles; ++cycle) one({FaultKind::reset, cycle, 0}, 0, options_.seed);
        return table_;
    }

private:
    // A page before and one after what the programs use.
    static sim::MemoryConfig memory_of(const FaultOptions& options) {
        sim::MemoryConfig memory;
        uint32_t end = 0;
        for (const KnownJob& job : options.jobs) end = std::max(end, job.program.memory_end);
        memory.base = options.jobs.front().program.memory_base - page_size;
        memory.size = (end - memory.base + page_size - 1) / page_size * page_size + page_size;
        return memory;
    }
    DeviceConfig config() const {
        DeviceConfig config;
        config.memory = memory_;
        return config;
    }
    bool possible(const FaultRow& row) const {
        if (row.needs_rtl && options_.device != "rtl") return false;
        if (row.needs_checksums && device_->machine().checksums == 0) return false;
        if (row.kind == FaultKind::allocation) return bool(options_.allocations);
        return row.kind != FaultKind::full_disk || !options_.folder.empty();
    }
    SessionOptions session_options(uint64_t deadline) const {
        SessionOptions options;
        options.deadline_cycles = deadline;
        options.watchdog_cycles = patience;
        if (device_->machine().checksums != 0 && !options_.trusting) options.check = Check::traffic;
        return options;
    }

    // Runs a job without faults and counts what it does.
    RunShape measure(const KnownJob& job) {
        faulty_.disarm();
        RunShape shape;
        shape.file_bytes = to_bytes(job.program).size();
        fail_allocation(-1);
        Session session(faulty_, job.program, session_options(1'000'000'000));
        const RunTimes times = session.run(job.input);
        shape.allocations = uint64_t(fail_allocation(-1));
        if (session.output() != job.output) throw Error(ErrorKind::mismatch, "A job is wrong without a fault.");
        shape.cycles = times.counters[spec::counter_cycles];
        shape.read_bursts = times.counters[spec::counter_read_bursts];
        shape.write_bursts = times.counters[spec::counter_write_bursts];
        shape.register_reads = faulty_.register_reads();
        shape.register_writes = faulty_.register_writes();
        return shape;
    }

    // Allocations count while the host is at work, not inside the device.
    int64_t fail_allocation(int64_t n) {
        if (!options_.allocations) return 0;
        allocation_ = n;
        const int64_t counted = counted_ + options_.allocations(-1);
        counted_ = 0;
        options_.allocations(n);
        return counted;
    }
    void count_host() {
        const int64_t since = options_.allocations(-1);
        if (inside_) {
            counted_ += since;
            if (allocation_ >= 0) allocation_ -= std::min(allocation_, since);
        } else if (allocation_ >= 0) {
            options_.allocations(allocation_);
        }
    }

    void one(const Fault& fault, size_t job, uint64_t seed) {
        const FaultRow& row = fault_row(fault.kind);
        const std::vector<uint8_t> unwritten(memory_.size, pattern);
        device_->write_memory(memory_.base, unwritten);
        ++table_.faults;
        const Result result = strike(fault, options_.jobs[job], deadline_of(job));
        ++table_.counts[size_t(fault.kind)][size_t(result.outcome)];
        const auto fail = [&](uint64_t& count, const std::string& what) {
            ++count;
            if (table_.failures.size() >= most_failures) return;
            table_.failures.push_back(fmt::format("{} at {} ({}), job {}, seed {}: {}. {}", row.name, fault.place,
                                                  fault.amount, job, seed, what, result.sentence));
        };
        if (result.wrong) fail(table_.wrong, "wrong bytes were reported as right");
        if (!allowed(row, result.outcome)) fail(table_.not_allowed, "an outcome that the fault does not allow");
        if (faulty_.cycle() > deadline_of(job) + deadline_slack) fail(table_.hung, "the deadline is over");
        if (!within_window(options_.jobs[job].program)) fail(table_.outside, "a write outside the window");
        faulty_.disarm();
        if (const std::string why = recover(); !why.empty()) fail(table_.not_recovered, why);
    }

    uint64_t deadline_of(size_t job) const { return std::max(shortest_deadline, 3 * shapes_[job].cycles); }

    static bool allowed(const FaultRow& row, int outcome) {
        if (outcome == int(FaultOutcome::right)) return row.may_be_right;
        if (outcome == int(FaultOutcome::host_error)) return row.host_error;
        return (row.causes >> (outcome - int(FaultOutcome::first_cause)) & 1) != 0;
    }

    Result strike(const Fault& fault, const KnownJob& job, uint64_t deadline) {
        Result result;
        try {
            faulty_.arm(fault);
            if (fault.kind == FaultKind::short_file) read_short_file(job.program, fault.place);
            if (fault.kind == FaultKind::full_disk) write_full_disk(options_.folder, job.program, fault.place);
            if (fault.kind == FaultKind::allocation) fail_allocation(int64_t(fault.place));
            Session session(faulty_, job.program, session_options(deadline));
            session.run(job.input);
            const std::vector<int8_t> output = session.output();
            fail_allocation(-1);
            result.wrong = output != job.output;
        } catch (const DeviceError& error) {
            fail_allocation(-1);
            result = {int(FaultOutcome::first_cause) + int(error.cause()), false, error.what()};
        } catch (const Error& error) {
            fail_allocation(-1);
            result = {int(FaultOutcome::host_error), false, error.what()};
        } catch (const std::bad_alloc&) {
            fail_allocation(-1);
            result.outcome = int(FaultOutcome::host_error);
        }
        return result;
    }

    // Outside the window stands what the host wrote, or nothing.
    bool within_window(const Program& program) {
        std::vector<uint8_t> bytes(memory_.size), host(memory_.size, pattern);
        device_->read_memory(memory_.base, bytes);
        const auto put = [&](uint32_t address, std::span<const uint8_t> known) {
            std::copy(known.begin(), known.end(), host.begin() + (address - memory_.base));
        };
        put(program.program_address, command_bytes(program));
        put(program.constants_address, program.constants);
        for (size_t i = 0; i < bytes.size(); ++i) {
            const uint32_t address = memory_.base + uint32_t(i);
            const bool open = address / page_size >= program.write_window.base &&
                              address / page_size < program.write_window.limit;
            const bool touched = address + 1 == program.memory_end && bytes[i] == 0;  // by the session, to try the size
            if (!open && !touched && bytes[i] != pattern && bytes[i] != host[i]) return false;
        }
        return true;
    }

    // Empty if a new session gives the known answer.
    std::string recover() {
        const KnownJob& job = options_.jobs.front();
        try {
            Session session(faulty_, job.program, session_options(deadline_of(0)));
            session.run(job.input);
            return session.output() == job.output ? "" : "the known answer is wrong afterwards";
        } catch (const Error& error) {
            return fmt::format("afterwards the device does not work: {}", error.what());
        }
    }

    const FaultOptions& options_;
    const sim::MemoryConfig memory_;
    std::unique_ptr<Device> device_;
    FaultyDevice faulty_;
    std::vector<RunShape> shapes_;
    std::vector<FaultKind> kinds_;
    FaultTable table_;
    bool inside_ = false;
    int64_t allocation_ = -1, counted_ = 0;
};

std::string outcome_name(int outcome) {
    if (outcome == int(FaultOutcome::right)) return "right";
    if (outcome == int(FaultOutcome::host_error)) return "host error";
    return cause_names[outcome - int(FaultOutcome::first_cause)];
}

}  // namespace

FaultTable run_faults(const FaultOptions& options, const std::function<void(const std::string&)>& log) {
    return Campaign(options).run(log);
}

FaultTable reset_in_every_cycle(const FaultOptions& options) { return Campaign(options).resets(); }

std::string to_text(const FaultTable& table) {
    std::vector<int> columns;
    for (int outcome = 0; outcome < fault_outcome_count; ++outcome) {
        const bool came = std::any_of(table.counts.begin(), table.counts.end(),
                                      [&](const auto& row) { return row[size_t(outcome)] != 0; });
        if (came) columns.push_back(outcome);
    }
    std::string text = "| fault | injected |", line = "|---|---|";
    for (int outcome : columns) text += fmt::format(" {} |", outcome_name(outcome)), line += "---|";
    text += "\n" + line + "\n";
    for (int kind = 0; kind < fault_kind_count; ++kind) {
        const auto& row = table.counts[size_t(kind)];
        uint64_t sum = 0;
        for (uint64_t count : row) sum += count;
        if (sum == 0) continue;
        text += fmt::format("| {} | {} |", fault_row(FaultKind(kind)).name, sum);
        for (int outcome : columns) {
            const uint64_t count = row[size_t(outcome)];
            text += count == 0 ? " |" : fmt::format(" {} |", count);
        }
        text += "\n";
    }
    text += fmt::format("\n{} faults: {} wrong reported as right, {} hung, {} wrote outside the window, {} outcomes "
                        "not allowed, {} not recovered.\n", table.faults, table.wrong, table.hung, table.outside,
                        table.not_allowed, table.not_recovered);
    for (const std::string& failure : table.failures) text += failure + "\n";
    return text;
}

}  // namespace napier::driver
