#include "sim/napier.hpp"

namespace napier::sim {

namespace {
constexpr Cycle access_cycles = 2;  // of a register access
constexpr Cycle start_cycle = 1;    // of start_o
constexpr uint64_t page_bytes = 4096;
}  // namespace

Napier::Napier(const spec::Machine& machine, MemoryModel& memory, bool values)
    : machine_(machine), memory_(memory),
      context_{machine, events_, memory, counters_, trace_, checksums_, values, {}, {}},
      registers_(machine), fault_(events_, *this), buffers_(machine), queue_(context_), port_(context_, fault_),
      fetch_(context_, queue_, port_, fault_), loader_(context_, buffers_, queue_, tokens_, port_, fault_, *this),
      storer_(context_, buffers_, queue_, tokens_, port_, fault_, *this), exec_head_(context_, tokens_, fault_),
      compute_(context_, buffers_, *this) {
    queue_.connect(Engine::load, loader_);
    queue_.connect(Engine::exec, exec_head_);
    queue_.connect(Engine::store, storer_);
    queue_.connect(port_);
    port_.connect(fetch_, loader_, storer_);
    port_.on_drained(*this, look_stop);
    exec_head_.connect(compute_);
    reset();
}

void Napier::clear() {
    events_.clear();
    counters_.fill(0);
    checksums_ = {};
    fault_.clear();
    tokens_.clear();
    queue_.reset();
    port_.reset();
    fetch_.reset();
    loader_.reset();
    storer_.reset();
    exec_head_.reset();
    compute_.reset();
    cycle_ = 0;
    abandoned_ = never;
    passes_.clear();
}

void Napier::reset() {
    clear();
    registers_.reset();
    memory_.restart();
}

void Napier::start() {
    clear();
    memory_.restart();
    trace_.clear();
    registers_.restart();
    const auto window = [](uint32_t base, uint32_t limit) { return Window{base * page_bytes, limit * page_bytes}; };
    context_.read_window = window(registers_.read_base, registers_.read_limit);
    context_.write_window = window(registers_.write_base, registers_.write_limit);
    fault_.start(registers_.watchdog);
    fetch_.start(start_cycle, registers_.program_address, registers_.program_length);
}

// The reset pulse comes a cycle after the write: what begins and ends in it still does, but the bus is cut off.
void Napier::soft_reset() {
    const Cycle pulse = cycle_ + 1;
    fault_.reset(pulse);
    port_.flush(pulse);
    compute_.stop(pulse + 1);
}

// Everything before the host's cycle has happened.
void Napier::pass(Cycle cycles) {
    cycle_ += cycles;
    while (events_.next() < cycle_ && events_.run_until(cycle_ - 1)) {}
}

uint32_t Napier::read_register(uint32_t offset) {
    const uint32_t value = read_now(offset);
    pass(access_cycles);
    return value;
}

void Napier::write_register(uint32_t offset, uint32_t value) {
    write_now(offset, value);
    pass(access_cycles);
}

uint32_t Napier::read_now(uint32_t offset) {
    port_.settle();
    uint32_t value = registers_.read(cycle_, offset, fault_, port_.draining(cycle_), checksums_);
    if (offset == spec::reg_identity) value = machine_.identity;
    for (int i = 0; i < spec::counter_count; ++i)
        if (offset == spec::counters[i].offset && !fault_.was_reset(cycle_)) value = uint32_t(counters_[size_t(i)]);
    return value;
}

void Napier::write_now(uint32_t offset, uint32_t value) {
    port_.settle();
    const auto action = registers_.write(cycle_, offset, value, fault_.failed(cycle_), port_.draining(cycle_));
    if (action == Registers::Action::start) start();
    if (action == Registers::Action::reset) soft_reset();
}

bool Napier::wait_interrupt(uint64_t cycles) {
    const Cycle last = cycle_ + cycles;
    while (!registers_.interrupt(cycle_) && cycle_ < last) {
        const bool stopped = events_.next() < last && events_.run_until(last - 1);
        cycle_ = stopped ? std::max(cycle_, events_.now()) : last - 1;
        pass(1);
    }
    return registers_.interrupt(cycle_);
}

void Napier::wake(Cycle cycle, int what) {
    if (what == exec_ended) return end_exec(cycle);
    if (what == look_stop) return check_stop(cycle);
    if (what < look_end + put_off) return events_.schedule(cycle, Order::watcher, *this, what + 1);
    check_end(cycle);
}

void Napier::accepts(Engine, Cycle cycle) { exec_head_.accepts(cycle); }
void Napier::popped(Engine engine, Cycle cycle) { queue_.release(cycle, engine); }
void Napier::passed(Cycle cycle) {
    if (registers_.watchdog != 0) passes_.push_back(cycle);
}

void Napier::ended(Engine engine, Cycle cycle) {
    if (engine != Engine::exec) return command_ended(engine, cycle);
    if (cycle == events_.now()) return end_exec(cycle);
    events_.schedule(cycle, Order::end, *this, exec_ended);
}

void Napier::end_exec(Cycle cycle) {
    if (fault_.was_reset(cycle)) return;
    const uint32_t signal = exec_head_.take_signal();
    if (!fault_.failed(cycle)) tokens_.give(Engine::exec, signal, cycle);
    command_ended(Engine::exec, cycle);
}

void Napier::command_ended(Engine engine, Cycle cycle) {
    trace_.end(engine, cycle);
    if (fault_.halted(cycle)) return;
    ++counters_[spec::counter_commands];
    if (tokens_.overflow()) fault_.check_overflow(cycle);
    loader_.look_again(cycle + 1);
    exec_head_.look_again(cycle + 1);
    storer_.look_again(cycle + 1);
    // The program ends after its last command.
    if (counters_[spec::counter_commands] == registers_.program_length) {
        events_.schedule(cycle + 1, Order::watcher, *this, look_end);
    }
}

void Napier::fault(Cycle cycle, int code, uint32_t address, uint32_t index) {
    fault_.raise(Fault::Source::exec, cycle, {uint32_t(code), address, index});
}

Cycle Napier::last_progress(Cycle cycle) {
    Cycle last = std::max(start_cycle, port_.last_progress(cycle));
    for (int engine = 0; engine < engine_count; ++engine) {
        const auto& commands = trace_.of(Engine(engine));
        bool start = false, end = false;
        for (size_t i = commands.size(); i-- > 0 && !(start && end);) {
            if (!start && commands[i].start <= cycle) start = true, last = std::max(last, commands[i].start);
            if (!end && commands[i].end <= cycle) end = true, last = std::max(last, commands[i].end);
        }
    }
    const auto pass = std::upper_bound(passes_.begin(), passes_.end(), cycle);
    return pass == passes_.begin() ? last : std::max(last, *(pass - 1));
}

// The end of the program: everything fetched, queued, started and answered.
void Napier::check_end(Cycle cycle) {
    if (fault_.halted(cycle + 1) || !registers_.busy(cycle)) return;
    if (!fetch_.idle(cycle) || !queue_.empty(cycle) || !loader_.idle(cycle) || !storer_.idle(cycle)) return;
    if (!compute_.idle(cycle)) return events_.schedule(cycle + 1, Order::watcher, *this, look_end);
    counters_[spec::counter_cycles] = cycle - start_cycle;
    fault_.end();
    registers_.finished(cycle);
    events_.stop();
}

void Napier::halted(Cycle cycle) {
    counters_[spec::counter_cycles] = cycle - start_cycle;
    loader_.settle(cycle);
    storer_.settle(cycle);
    port_.watch_all();
    port_.count_unfinished(cycle);
    compute_.stop(cycle + 1);
    if (fault_.error().code == uint32_t(spec::ErrorCode::watchdog)) return abandoned(cycle);
    events_.schedule(cycle + 1, Order::watcher, *this, look_stop);
}

void Napier::abandoned(Cycle cycle) {
    abandoned_ = cycle;
    events_.schedule(std::max(cycle + 1, port_.quiet()), Order::watcher, *this, look_stop);
}

// The machine stopped by a fault: nothing more comes from the bus, or it is not waited for.
void Napier::check_stop(Cycle cycle) {
    if (!fault_.failed(cycle) || !registers_.busy(cycle)) return;
    if (cycle < port_.quiet() || (port_.draining(cycle) && cycle <= abandoned_)) return;
    fault_.end();
    registers_.stopped(cycle);
    events_.stop();
}

}  // namespace napier::sim
