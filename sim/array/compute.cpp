#include "sim/array/compute.hpp"

#include <algorithm>

#include "sim/array/command_check.hpp"
#include "sw/formats/formats.hpp"

namespace napier::sim {

namespace {

enum What { command_ends, something_fails };

// The first pass with a weight word out of the buffer; `passes` if there is none.
int64_t first_bad_weights(const spec::Machine& machine, const ExecCommand& command) {
    const int64_t room = std::max<int64_t>(0, machine.weight_words - command.weight_base);
    return std::min(command.passes(), room / spec::pass_words(machine));
}

}  // namespace

Compute::Compute(Context& context, Buffers& buffers, EngineListener& listener)
    : context_(context),
      buffers_(buffers),
      listener_(listener),
      executor_(context.machine),
      array_(context.machine),
      window_(context.machine),
      accumulators_(context.machine),
      real_core_(context.machine) {}

void Compute::start(Cycle cycle, uint32_t index, const CommandWords& words) {
    const ExecCommand command(words);
    const bool legal = !check_fields(context_.machine, command);
    ExecShape shape;
    if (command.windowed()) shape = window_shape(context_.machine, command);
    else shape = array_shape(context_.machine, static_cast<uint64_t>(command.passes()),
                             static_cast<uint64_t>(command.pixels()));
    if (!legal) shape.passes = shape.vectors = 1;
    std::optional<Cycle> write_cycles;
    if (command.finish) write_cycles = post_write_cycles(context_.machine, command);
    Running running{index, executor_.plan(cycle, shape, write_cycles), std::nullopt, 0};
    find_fault(command, running);
    if (context_.values && !running.fault) compute_values(command);
    announce(running);

    // Without an end the command is busy until the fault stops the machine.
    const Cycle until = ends(running) ? running.plan.end : running.fault->cycle;
    idle_from_ = ends(running) ? until + 1 : never;
    Counts counts = counts_before(running, never);
    counts.busy = until - std::min(until, std::max(cycle, busy_until_));
    busy_until_ = std::max(busy_until_, until);
    add(counts, 1);
    running_.push_back(std::move(running));
}

// The first fault, if any, and how many passes begin.
void Compute::find_fault(const ExecCommand& command, Running& running) const {
    const spec::Machine& machine = context_.machine;
    const ExecPlan& plan = running.plan;
    running.passes = 0;
    if (const auto report = check_fields(machine, command)) {
        running.fault = Fault{plan.first, *report};
        return;
    }
    if (command.windowed()) return find_window_fault(command, running);
    const uint32_t depth = static_cast<uint32_t>(machine.accumulator_depth);
    if (plan.shape.vectors > depth) {
        running.passes = 1;
        running.fault = Fault{plan.first + depth, {spec::ErrorCode::buffer_range, depth}};
        return;
    }
    int64_t bad_pass = first_bad_weights(machine, command);
    const int64_t weight_word = command.weight_base + bad_pass * spec::pass_words(machine);
    uint32_t word = static_cast<uint32_t>(std::max<int64_t>(weight_word, machine.weight_words));
    if (!spec::is_real(machine)) {
        const spec::Format& format = *formats::find_code(command.format);
        const int64_t bad_scales = first_bad_scales(machine, format, command.palette_base, command.passes());
        if (bad_scales < command.passes() && bad_scales <= bad_pass) {
            bad_pass = bad_scales;
            word = static_cast<uint32_t>(command.palette_base + bad_scales);
        }
    }
    if (const auto outside = AddressGenerator(machine, command).first_outside(bad_pass)) {
        bad_pass = outside->pass;
        word = outside->word;
    }
    running.passes = plan.shape.passes;
    if (bad_pass < command.passes()) {
        running.passes = static_cast<uint64_t>(bad_pass) + 1;
        running.fault = Fault{plan.last_vector(running.passes - 1), {spec::ErrorCode::buffer_range, word}};
        return;
    }
    find_post_fault(command, running);
}

// Taps past the weights, a pixel past the accumulators, words out of the weight and activation buffers.
void Compute::find_window_fault(const ExecCommand& command, Running& running) const {
    const spec::Machine& machine = context_.machine;
    const ExecPlan& plan = running.plan;
    const auto fails = [&](int64_t pass, Cycle cycle, int64_t address) {
        running.passes = static_cast<uint64_t>(pass) + 1;
        running.fault = Fault{cycle, {spec::ErrorCode::buffer_range, static_cast<uint32_t>(address)}};
    };
    const uint64_t taps = static_cast<uint64_t>(machine.window_taps);
    if (plan.shape.vectors > taps) return fails(0, plan.vector(0, taps), machine.window_taps);
    const int64_t slots = spec::window_slots(machine);
    if (command.sums() && command.weight_base + command.pixels() * slots > machine.weight_words) {
        return fails(0, plan.last_vector(0), std::max<int64_t>(command.weight_base, machine.weight_words));
    }
    const int64_t fitting = std::min(command.passes(), machine.accumulator_depth / slots);
    if (const auto outside = AddressGenerator(machine, command).first_outside(fitting)) {
        return fails(outside->pass, plan.last_vector(static_cast<uint64_t>(outside->pass)), outside->word);
    }
    if (fitting < command.passes()) {
        return fails(fitting, plan.pass(static_cast<uint64_t>(fitting)), machine.accumulator_depth);
    }
    running.passes = plan.shape.passes;
    find_post_fault(command, running);
}

void Compute::find_post_fault(const ExecCommand& command, Running& running) const {
    if (!command.finish) return;
    if (const auto fault = post_fault(context_.machine, command, running.plan.take)) {
        running.fault = Fault{fault->cycle, fault->report};
    }
}

void Compute::compute_values(const ExecCommand& command) {
    const spec::Machine& machine = context_.machine;
    const AddressGenerator generator(machine, command);
    if (spec::is_real(machine)) return compute_real_values(command, generator);
    if (command.windowed()) {
        window_.run(command, buffers_, accumulators_);
        if (command.finish) post_process(machine, command, accumulators_, buffers_);
        return;
    }
    const spec::Format& format = *formats::find_code(command.format);
    if (command.triple && !command.start) accumulators_.triple(command.pixels());
    array_.set_format(format, table_of(format, buffers_.palette, command.palette_base));
    for (int64_t pass = 0; pass < command.passes(); ++pass) {
        const int scales = static_cast<int>(command.palette_base + pass);
        array_.load(buffers_.weight, static_cast<int>(command.weight_base + pass * machine.rows),
                    spec::is_scaled(format) ? buffers_.palette.word(scales) : nullptr);
        generator.slots(generator.pass(pass), slots_);
        array_.run(slots_, buffers_.activation, command.pad_byte, command.start && pass == 0, accumulators_);
    }
    if (command.finish) post_process(machine, command, accumulators_, buffers_);
}

void Compute::compute_real_values(const ExecCommand& command, const AddressGenerator& generator) {
    const int words = spec::pass_words(context_.machine);
    for (int64_t pass = 0; pass < command.passes(); ++pass) {
        generator.slots(generator.pass(pass), slots_);
        real_core_.run(command, static_cast<int>(command.weight_base + pass * words), slots_,
                       command.start && pass == 0, buffers_);
    }
    if (command.finish) real_core_.post_process(command, buffers_);
}

// Tells the control and the event queue what will happen.
void Compute::announce(const Running& running) {
    const ExecPlan& plan = running.plan;
    for (uint64_t pass = 0; pass < running.passes; ++pass) listener_.passed(plan.pass(pass));
    const auto happens = [&](Cycle cycle) { return !running.fault || running.fault->cycle >= cycle; };
    if (happens(executor_.pops(plan)) || ends(running)) listener_.popped(Engine::exec, executor_.pops(plan));
    // A command whose fields are at fault begins no pass and hands nothing over.
    if (running.passes > 0 && happens(plan.hand_over)) listener_.accepts(Engine::exec, executor_.accepts(plan));
    if (running.fault) context_.events.schedule(running.fault->cycle, Order::executor, *this, something_fails);
    if (ends(running)) context_.events.schedule(plan.end, Order::end, *this, command_ends);
}

Compute::Counts Compute::counts_before(const Running& running, Cycle cycle) const {
    const ExecPlan& plan = running.plan;
    Counts counts;
    counts.passes = std::min(running.passes, plan.begun_before(cycle));
    if (counts.passes > 0) {
        counts.array_cycles =
            (counts.passes - 1) * plan.shape.vectors + plan.read_before(counts.passes - 1, cycle);
    }
    if (plan.finish && ends(running)) {
        counts.post_cycles = post_read_before(context_.machine, plan.take, plan.shape.words, cycle);
    }
    return counts;
}

void Compute::add(const Counts& counts, int sign) {
    const auto add_to = [&](int which, uint64_t value) {
        uint64_t& total = context_.counters[static_cast<size_t>(which)];
        total = sign > 0 ? total + value : total - value;
    };
    add_to(spec::counter_passes, counts.passes);
    add_to(spec::counter_array_cycles, counts.array_cycles);
    add_to(spec::counter_post_cycles, counts.post_cycles);
    add_to(spec::counter_exec_busy, counts.busy);
}

void Compute::wake(Cycle cycle, int what) {
    if (what == something_fails) {
        for (const Running& running : running_) {
            if (running.fault && running.fault->cycle == cycle && cycle < stopped_) {
                const FaultReport& report = running.fault->report;
                listener_.fault(cycle, static_cast<int>(report.code), report.address, running.index);
                return;
            }
        }
        return;
    }
    if (running_.empty() || running_.front().plan.end != cycle || running_.front().plan.take >= stopped_) return;
    running_.pop_front();
    listener_.ended(Engine::exec, cycle);
}

void Compute::stop(Cycle cycle) {
    if (cycle >= stopped_) return;
    stopped_ = cycle;
    idle_from_ = cycle;
    for (const Running& running : running_) {
        const ExecPlan& plan = running.plan;
        const Counts before = counts_before(running, cycle), all = counts_before(running, never);
        add({.passes = all.passes - before.passes,
             .array_cycles = all.array_cycles - before.array_cycles,
             .post_cycles = all.post_cycles - before.post_cycles},
            -1);
        if (before.passes > 0 && plan.last_vector(before.passes - 1) >= cycle) {
            idle_from_ = std::max(idle_from_, cycle + 1);  // the pass reads one more vector
        }
        if (ends(running) && plan.take < cycle) idle_from_ = std::max(idle_from_, plan.end + 1);
    }
    if (busy_until_ >= cycle) add({0, 0, 0, busy_until_ - (cycle - 1)}, -1);
}

bool Compute::idle(Cycle cycle) const { return cycle >= idle_from_; }

void Compute::reset() {
    executor_ = Executor(context_.machine);
    running_.clear();
    busy_until_ = idle_from_ = 0;
    stopped_ = never;
}

}  // namespace napier::sim
